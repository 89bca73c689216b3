"""The rules of a workspace."""

from __future__ import annotations

from datetime import time

from django.db import models
from django.utils.translation import gettext_lazy as _

from timesheet.models.preferences import default_targets

DEFAULT_REMIND_AT = time(9)


class WorkspacePolicy(models.Model):
    """The rules of one workspace. Without a row everything is as the defaults say.

    Mails go out once a week on `remind_weekday`, Monday is 0, at `remind_at` in `time_zone`;
    `since` is when that was last changed, and what was due before is not made up for.

    Hours until `lock_date`, that day included, stay as they are. `most_minutes` may be logged on a
    day. Whoever looks after others may reach back `back_days_managers` days, all others
    `back_days_members`; None is without end. `targets` are minutes, Monday's first, of who set none
    of their own. `country` and `subdivision` are as the library of holidays names them, and
    `own_days` more days off, `[[ISO date, name], …]`. Durations go in steps of `rounding_minutes`,
    0 for none. `sentences` are the admin's own words for when a rule refuses, by rule.
    """

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    class Rounding(models.TextChoices):
        NEAREST = "nearest", _("To the nearest")
        UP = "up", _("Up")
        DOWN = "down", _("Down")

    workspace_gid = models.CharField(max_length=32, unique=True)
    note_required = models.BooleanField(default=False)
    lock_date = models.DateField(null=True, blank=True)
    most_minutes = models.PositiveSmallIntegerField(default=24 * 60)
    no_future = models.BooleanField(default=False)
    back_days_members = models.PositiveSmallIntegerField(null=True, blank=True)
    back_days_managers = models.PositiveSmallIntegerField(null=True, blank=True)
    targets = models.JSONField(default=default_targets)
    country = models.CharField(max_length=3, blank=True)
    subdivision = models.CharField(max_length=32, blank=True)
    own_days = models.JSONField(default=list, blank=True)
    rounding_minutes = models.PositiveSmallIntegerField(default=0)
    rounding = models.CharField(max_length=7, choices=Rounding, default=Rounding.NEAREST)
    sentences = models.JSONField(default=dict, blank=True)
    reminders_on = models.BooleanField(default=False)
    digest = models.BooleanField(default=False)
    remind_weekday = models.PositiveSmallIntegerField(choices=Weekday, default=Weekday.MONDAY)
    remind_at = models.TimeField(default=DEFAULT_REMIND_AT)
    time_zone = models.CharField(max_length=64, default="UTC")
    since = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("rules of a workspace")

    def __str__(self) -> str:
        return self.workspace_gid
