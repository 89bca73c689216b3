"""Labels of the parts of a report, and messages about invalid queries."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from timesheet.domain.date_range import MAX_DAYS, DateRange, Preset, QueryFault
from timesheet.domain.entry import NOT_BILLED
from timesheet.domain.report_entry import BILLABLE, NONE, SEVERAL, UNKNOWN, Grouping, Names
from timesheet.domain.week import Week

BY = {
    Grouping.PERSON: gettext_lazy("Person"),
    Grouping.PROJECT: gettext_lazy("Project"),
    Grouping.TASK: gettext_lazy("Task"),
    Grouping.CATEGORY: gettext_lazy("Category"),
    Grouping.BILLABLE: gettext_lazy("Billable"),
    Grouping.WEEK: gettext_lazy("Week"),
    Grouping.MONTH: gettext_lazy("Month"),
}

PRESETS = {
    Preset.THIS_WEEK: gettext_lazy("This week"),
    Preset.LAST_WEEK: gettext_lazy("Last week"),
    Preset.LAST_4_WEEKS: gettext_lazy("Last 4 weeks"),
    Preset.THIS_MONTH: gettext_lazy("This month"),
    Preset.LAST_MONTH: gettext_lazy("Last month"),
    Preset.THIS_QUARTER: gettext_lazy("This quarter"),
    Preset.LAST_QUARTER: gettext_lazy("Last quarter"),
    Preset.THIS_YEAR: gettext_lazy("This year"),
}

# The field under which the message is shown; "to" for all others.
FIELDS = {QueryFault.FROM: "from", QueryFault.GROUPING: "by"}

_FAULTS = {
    QueryFault.FROM: gettext_lazy("The first day is not a date. Nothing was read: choose a day."),
    QueryFault.TO: gettext_lazy("The last day is not a date. Nothing was read: choose a day."),
    QueryFault.ORDER: gettext_lazy(
        "The last day is before the first. Nothing was read: choose a later one."
    ),
    QueryFault.LONG: gettext_lazy(
        "A report has at most %(days)d days. Nothing was read: choose days closer together."
    ),
    QueryFault.PRESET: gettext_lazy(
        "There are no such days. Nothing was read: choose from the list."
    ),
    QueryFault.GROUPING: gettext_lazy(
        "Hours cannot be grouped like that. Nothing was read: choose from the list."
    ),
}

_KEYS = {
    (Grouping.PROJECT, NONE): gettext_lazy("No project"),
    (Grouping.PROJECT, SEVERAL): gettext_lazy("In several projects"),
    (Grouping.CATEGORY, NONE): gettext_lazy("No category"),
    (Grouping.BILLABLE, BILLABLE): gettext_lazy("Billable"),
    (Grouping.BILLABLE, "nonBillable"): gettext_lazy("Not billable"),
    (Grouping.BILLABLE, NOT_BILLED): gettext_lazy("Not applicable"),
}


def fault(kind: QueryFault) -> str:
    """Say what is wrong with a query, and what to do."""
    return str(_FAULTS[kind]) % {"days": MAX_DAYS}


def label(by: Grouping, key: str, names: Names) -> str:
    """Return the label of a group; `names` are those of projects, people and so on by gid."""
    if key == UNKNOWN:
        return _("Not told by Asana")
    match by:
        case Grouping.WEEK:
            return week(Week.parse(key))
        case Grouping.MONTH:
            return date_format(date.fromisoformat(f"{key}-01"), "F Y")
    fixed_label = _KEYS.get((by, key))
    return str(fixed_label) if fixed_label else names.get(by, {}).get(key) or key


def grouped(by: Grouping, then: Grouping | None) -> str:
    """Return the caption of a table that is grouped so."""
    values = {"by": str(BY[by]).lower(), "then": str(BY[then]).lower() if then else ""}
    if then:
        return _("Hours by %(by)s, then by %(then)s") % values
    return _("Hours by %(by)s") % values


def more(number: int) -> str:
    """Return the label of lines that only the export has."""
    return ngettext("%(number)d more, in the export", "%(number)d more, in the export", number) % {
        "number": number
    }


def others(number: int) -> str:
    """Return the label of a part of a chart that holds so many groups."""
    return ngettext("%(n)d other", "%(n)d others", number) % {"n": number}


def week(which: Week) -> str:
    """Return a week with its number and days."""
    values = {"number": which.number, "from": short(which.start), "to": short(which.end)}
    return _("Week %(number)d, %(from)s to %(to)s") % values


def days(span: DateRange) -> str:
    """Return a single day with its weekday, or the first and the last day."""
    if span.length == 1:
        return f"{date_format(span.start, 'l')}, {date_format(span.start, 'DATE_FORMAT')}"
    return _("%(from)s to %(to)s") % {
        "from": date_format(span.start, "DATE_FORMAT"),
        "to": date_format(span.end, "DATE_FORMAT"),
    }


def short(day: date) -> str:
    """Return day and month."""
    return date_format(day, "j M")


def weekday(day: date) -> str:
    """Return weekday, day and month, abbreviated."""
    return capfirst(date_format(day, "D j M"))
