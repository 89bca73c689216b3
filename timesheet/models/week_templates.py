"""Weeks that people saved under a name, to fill other weeks with."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

LONGEST_TEMPLATE_NAME = 80


class WeekTemplate(models.Model):
    """The rows of a week with their hours by weekday; nobody else sees it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="week_templates"
    )
    workspace_gid = models.CharField(max_length=32)
    slug = models.UUIDField(unique=True, default=uuid4, editable=False)
    name = models.CharField(max_length=LONGEST_TEMPLATE_NAME)
    # Each is {"task": gid, "name": …, "projects": [[gid, name], …], "minutes": [Monday's, …]}, with
    # the names that Asana showed this person when the template was saved.
    rows = models.JSONField(default=list)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "workspace_gid", "name"], name="template_once_by_name"
            ),
        ]
        verbose_name = _("week template")

    def __str__(self) -> str:
        return self.name
