"""Copies of weeks as Asana showed them to one person, from which a page opens at once."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Connection


class StoredWeek(models.Model):
    """What Asana showed a person of their own week; deleted with their connection.

    It is a copy, never the truth: a page that is shown from it is refreshed from Asana at once.
    """

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="+")
    workspace_gid = models.CharField(max_length=32)
    week = models.CharField(max_length=8)
    # JSON: the entries, and all else that the page shows; see `timesheet.sheets.stored_weeks`.
    entries = models.TextField()
    rest = models.TextField()
    # When Asana was asked for the entries.
    read_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "workspace_gid", "week"], name="stored_week_once"
            ),
        ]
        indexes = [models.Index(fields=["read_at"])]
        verbose_name = _("stored week")

    def __str__(self) -> str:
        return f"{self.week} of connection {self.connection_id}"
