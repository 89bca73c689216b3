"""What people read about their timers."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timesheet.core.formats import day_with_weekday, show

TOO_SHORT = gettext_lazy("Timer discarded: it ran for less than a minute.")
DISCARDED = gettext_lazy("Timer discarded.")
ANOTHER_RUNS = gettext_lazy("Another timer is running. Stop it first.")
ALREADY_ADDED = gettext_lazy("This timer was already added.")
NO_TIMER = gettext_lazy("This timer is gone")
GONE = gettext_lazy("It was already discarded, perhaps on another device.")
CHOOSE_TASK = gettext_lazy("Choose a task for this time.")
HOW_LONG = gettext_lazy("Enter how long you worked.")
BAD_DAY = gettext_lazy("Choose a day the timer ran on.")


def added(minutes: int, task: str, day: date, *, today: date) -> str:
    """Say that a timer's entry is in the week."""
    values = {"time": show(minutes), "task": task, "day": day_with_weekday(day)}
    if day == today:
        return _("Added %(time)s to %(task)s today.") % values
    return _("Added %(time)s to %(task)s on %(day)s.") % values


def added_later(minutes: int, task: str, day: date, reason: str, *, today: date) -> str:
    """Say that a timer's entry is not in Asana yet, and why."""
    values = {"time": show(minutes), "task": task, "day": day_with_weekday(day)}
    text = (
        _("%(time)s for %(task)s today isn’t saved to Asana yet.")
        if day == today
        else _("%(time)s for %(task)s on %(day)s isn’t saved to Asana yet.")
    )
    return f"{text % values} {reason}".strip()
