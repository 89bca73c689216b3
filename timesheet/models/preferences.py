"""The preferences of a person."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from timesheet.core import formats
from timesheet.domain.target import DEFAULT_TARGETS


def default_targets() -> list[int]:
    """Return a copy of the default target minutes, Monday's first."""
    return list(DEFAULT_TARGETS)


class Preferences(models.Model):
    """The preferences of a person, for all workspaces."""

    class DurationFormat(models.TextChoices):
        """How durations are written."""

        LOCALE = "", _("Automatic")
        CLOCK = formats.CLOCK, _("Hours and minutes: 1:30")
        DECIMAL = formats.DECIMAL, _("Decimal hours: 1.5")

    class Weekends(models.TextChoices):
        """Whether Saturday and Sunday are shown."""

        SHOWN = "shown", _("Always show")
        FOLDED = "folded", _("Hide when empty")

    class Order(models.TextChoices):
        """The order of rows."""

        PROJECT = "project", _("Project, then name")
        NAME = "name", _("Name")

    class Theme(models.TextChoices):
        """The colors of the pages."""

        DEVICE = "", _("Match system")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="preferences"
    )
    duration_format = models.CharField(max_length=7, choices=DurationFormat, blank=True)
    weekends = models.CharField(max_length=6, choices=Weekends, default=Weekends.FOLDED)
    order = models.CharField(max_length=7, choices=Order, default=Order.PROJECT)
    theme = models.CharField(max_length=5, choices=Theme, blank=True)
    # Target minutes, Monday's first; null for the targets of each workspace.
    targets = models.JSONField(null=True, blank=True)

    class Meta:
        verbose_name = _("preferences")

    def __str__(self) -> str:
        return f"preferences of user {self.user_id}"

    @property
    def duration_style(self) -> str:
        """How durations are written: `formats.CLOCK` or `formats.DECIMAL`."""
        # All languages so far write durations with a colon.
        return self.duration_format or formats.CLOCK

    @property
    def hides_free_weekend(self) -> bool:
        """Whether the weekend is hidden while it has no hours."""
        return self.weekends == self.Weekends.FOLDED

    @property
    def by_name(self) -> bool:
        """Whether rows are ordered by name, instead of by project and name."""
        return self.order == self.Order.NAME
