"""Capacity: what people are expected to work, as admins set it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CapacityChange(models.Model):
    """What a person is expected to work on each weekday, from a day on.

    Earlier changes stay: they apply to the days before.
    """

    workspace_gid = models.CharField(max_length=32)
    person_gid = models.CharField(max_length=32)
    starts_on = models.DateField()
    # Monday's first.
    minutes = models.JSONField()
    # Who set it, and when.
    by_name = models.CharField(max_length=255)
    at = models.DateTimeField()

    class Meta:
        ordering = ["starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace_gid", "person_gid", "starts_on"],
                name="one_capacity_change_a_day",
            ),
        ]
        verbose_name = _("capacity")

    def __str__(self) -> str:
        return f"{self.person_gid} from {self.starts_on}"


class HalfDayOff(models.Model):
    """A day on which a person works half of their hours. Asana has whole days off only."""

    workspace_gid = models.CharField(max_length=32)
    person_gid = models.CharField(max_length=32)
    day = models.DateField()

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace_gid", "person_gid", "day"], name="half_day_off_once"
            ),
        ]
        verbose_name = _("half day off")

    def __str__(self) -> str:
        return f"{self.person_gid} on {self.day}"
