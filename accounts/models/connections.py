"""Connections to Asana, how they fare, and what they may ask."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.encrypted_field import EncryptedTextField
from accounts.models.people import User


class ConnectionQuerySet(models.QuerySet["Connection"]):
    def able(self) -> ConnectionQuerySet:
        """Those by which Asana can be asked; not of people who were switched off here."""
        return self.filter(state=Connection.State.HEALTHY, user__is_active=True)

    def for_workspace(self, workspace: str) -> ConnectionQuerySet:
        """With whether they are `troubled` there."""
        there = ConnectionProblem.objects.filter(
            connection=models.OuterRef("pk"), workspace_gid=workspace
        )
        return self.annotate(troubled=models.Exists(there))  # type: ignore[no-redef]


class Connection(models.Model):
    """The permission to act in Asana in one person's name."""

    class Method(models.TextChoices):
        OAUTH = "oauth", _("Sign-in with Asana")
        TOKEN = "token", _("Personal access token")

    class State(models.TextChoices):
        HEALTHY = "healthy", _("Healthy")
        NEEDS_RECONNECTING = "needs_reconnecting", _("Needs reconnecting")
        REVOKED = "revoked", _("Revoked")

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="connection")
    method = models.CharField(max_length=8, choices=Method.choices)
    access_token = EncryptedTextField()
    refresh_token = EncryptedTextField(blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=20, choices=State.choices, default=State.HEALTHY)
    # Asana's own words for the last failure; empty when there is none.
    problem = models.TextField(blank=True)
    succeeded_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    # Held by the process that is renewing the tokens; it counts until this moment.
    renewing_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ConnectionQuerySet.as_manager()

    # Whether there is trouble in the workspace that it was read for.
    troubled = False

    def __str__(self) -> str:
        return f"{self.method} connection of user {self.user_id}, {self.state}"

    @property
    def healthy(self) -> bool:
        return self.state == self.State.HEALTHY


class ConnectionProblem(models.Model):
    """What keeps a connection from one workspace, while it works for others."""

    class Kind(models.TextChoices):
        APP_BLOCKED = "app_blocked", _("App blocked")
        NO_TIME_TRACKING = "no_time_tracking", _("Plan without time tracking")

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="troubles")
    workspace_gid = models.CharField(max_length=32)
    kind = models.CharField(max_length=16, choices=Kind)
    # Asana's own.
    words = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "workspace_gid"], name="trouble_once_a_workspace"
            ),
        ]
        verbose_name = _("trouble of a connection")

    def __str__(self) -> str:
        return f"{self.kind} in {self.workspace_gid}"


class ApiUsage(models.Model):
    """How many requests of a connection Asana answered with a status within an hour, which begins
    at `hour`. Status 0 is no answer."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="traffic")
    hour = models.DateTimeField()
    status = models.PositiveSmallIntegerField()
    requests = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "hour", "status"], name="traffic_once_an_hour"
            ),
        ]
        indexes = [models.Index(fields=["hour"])]
        verbose_name = _("traffic of a connection")

    def __str__(self) -> str:
        return f"{self.requests} times {self.status}"


class RateBudget(models.Model):
    """How many requests a connection has left, and from when on Asana is asked again after it
    refused. The columns are those of `accounts.asana.rate_limit.Quota`."""

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


class InFlightRequest(models.Model):
    """Room that requests under way have taken; it counts until then."""

    budget = models.ForeignKey(RateBudget, on_delete=models.CASCADE, related_name="passages")
    reads = models.PositiveSmallIntegerField()
    writes = models.PositiveSmallIntegerField()
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.reads} reads, {self.writes} writes"
