"""The names of days, weeks and months in the language of the current request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.dates import MONTHS, MONTHS_3, MONTHS_ALT, MONTHS_AP, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.formats import get_format
from django.utils.translation import gettext as _

from timesheet.domain.date_text import CalendarNames
from timesheet.domain.quick_entry import DateNames
from timesheet.domain.week import Week


def date_names(week: Week | None = None) -> DateNames:
    """Return the names of days; weekdays are those of `week`."""
    weekdays = {name: place + 1 for name, place in _by_name((WEEKDAYS, WEEKDAYS_ABBR)).items()}
    relative = {_("today").casefold(): 0, _("yesterday").casefold(): -1}
    return DateNames(weekdays, relative, week)


def calendar_names(week: Week | None = None) -> CalendarNames:
    """Return the names of days, weeks and months; weekdays are those of `week`."""
    weeks = {_("last week"): -1, _("this week"): 0, _("next week"): 1}
    formats = get_format("DATE_INPUT_FORMATS", use_l10n=True)
    numeric = next((form for form in formats if form.startswith(("%d", "%m"))), "%d")
    return CalendarNames(
        date_names(week),
        {name.casefold(): place for name, place in weeks.items()},
        frozenset({"w", "week", _("week").casefold()}),
        _by_name((MONTHS, MONTHS_3, MONTHS_AP, MONTHS_ALT)),
        day_first=numeric.startswith("%d"),
    )


def _by_name(tables: Iterable[Mapping[int, object]]) -> dict[str, int]:
    return {
        str(name).casefold().rstrip("."): number
        for table in tables
        for number, name in table.items()
    }
