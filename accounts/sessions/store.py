"""The sessions of browsers, with a limit for idleness and one for their whole life.

A session is stored under the hash of its key. Its row is not written at every request: a visit
counts once an hour, or once in a tenth of the idle limit where that is shorter.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import DatabaseError
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.models import ConnectionProblem
from accounts.models.sessions import BrowserSession
from accounts.request_context import current_context, request_memo
from accounts.sessions.allowed_gids import joined_gids, note_joined_gids
from accounts.sessions.backend import SESSION_USER
from accounts.sessions.browser_names import name_of

logger = logging.getLogger(__name__)

SEEN_EVERY = timedelta(hours=1)


def idle_limit() -> timedelta:
    """Return after how long without a visit a session ends."""
    return timedelta(hours=settings.SESSION_IDLE_HOURS)


def life_limit() -> timedelta:
    """Return how long a session lasts at most."""
    return timedelta(hours=settings.SESSION_MAX_HOURS)


def stored_key(session_key: str) -> str:
    """Return the key that a session is stored under."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:40]


class SessionStore(DatabaseStore):
    """One browser's session; Django finds it by the setting SESSION_ENGINE."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self._row: BrowserSession | None = None

    @classmethod
    def get_model_class(cls) -> type[BrowserSession]:
        """Return the model of the rows; Django's hook."""
        return BrowserSession

    def load(self) -> dict[str, Any]:
        """Return what the session holds: nothing if it has ended."""
        now = timezone.now()
        row = (
            _sessions()
            .filter(
                session_key=stored_key(self.session_key or ""),
                expire_date__gt=now,
                started_at__gt=now - life_limit(),
                seen_at__gt=now - idle_limit(),
            )
            .first()
        )
        if row is None:
            self._session_key = None
            return {}
        self._row = row
        if connection := getattr(row.user, "connection", None):
            # In any workspace: where there is none at all, none has to be looked for.
            connection.has_problem = row.has_problem
        request_memo()[SESSION_USER] = row.user
        note_joined_gids(row.allowed_gids)
        if now - row.seen_at > min(SEEN_EVERY, idle_limit() / 10):
            self._note_visit(row, now)
        data: dict[str, Any] = self.decode(row.session_data)
        if BACKEND_SESSION_KEY in data:
            # A session from before an upgrade may name a backend that this version does not have.
            data[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        return data

    def exists(self, session_key: str) -> bool:
        """Tell whether there is a session with this key."""
        return BrowserSession.objects.filter(session_key=stored_key(session_key)).exists()

    def create(self) -> None:
        """Begin a new session, which has a life of its own."""
        self._row = None
        super().create()

    def create_model_instance(self, data: dict[str, Any]) -> BrowserSession:
        """Return the row of the session as it is now; Django's hook."""
        now, context, before = timezone.now(), current_context(), self._row
        started = before.started_at if before else now
        self._row = BrowserSession(
            session_key=stored_key(self._get_or_create_session_key()),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=_end(started, now),
            user_id=data.get(SESSION_KEY),
            started_at=started,
            seen_at=now,
            browser=name_of(context.agent) if context.agent else _of(before, "browser"),
            address=context.address or _of(before, "address"),
        )
        return self._row

    def delete(self, session_key: str | None = None) -> None:
        """End the session with this key, by default this one."""
        key = session_key or self.session_key
        if key:
            BrowserSession.objects.filter(session_key=stored_key(key)).delete()

    def _note_visit(self, row: BrowserSession, now: datetime) -> None:
        context = current_context()
        row.seen_at, row.expire_date = now, _end(row.started_at, now)
        row.address = context.address or row.address
        row.browser = name_of(context.agent) or row.browser
        fields = ("seen_at", "expire_date", "address", "browser")
        values = {field: getattr(row, field) for field in fields}
        try:
            BrowserSession.objects.filter(pk=row.pk).update(**values)
        except DatabaseError as error:
            # Pages are shown while the database takes no writes; the next request tries again.
            logger.warning("a visit was not noted: %s", error)


@cache
def _sessions() -> QuerySet[Any]:
    """Return the query for sessions with their people: built once, for each request needs it."""
    problems = ConnectionProblem.objects.filter(connection__user=OuterRef("user"))
    sessions = BrowserSession.objects.select_related(*settings.READ_WITH_SESSION)
    return sessions.annotate(has_problem=Exists(problems), allowed_gids=joined_gids())


def _end(started: datetime, seen: datetime) -> datetime:
    return min(started + life_limit(), seen + idle_limit())


def _of(row: BrowserSession | None, field: str) -> str:
    return str(getattr(row, field)) if row else ""
