"""The sentences for people about a duration that can't be read."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from timesheet.domain.duration import DurationFault

FAULTS = {
    DurationFault.FORM: gettext_lazy(
        "This is not a duration. Write 1:30, 1.5, 1h 30m, 90m or 8; +0:30 adds half an hour."
    ),
    DurationFault.MINUTES: gettext_lazy(
        "An hour has 60 minutes. Write 1:30, 1.5, 1h 30m, 90m or 8; +0:30 adds half an hour."
    ),
    DurationFault.ZERO: gettext_lazy(
        "Time is more than nothing. To delete an entry, empty its cell."
    ),
    DurationFault.TOO_MUCH: gettext_lazy("A day has 24 hours."),
}
