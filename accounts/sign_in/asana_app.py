"""The Asana app that people sign in through: the environment's, or else the one set up here."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac

from accounts import audit
from accounts.audit import PersonRef
from accounts.encrypted_field import Unreadable
from accounts.models import Action, AsanaApp, User

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Credentials:
    """The client id and the secret of an Asana app."""

    client_id: str
    client_secret: str = field(repr=False)
    from_environment: bool = False

    @property
    def fingerprint(self) -> str:
        """A hash that changes with the credentials, with Asana's address and with ours."""
        parts = [settings.ASANA_URL, redirect_uri(), self.client_id, self.client_secret]
        digest = salted_hmac("accounts.sign_in.asana_app", "\n".join(parts), algorithm="sha256")
        return digest.hexdigest()


def credentials() -> Credentials | None:
    """Return the credentials; None where there are none, or where no key decrypts the secret."""
    if settings.ASANA_CLIENT_ID:
        return Credentials(
            settings.ASANA_CLIENT_ID, settings.ASANA_CLIENT_SECRET, from_environment=True
        )
    row = AsanaApp.objects.first()
    if row is None:
        return None
    try:
        return Credentials(row.client_id, row.client_secret)
    except Unreadable:
        logger.warning("the stored client secret cannot be read: no key in TOKEN_KEYS opens it")
        return None


def save(by: User | PersonRef, client_id: str, client_secret: str) -> None:
    """Replace the stored credentials; an empty secret keeps the stored one."""
    with transaction.atomic():
        row = AsanaApp.objects.select_for_update().first() or AsanaApp()
        before = row.client_id
        row.client_id = client_id
        if client_secret:
            row.client_secret = client_secret
        row.save()
        after = {"client_id": client_id, "client_secret": "changed" if client_secret else "kept"}
        audit.record(Action.APP_CHANGED, by, before={"client_id": before}, after=after)


def redirect_uri() -> str:
    """Return the address that Asana sends people back to.

    It must be exactly one of the addresses registered for the app.
    """
    return settings.PUBLIC_URL.rstrip("/") + reverse("finish_sign_in")
