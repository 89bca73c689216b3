"""People who signed in here, and who of them are admins of a workspace."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import get_random_string, salted_hmac
from django.utils.translation import gettext_lazy as _


def new_session_salt() -> str:
    return get_random_string(32)


class UserManager(BaseUserManager["User"]):
    def create_user(self, gid: str, name: str = "", email: str = "") -> User:
        return self.create(gid=gid, name=name, email=email)


class User(AbstractBaseUser):
    """A person in Asana who has signed in here. Asana vouches for them: there is no password."""

    password = None  # type: ignore[assignment]

    gid = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=255, blank=True)
    email = models.CharField(max_length=254, blank=True)
    is_active = models.BooleanField(default=True)
    # A new salt ends every session of this person.
    session_salt = models.CharField(max_length=32, default=new_session_salt, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "gid"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    def __str__(self) -> str:
        return self.name or self.email or self.gid

    def end_sessions(self) -> None:
        """Signs the person out in every browser, on its next request."""
        self.session_salt = new_session_salt()
        self.save(update_fields=["session_salt"])

    def get_session_auth_hash(self) -> str:
        return self._salt_hash(settings.SECRET_KEY)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._salt_hash(secret)

    def _salt_hash(self, secret: str | bytes) -> str:
        salted = salted_hmac("accounts.User", self.session_salt, secret=secret, algorithm="sha256")
        return salted.hexdigest()


class Admin(models.Model):
    """Somebody who is an admin of a workspace: made one here, or one in Asana when it was last
    asked.

    An empty `workspace_gid` is every workspace that Asana has the person in; an empty `gid` is
    whoever signs in first with this address. Only the command line makes such rows.
    """

    workspace_gid = models.CharField(max_length=32, blank=True)
    gid = models.CharField(max_length=32, blank=True)
    name = models.CharField(max_length=255, blank=True)
    email = models.CharField(max_length=254, blank=True)
    granted = models.BooleanField(default=False)
    in_asana = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace_gid", "gid"],
                condition=~models.Q(gid=""),
                name="admin_once_a_workspace",
            ),
        ]
        verbose_name = _("admin")

    def __str__(self) -> str:
        return f"{self.gid or self.email} in {self.workspace_gid or 'every workspace'}"
