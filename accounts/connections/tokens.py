"""The token of a connection, renewed when needed, by one process at a time.

Asana may change the refresh token with each renewal, so two renewals at the same time could end the
connection. The lease for it is a column that one conditional UPDATE takes; no transaction is open
while we wait for Asana.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, problems
from accounts.asana.errors import AsanaError, Unauthorized, Unreachable
from accounts.audit import ASANA
from accounts.encrypted_field import Unreadable
from accounts.models import Action, Connection
from accounts.sign_in import oauth

# A token that expires sooner than this is renewed before it is used.
LEEWAY = timedelta(seconds=60)
POLL_SECONDS = 0.05


class ConnectionToken:
    """Implements `accounts.asana.transport.TokenSource` for a stored connection.

    With `renews_broken` it also tries to renew a connection that needs reconnecting.
    """

    def __init__(self, connection: Connection, *, renews_broken: bool = False) -> None:
        self.connection = connection
        self.renews_broken = renews_broken
        # Whether the token has changed since this object was made.
        self.renewed = False

    def token(self) -> str:
        """Return the access token, renewed if it is about to expire. Raises `AsanaError`."""
        token = self._stored_token()
        expires_at = self.connection.expires_at
        if expires_at is None or expires_at - timezone.now() > LEEWAY:
            return token
        return self.renew(token)

    def renew(self, rejected: str) -> str:
        """Return a token other than `rejected`, renewed by us or by another process.

        Raises `AsanaError`: `Unauthorized` where the connection has ended.
        """
        token = self._renewed_token(rejected)
        self.renewed = True
        return token

    def renew_now(self) -> None:
        """Renew the token even if it has not expired. Raises `AsanaError`."""
        self.renew(self._stored_token())

    def _renewed_token(self, rejected: str) -> str:
        waited = False
        while True:
            self._reload()
            token = self._stored_token()
            if token != rejected:
                return token
            if not self._has_refresh_token():
                raise self._mark_broken(Unauthorized("Not Authorized", 401), self._unchanged_row())
            if waited and self.connection.renewing_until is None:
                # The process that we waited for has failed. If all who waited tried in turn, each
                # would run into the same timeout.
                raise Unreachable("another process could not renew the token", sent=False)
            if lease := self._acquire_lease():
                return self._refresh(self._leased_row(lease))
            waited = self.connection.renewing_until is not None
            time.sleep(POLL_SECONDS)

    def _has_refresh_token(self) -> bool:
        # A personal token has none, and Asana may not send one.
        with self._readable():
            return bool(self.connection.refresh_token)

    def _reload(self) -> None:
        try:
            self.connection = Connection.objects.get(pk=self.connection.pk)
        except Connection.DoesNotExist:
            raise Unauthorized(_("The connection was ended here"), 401) from None
        may_renew = self.renews_broken and self.connection.state != Connection.TokenState.REVOKED
        if not self.connection.healthy and not may_renew:
            raise Unauthorized(self.connection.problem, 401)

    def _stored_token(self) -> str:
        with self._readable():
            token: str = self.connection.access_token
        return token

    def _acquire_lease(self) -> datetime | None:
        """Return when our lease ends; None while another process has one or has just renewed."""
        now = timezone.now()
        lease = now + timedelta(seconds=oauth.CONNECT_TIMEOUT + settings.ASANA_TIMEOUT + 5)
        free = Q(renewing_until=None) | Q(renewing_until__lt=now)
        acquired = self._unchanged_row().filter(free).update(renewing_until=lease)
        return lease if acquired else None

    def _refresh(self, leased: QuerySet[Connection]) -> str:
        try:
            tokens = oauth.refresh(self.connection.refresh_token)
        except Unauthorized as error:
            raise self._mark_broken(error, leased) from error
        except AsanaError as error:
            words = problems.short_reason(error)
            leased.update(renewing_until=None, failed_at=timezone.now(), problem=words)
            raise
        self._save(tokens, leased)
        return tokens.access_token

    def _save(self, tokens: oauth.Tokens, leased: QuerySet[Connection]) -> None:
        now = timezone.now()
        stored = leased.update(
            access_token=tokens.access_token,
            refresh_token=tokens.refresh_token,
            expires_at=now + timedelta(seconds=tokens.expires_in),
            state=Connection.TokenState.HEALTHY,
            succeeded_at=now,
            renewing_until=None,
            updated_at=now,
        )
        if stored:
            self._reload()

    def _mark_broken(self, error: Unauthorized, row: QuerySet[Connection]) -> Unauthorized:
        """Mark the connection as in need of reconnecting, and return the error to raise."""
        now = timezone.now()
        with transaction.atomic():
            ended = row.update(
                state=Connection.TokenState.NEEDS_RECONNECTING,
                problem=error.message,
                failed_at=now,
                renewing_until=None,
                updated_at=now,
            )
            if ended and self.connection.healthy:
                after = {"reason": error.message}
                audit.record(Action.CONNECTION_FAILED, ASANA, to=self.connection.user, after=after)
        return error

    @contextmanager
    def _readable(self) -> Iterator[None]:
        try:
            yield
        except Unreadable:
            words = _("The stored token can’t be decrypted, because its key is missing")
            raise self._mark_broken(Unauthorized(words, 401), self._unchanged_row()) from None

    # Queries for our row; empty if the person has reconnected or disconnected since

    def _unchanged_row(self) -> QuerySet[Connection]:
        """Select our row while it has the tokens that we read: `updated_at` changes with them."""
        row = Connection.objects.filter(pk=self.connection.pk)
        return row.filter(updated_at=self.connection.updated_at)

    def _leased_row(self, lease: datetime) -> QuerySet[Connection]:
        """Select our row while the lease is ours."""
        return Connection.objects.filter(pk=self.connection.pk, renewing_until=lease)
