"""Labels of the parts of a report, and messages about invalid queries."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from timesheet.core import formats
from timesheet.domain.approval import Status
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
    Grouping.DAY: gettext_lazy("Day"),
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

STATUSES = {
    Status.DRAFT: gettext_lazy("Draft"),
    Status.SUBMITTED: gettext_lazy("Submitted"),
    Status.APPROVED: gettext_lazy("Approved"),
    Status.REJECTED: gettext_lazy("Sent back"),
}

# The field under which the message is shown; "to" for all others.
FIELDS = {QueryFault.FROM: "from", QueryFault.GROUPING: "by"}

_FAULTS = {
    QueryFault.FROM: gettext_lazy("The first day isn’t a date. Choose a day."),
    QueryFault.TO: gettext_lazy("The last day isn’t a date. Choose a day."),
    QueryFault.ORDER: gettext_lazy("The last day is before the first. Choose a later one."),
    QueryFault.LONG: gettext_lazy(
        "A report can have up to %(days)d days. Choose a shorter period."
    ),
    QueryFault.PRESET: gettext_lazy("This period isn’t available. Choose one from the list."),
    QueryFault.GROUPING: gettext_lazy("Hours can’t be grouped like that. Choose from the list."),
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
        return _("Not shown by Asana")
    match by:
        case Grouping.WEEK:
            return week(Week.parse(key))
        case Grouping.DAY:
            return weekday(date.fromisoformat(key))
        case Grouping.MONTH:
            return date_format(date.fromisoformat(f"{key}-01"), "F Y")
    fixed_label = _KEYS.get((by, key))
    return str(fixed_label) if fixed_label else names.get(by, {}).get(key) or key


def grouped(by: Grouping, then: Grouping | None) -> str:
    """Return the caption of a table that is grouped so."""
    if then:
        return matrix(by, then)
    return _("Hours by %(by)s") % {"by": str(BY[by]).lower()}


def matrix(by: Grouping, columns: Grouping) -> str:
    """Return the caption of a matrix."""
    values = {"by": str(BY[by]).lower(), "columns": str(BY[columns]).lower()}
    return _("Hours by %(by)s and %(columns)s") % values


def short_label(by: Grouping, key: str, names: Names) -> str:
    """Return the label of a group as the head of a column."""
    if by is Grouping.WEEK and key != UNKNOWN:
        which = Week.parse(key)
        # A no-break space, so that the head of a column breaks after the number of the week.
        values = {"number": which.number, "from": short(which.start).replace(" ", "\u00a0")}
        return _("W%(number)d, %(from)s") % values
    if by is Grouping.MONTH and key != UNKNOWN:
        return date_format(date.fromisoformat(f"{key}-01"), "M Y")
    return label(by, key, names)


def others(number: int) -> str:
    """Return the label of a part of a chart that holds so many groups."""
    return ngettext("%(n)d other", "%(n)d others", number) % {"n": number}


def bar(unit: Grouping, span: DateRange) -> str:
    """Return the label of a bar: a weekday, the days of a week, or a month."""
    if unit is Grouping.DAY:
        return weekday(span.start)
    return date_format(span.start, "F Y") if unit is Grouping.MONTH else days(span)


def short_bar(unit: Grouping, span: DateRange) -> str:
    """Return the label below a bar."""
    return date_format(span.start, "M Y") if unit is Grouping.MONTH else short(span.start)


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
    return formats.short_day(day)


def weekday(day: date) -> str:
    """Return weekday, day and month, abbreviated."""
    return formats.short_day(day, "weekday")
