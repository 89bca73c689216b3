"""The rows that a person added to a week, or pinned to every week."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AddedRow(models.Model):
    """A task that a person added to a week, so that it has a row before it has hours."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="rows")
    workspace_gid = models.CharField(max_length=32)
    week = models.CharField(max_length=8)
    task_gid = models.CharField(max_length=32)
    # The name and the projects are what Asana showed this person when the row was added.
    task_name = models.TextField()
    # [[gid, name], …]
    projects = models.JSONField(default=list)
    # The task is pinned, but was removed from this week.
    hidden = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "workspace_gid", "week", "task_gid"], name="row_once_a_week"
            ),
        ]
        verbose_name = _("row")

    def __str__(self) -> str:
        return f"{self.week} {self.task_gid}"


class PinnedTask(models.Model):
    """A task that has a row in every week of a person."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="pins")
    workspace_gid = models.CharField(max_length=32)
    task_gid = models.CharField(max_length=32)
    # As in `AddedRow`.
    task_name = models.TextField()
    projects = models.JSONField(default=list)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "workspace_gid", "task_gid"], name="pin_once_a_workspace"
            ),
        ]
        verbose_name = _("pin")

    def __str__(self) -> str:
        return self.task_gid
