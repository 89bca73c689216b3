"""Reports that are sent by email on a schedule."""

from __future__ import annotations

from datetime import time

from django.db import models
from django.utils.translation import gettext_lazy as _

from timesheet.models.saved_views import SavedView


class ReportSchedule(models.Model):
    """A saved view that is sent every week or every month; its owner is the view's."""

    class Frequency(models.TextChoices):
        """How often it is sent."""

        WEEKLY = "weekly", _("Every week")
        MONTHLY = "monthly", _("Every month")

    class StopReason(models.TextChoices):
        """Why it is not sent any more; only the owner reads it."""

        NO_ACCESS = "access", _("You no longer have access to these hours.")
        NOT_CONNECTED = "connection", _("You weren’t connected to Asana when it was due.")
        UNREADABLE = (
            "unreadable",
            _("This saved view can’t be read any more. Save the report again under this name."),
        )

    view = models.OneToOneField(SavedView, models.CASCADE, related_name="schedule")
    frequency = models.CharField(max_length=8, choices=Frequency, default=Frequency.WEEKLY)
    # Monday is 0; counts for weekly schedules. Monthly ones are sent on the first of the month.
    weekday = models.PositiveSmallIntegerField(default=0)
    at = models.TimeField(default=time(8))
    time_zone = models.CharField(max_length=64, default="UTC")
    # Gids of people.
    recipients = models.JSONField(default=list)
    changed_at = models.DateTimeField()
    # The time for which it was last sent, or is being sent.
    sent_for = models.DateTimeField(null=True)
    # Gids of those who got, or may have got, the email for that time.
    sent_to = models.JSONField(default=list)
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    stopped = models.CharField(max_length=12, choices=StopReason, blank=True)

    class Meta:
        verbose_name = _("report schedule")

    def __str__(self) -> str:
        return f"{self.view} {self.frequency}"
