"""Connections to Asana, their problems, their usage, and how many requests they may make."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.encrypted_field import EncryptedTextField
from accounts.models.people import User


class ConnectionQuerySet(models.QuerySet["Connection"]):
    """Queries for connections."""

    def usable(self) -> ConnectionQuerySet:
        """Only healthy connections of people who are not deactivated."""
        return self.filter(state=Connection.TokenState.HEALTHY, user__is_active=True)

    def for_workspace(self, workspace: str) -> ConnectionQuerySet:
        """Set `has_problem` to whether the connection has a problem in this workspace."""
        problems = ConnectionProblem.objects.filter(
            connection=models.OuterRef("pk"), workspace_gid=workspace
        )
        return self.annotate(has_problem=models.Exists(problems))  # type: ignore[no-redef]


class Connection(models.Model):
    """One person's permission to act in Asana in their name."""

    class Method(models.TextChoices):
        """How the person connected."""

        OAUTH = "oauth", _("Sign-in with Asana")
        TOKEN = "token", _("Personal access token")

    class TokenState(models.TextChoices):
        """Whether Asana accepted the tokens when they were last used."""

        HEALTHY = "healthy", _("Connected")
        NEEDS_RECONNECTING = "needs_reconnecting", _("Reconnect needed")
        REVOKED = "revoked", _("Revoked")

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="connection")
    method = models.CharField(max_length=8, choices=Method.choices)
    access_token = EncryptedTextField()
    refresh_token = EncryptedTextField(blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=20, choices=TokenState.choices, default=TokenState.HEALTHY)
    # Asana's message about the last failure; empty when there is none.
    problem = models.TextField(blank=True)
    succeeded_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    # Until when a process has the lease to renew the tokens; None while nobody has it.
    renewing_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ConnectionQuerySet.as_manager()

    # Set by `for_workspace`.
    has_problem = False

    def __str__(self) -> str:
        return f"{self.method} connection of user {self.user_id}, {self.state}"

    @property
    def healthy(self) -> bool:
        """Whether Asana accepted the tokens when they were last used."""
        return self.state == self.TokenState.HEALTHY


class ConnectionProblem(models.Model):
    """Why a connection does not work in one workspace, while it may work in others."""

    class Kind(models.TextChoices):
        """What Asana refuses there."""

        APP_BLOCKED = "app_blocked", _("Blocked by Asana admin")
        NO_TIME_TRACKING = "no_time_tracking", _("Plan without time tracking")

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="problems")
    workspace_gid = models.CharField(max_length=32)
    kind = models.CharField(max_length=16, choices=Kind)
    # Asana's message.
    words = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "workspace_gid"],
                name="one_problem_per_connection_and_workspace",
            ),
        ]
        verbose_name = _("connection problem")

    def __str__(self) -> str:
        return f"{self.kind} in {self.workspace_gid}"


class ApiUsage(models.Model):
    """How many requests of a connection Asana answered with one status within one hour."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="usage")
    # The beginning of the hour.
    hour = models.DateTimeField()
    # The HTTP status; 0 where no response came.
    status = models.PositiveSmallIntegerField()
    requests = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "hour", "status"],
                name="one_count_per_connection_hour_and_status",
            ),
        ]
        indexes = [models.Index(fields=["hour"])]
        verbose_name = _("API usage")

    def __str__(self) -> str:
        return f"{self.requests} times {self.status}"


class RateBudget(models.Model):
    """How many requests a connection may still make.

    The columns up to `learned_at` are the fields of `accounts.asana.rate_limit.Quota`.
    """

    connection = models.OneToOneField(
        Connection, on_delete=models.CASCADE, primary_key=True, related_name="budget"
    )
    per_minute = models.PositiveIntegerField()
    left = models.FloatField()
    at = models.DateTimeField()
    learned_at = models.DateTimeField(null=True)
    # After a 429: when the next request may be sent.
    not_before = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.left:.0f} of {self.per_minute} a minute for connection {self.connection_id}"


class InFlightRequest(models.Model):
    """Reads and writes that have begun and not ended yet. Rows count until `until` only, so that a
    killed process does not hold its slots forever."""

    budget = models.ForeignKey(RateBudget, on_delete=models.CASCADE, related_name="in_flight")
    reads = models.PositiveSmallIntegerField()
    writes = models.PositiveSmallIntegerField()
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.reads} reads, {self.writes} writes"
