"""The sentences for people about a duration that can't be read."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from timesheet.domain.duration import DurationFault

FAULTS = {
    DurationFault.FORM: gettext_lazy("We can’t read that as a time. Try 1:30, 1.5 or 90m."),
    DurationFault.CLOCK: gettext_lazy(
        "That looks like clock times. Type how long it took, such as 1:30 or 8."
    ),
    DurationFault.MINUTES: gettext_lazy("Minutes go up to 59. Try 1:30, 1.5 or 90m."),
    DurationFault.ZERO: gettext_lazy("To delete an entry, clear its cell."),
    DurationFault.TOO_MUCH: gettext_lazy("A day has 24 hours."),
    DurationFault.TOO_LONG: gettext_lazy("That sum is too long. Type the total, such as 7:30."),
}
