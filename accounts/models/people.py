"""People who have signed in here, and the admins of workspaces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import get_random_string, salted_hmac
from django.utils.translation import gettext_lazy as _


def new_session_salt() -> str:
    """Return a random salt for a person's sessions."""
    return get_random_string(32)


class UserManager(BaseUserManager["User"]):
    """Creates users. They have no password."""

    def create_user(self, gid: str, name: str = "", email: str = "") -> User:
        """Create the user of a person in Asana."""
        return self.create(gid=gid, name=name, email=email)


class User(AbstractBaseUser):
    """A person in Asana who has signed in here. There is no password: Asana authenticates them."""

    password = None  # type: ignore[assignment]

    gid = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=255, blank=True)
    email = models.CharField(max_length=254, blank=True)
    is_active = models.BooleanField(default=True)
    # Part of the session hash: a new salt ends all sessions of the person.
    session_salt = models.CharField(max_length=32, default=new_session_salt, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "gid"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    def __str__(self) -> str:
        return self.name or self.email or self.gid

    def end_sessions(self) -> None:
        """Sign the person out in every browser. Takes effect with the next request of each."""
        self.session_salt = new_session_salt()
        self.save(update_fields=["session_salt"])
        self.browser_sessions.all().delete()

    def get_session_auth_hash(self) -> str:
        """Return the hash that sessions of the person have to carry; Django's hook."""
        return self._salt_hash(settings.SECRET_KEY)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """Yield the same hash with each of SECRET_KEY_FALLBACKS; Django's hook."""
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._salt_hash(secret)

    def _salt_hash(self, secret: str | bytes) -> str:
        salted = salted_hmac("accounts.User", self.session_salt, secret=secret, algorithm="sha256")
        return salted.hexdigest()


class Admin(models.Model):
    """A person who is an admin of a workspace, in Asana or because they were made one here."""

    # Empty for all workspaces that the person is in. Only the command line makes such rows.
    workspace_gid = models.CharField(max_length=32, blank=True)
    # Empty for the first person who signs in with this email address. Only the command line makes
    # such rows.
    gid = models.CharField(max_length=32, blank=True)
    name = models.CharField(max_length=255, blank=True)
    email = models.CharField(max_length=254, blank=True)
    # Whether they were made an admin here.
    granted = models.BooleanField(default=False)
    # Whether they were an admin in Asana when we last read their membership.
    in_asana = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace_gid", "gid"],
                condition=~models.Q(gid=""),
                name="admin_once_per_workspace",
            ),
        ]
        verbose_name = _("admin")

    def __str__(self) -> str:
        return f"{self.gid or self.email} in {self.workspace_gid or 'every workspace'}"


class UserWorkspace(models.Model):
    """A workspace that a person was in when Asana was last asked.

    It tells whom an admin of one workspace shares with another one.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="workspaces")
    workspace_gid = models.CharField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "workspace_gid"], name="user_once_per_workspace"
            ),
        ]
        verbose_name = _("workspace of a person")

    def __str__(self) -> str:
        return f"user {self.user_id} in {self.workspace_gid}"
