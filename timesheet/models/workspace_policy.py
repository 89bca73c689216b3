"""The rules of a workspace."""

from __future__ import annotations

from datetime import time

from django.db import models
from django.utils.translation import gettext_lazy as _

from timesheet.models.preferences import default_targets

DEFAULT_REMIND_AT = time(9)


class WorkspacePolicy(models.Model):
    """The rules and the email schedule of one workspace; defaults apply without a row."""

    class Weekday(models.IntegerChoices):
        """The weekdays, Monday is 0."""

        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    class RoundingDirection(models.TextChoices):
        """The direction in which minutes are rounded."""

        NEAREST = "nearest", _("To the nearest")
        UP = "up", _("Up")
        DOWN = "down", _("Down")

    workspace_gid = models.CharField(max_length=32, unique=True)
    note_required = models.BooleanField(default=False)
    # The last locked day.
    lock_date = models.DateField(null=True, blank=True)
    # The most minutes that may be logged on a day.
    most_minutes = models.PositiveSmallIntegerField(default=24 * 60)
    no_future = models.BooleanField(default=False)
    # How many days back others, and managers, may change hours; null for no limit.
    back_days_members = models.PositiveSmallIntegerField(null=True, blank=True)
    back_days_managers = models.PositiveSmallIntegerField(null=True, blank=True)
    # Target minutes, Monday's first, of people without targets of their own.
    targets = models.JSONField(default=default_targets)
    # Whether a person's own working hours may be below what they are measured against here.
    own_targets_may_lower = models.BooleanField(default=False)
    # Codes of the `holidays` library; empty for no public holidays.
    country = models.CharField(max_length=3, blank=True)
    subdivision = models.CharField(max_length=32, blank=True)
    # More days off: [[ISO date, name], …]; with a third item "half" for half a day.
    own_days = models.JSONField(default=list, blank=True)
    # Durations must be a multiple of these minutes; 0 for any duration.
    rounding_minutes = models.PositiveSmallIntegerField(default=0)
    rounding = models.CharField(
        max_length=7, choices=RoundingDirection, default=RoundingDirection.NEAREST
    )
    # The admin's own sentence for when a rule refuses something, by rule.
    custom_messages = models.JSONField(default=dict, blank=True)
    # Reminders for people with missing hours, and digests for managers, are sent weekly.
    reminders_on = models.BooleanField(default=False)
    digest = models.BooleanField(default=False)
    remind_weekday = models.PositiveSmallIntegerField(choices=Weekday, default=Weekday.MONDAY)
    remind_at = models.TimeField(default=DEFAULT_REMIND_AT)
    # Of `remind_at`; a name of the IANA database.
    time_zone = models.CharField(max_length=64, default="UTC")
    # Emails that were due before the last change of the schedule are not sent.
    schedule_changed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("rules of a workspace")

    def __str__(self) -> str:
        return self.workspace_gid
