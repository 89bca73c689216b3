"""The token of a connection, renewed when it is needed: by one process at a time.

Asana may change the refresh token at each renewal, so two renewals side by side could end the
connection. The lease is a column, claimed by one conditional UPDATE; no transaction is open while
Asana is asked.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import oauth
from accounts.asana.errors import AsanaError, Unauthorized, Unreachable
from accounts.fields import Unreadable
from accounts.models import Connection

# A token with less than this left is renewed before it is used.
LEEWAY = timedelta(seconds=60)
POLL_SECONDS = 0.05


class ConnectionBearer:
    """Implements `accounts.asana.transport.Bearer` over a stored connection."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def token(self) -> str:
        token = self._stored_token()
        expires_at = self.connection.expires_at
        if expires_at is None or expires_at - timezone.now() > LEEWAY:
            return token
        return self.renew(token)

    def renew(self, rejected: str) -> str:
        """The stored token once it is another: renewed by us, or by who is at it already."""
        waited = False
        while True:
            self._reload()
            token = self._stored_token()
            if token != rejected:
                return token
            if not self._renewable():
                raise self._ended(Unauthorized("Not Authorized", 401), self._seen())
            if waited and self.connection.renewing_until is None:
                # Whoever we waited for has given up. Asking again at once would only make a
                # queue of timeouts out of everybody who waited.
                raise Unreachable("another process could not renew the token", sent=False)
            if lease := self._claim():
                return self._refresh(self._held(lease))
            waited = self.connection.renewing_until is not None
            time.sleep(POLL_SECONDS)

    def _renewable(self) -> bool:
        # A personal token has no refresh token, and Asana may once not give one.
        with self._readable():
            return bool(self.connection.refresh_token)

    def _reload(self) -> None:
        try:
            self.connection = Connection.objects.get(pk=self.connection.pk)
        except Connection.DoesNotExist:
            raise Unauthorized(_("The connection was ended here"), 401) from None
        if not self.connection.healthy:
            raise Unauthorized(self.connection.problem, 401)

    def _stored_token(self) -> str:
        with self._readable():
            token: str = self.connection.access_token
        return token

    def _claim(self) -> datetime | None:
        """The end of our lease; None while another process holds one or has just renewed."""
        now = timezone.now()
        lease = now + timedelta(seconds=oauth.CONNECT_TIMEOUT + settings.ASANA_TIMEOUT + 5)
        free = Q(renewing_until=None) | Q(renewing_until__lt=now)
        claimed = self._seen().filter(free).update(renewing_until=lease)
        return lease if claimed else None

    def _refresh(self, held: QuerySet[Connection]) -> str:
        try:
            tokens = oauth.refresh(self.connection.refresh_token)
        except Unauthorized as error:
            raise self._ended(error, held) from error
        except AsanaError:
            held.update(renewing_until=None)
            raise
        self._keep(tokens, held)
        return tokens.access_token

    def _keep(self, tokens: oauth.Tokens, held: QuerySet[Connection]) -> None:
        now = timezone.now()
        stored = held.update(
            access_token=tokens.access_token,
            refresh_token=tokens.refresh_token,
            expires_at=now + timedelta(seconds=tokens.expires_in),
            problem="",
            renewing_until=None,
            updated_at=now,
        )
        if stored:
            self._reload()

    def _ended(self, error: Unauthorized, row: QuerySet[Connection]) -> Unauthorized:
        row.update(
            state=Connection.State.NEEDS_RECONNECTING,
            problem=error.message,
            renewing_until=None,
            updated_at=timezone.now(),
        )
        return error

    @contextmanager
    def _readable(self) -> Iterator[None]:
        try:
            yield
        except Unreadable:
            words = _("The stored token cannot be read: the key that sealed it is missing here")
            raise self._ended(Unauthorized(words, 401), self._seen()) from None

    # The row, or none where the person has connected anew or disconnected meanwhile

    def _seen(self) -> QuerySet[Connection]:
        """While it holds the tokens that we have seen: `updated_at` changes with them."""
        row = Connection.objects.filter(pk=self.connection.pk)
        return row.filter(updated_at=self.connection.updated_at)

    def _held(self, lease: datetime) -> QuerySet[Connection]:
        """While the lease is ours."""
        return Connection.objects.filter(pk=self.connection.pk, renewing_until=lease)
