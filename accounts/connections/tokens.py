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

# A token with less than this left is renewed before it is used.
LEEWAY = timedelta(seconds=60)
POLL_SECONDS = 0.05


class ConnectionToken:
    """Implements `accounts.asana.transport.Bearer` over a stored connection.

    `renewed` tells whether it has got another token since it was made. With `revives` it tries to
    renew what needs reconnecting too.
    """

    def __init__(self, connection: Connection, *, revives: bool = False) -> None:
        self.connection = connection
        self.revives = revives
        self.renewed = False

    def token(self) -> str:
        token = self._stored_token()
        expires_at = self.connection.expires_at
        if expires_at is None or expires_at - timezone.now() > LEEWAY:
            return token
        return self.renew(token)

    def renew(self, rejected: str) -> str:
        """The stored token once it is another: renewed by us, or by who is at it already."""
        token = self._another(rejected)
        self.renewed = True
        return token

    def renew_now(self) -> None:
        """However long the token of this moment would be good for."""
        self.renew(self._stored_token())

    def _another(self, rejected: str) -> str:
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
        may_revive = self.revives and self.connection.state != Connection.State.REVOKED
        if not self.connection.healthy and not may_revive:
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
        except AsanaError as error:
            words = problems.in_short(error)
            held.update(renewing_until=None, failed_at=timezone.now(), problem=words)
            raise
        self._keep(tokens, held)
        return tokens.access_token

    def _keep(self, tokens: oauth.Tokens, held: QuerySet[Connection]) -> None:
        now = timezone.now()
        stored = held.update(
            access_token=tokens.access_token,
            refresh_token=tokens.refresh_token,
            expires_at=now + timedelta(seconds=tokens.expires_in),
            state=Connection.State.HEALTHY,
            succeeded_at=now,
            renewing_until=None,
            updated_at=now,
        )
        if stored:
            self._reload()

    def _ended(self, error: Unauthorized, row: QuerySet[Connection]) -> Unauthorized:
        now = timezone.now()
        with transaction.atomic():
            ended = row.update(
                state=Connection.State.NEEDS_RECONNECTING,
                problem=error.message,
                failed_at=now,
                renewing_until=None,
                updated_at=now,
            )
            if ended and self.connection.healthy:
                said = {"reason": error.message}
                audit.record(Action.CONNECTION_FAILED, ASANA, to=self.connection.user, after=said)
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
