"""Projects that people saved together, and emails about budgets. No figures are stored."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

LONGEST_SELECTION_NAME = 80
DEFAULT_PERCENT = 80


class ProjectSelection(models.Model):
    """Projects that a person saved under a name; nobody else sees it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="selections")
    workspace_gid = models.CharField(max_length=32)
    slug = models.UUIDField(unique=True, default=uuid4, editable=False)
    name = models.CharField(max_length=LONGEST_SELECTION_NAME)
    # Gids.
    projects = models.JSONField(default=list)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "workspace_gid", "name"], name="selection_once_by_name"
            ),
        ]
        verbose_name = _("project selection")

    def __str__(self) -> str:
        return self.name


class BudgetAlert(models.Model):
    """People get an email once a project's budget is used to so many percent.

    The budget is read with each recipient's own connection, so nobody learns more than in Asana.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="alerts")
    workspace_gid = models.CharField(max_length=32)
    project_gid = models.CharField(max_length=32)
    percent = models.PositiveSmallIntegerField(default=DEFAULT_PERCENT)
    # Gids of people.
    recipients = models.JSONField(default=list)
    # Gids of those who got the email since the budget was last below the threshold.
    notified = models.JSONField(default=list)
    checked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "workspace_gid", "project_gid"], name="one_alert_a_project"
            ),
        ]
        verbose_name = _("budget alert")

    def __str__(self) -> str:
        return f"{self.percent} % of {self.project_gid}"
