"""People and their connections to Asana. Rules about them live in `connections` and `access`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import get_random_string, salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.fields import EncryptedTextField


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


class Connection(models.Model):
    """The permission to act in Asana in one person's name."""

    class Method(models.TextChoices):
        OAUTH = "oauth", _("Sign-in with Asana")
        TOKEN = "token", _("Personal access token")

    class State(models.TextChoices):
        HEALTHY = "healthy", _("Healthy")
        NEEDS_RECONNECTING = "needs_reconnecting", _("Needs reconnecting")

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="connection")
    method = models.CharField(max_length=8, choices=Method.choices)
    access_token = EncryptedTextField()
    refresh_token = EncryptedTextField(blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=20, choices=State.choices, default=State.HEALTHY)
    # Asana's own words for the last failure; empty when there is none.
    problem = models.TextField(blank=True)
    # Held by the process that is renewing the tokens; it counts until this moment.
    renewing_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.method} connection of user {self.user_id}, {self.state}"

    @property
    def healthy(self) -> bool:
        return self.state == self.State.HEALTHY


class Budget(models.Model):
    """How many requests a connection has left, and from when on Asana is asked again after it
    refused. The columns are those of `accounts.asana.quota.Quota`."""

    connection = models.OneToOneField(
        Connection, on_delete=models.CASCADE, primary_key=True, related_name="budget"
    )
    per_minute = models.PositiveIntegerField()
    left = models.FloatField()
    at = models.DateTimeField()
    learned_at = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.left:.0f} of {self.per_minute} a minute for connection {self.connection_id}"


class Passage(models.Model):
    """Room that requests under way have taken; it counts until then."""

    budget = models.ForeignKey(Budget, on_delete=models.CASCADE, related_name="passages")
    reads = models.PositiveSmallIntegerField()
    writes = models.PositiveSmallIntegerField()
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.reads} reads, {self.writes} writes"


class Reviewer(models.Model):
    """Who looks after other people's weeks in a workspace; Asana does not tell.

    By gids, because neither they nor their people need ever have signed in here. The names are
    as Asana showed them to whoever chose the people.
    """

    class Chooses(models.TextChoices):
        NOBODY = "", _("Only admins choose their people")
        TEAMS = "teams", _("They may choose people of their own Asana teams")
        ANYONE = "anyone", _("They may choose anyone in the workspace")

    workspace_gid = models.CharField(max_length=32)
    gid = models.CharField(max_length=32)
    name = models.CharField(max_length=255, blank=True)
    email = models.CharField(max_length=254, blank=True)
    chooses = models.CharField(max_length=6, choices=Chooses, default=Chooses.NOBODY, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace_gid", "gid"], name="reviewer_once_a_workspace"
            ),
        ]
        verbose_name = _("reviewer")

    def __str__(self) -> str:
        return f"{self.gid} in {self.workspace_gid}"


class Reviewed(models.Model):
    """A person whose weeks a reviewer looks after. Several may look after one."""

    reviewer = models.ForeignKey(Reviewer, models.CASCADE, related_name="people")
    gid = models.CharField(max_length=32)
    name = models.CharField(max_length=255, blank=True)
    email = models.CharField(max_length=254, blank=True)

    class Meta:
        ordering = ["name", "gid"]
        constraints = [
            models.UniqueConstraint(fields=["reviewer", "gid"], name="reviewed_once_by_each"),
        ]
        verbose_name = _("reviewed person")

    def __str__(self) -> str:
        return f"{self.gid} by reviewer {self.reviewer_id}"
