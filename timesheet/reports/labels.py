"""What the parts of a report are called, and what is said about queries that are no good."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from timesheet.domain.date_range import MOST_DAYS, Fault, Preset, Span
from timesheet.domain.entry import NOT_BILLED
from timesheet.domain.report_entry import BILLABLE, NONE, SEVERAL, UNTOLD, By, Names
from timesheet.domain.week import Week

BY = {
    By.PERSON: gettext_lazy("Person"),
    By.PROJECT: gettext_lazy("Project"),
    By.TASK: gettext_lazy("Task"),
    By.CATEGORY: gettext_lazy("Category"),
    By.BILLABLE: gettext_lazy("Billable"),
    By.WEEK: gettext_lazy("Week"),
    By.MONTH: gettext_lazy("Month"),
}

PRESETS = {
    Preset.THIS_WEEK: gettext_lazy("This week"),
    Preset.LAST_WEEK: gettext_lazy("Last week"),
    Preset.THIS_MONTH: gettext_lazy("This month"),
    Preset.LAST_MONTH: gettext_lazy("Last month"),
    Preset.THIS_QUARTER: gettext_lazy("This quarter"),
    Preset.LAST_QUARTER: gettext_lazy("Last quarter"),
}

# Which field each is said under.
FIELDS = {Fault.FROM: "from", Fault.GROUPING: "by"}

_FAULTS = {
    Fault.FROM: gettext_lazy("The first day is not a date. Nothing was read: choose a day."),
    Fault.TO: gettext_lazy("The last day is not a date. Nothing was read: choose a day."),
    Fault.ORDER: gettext_lazy(
        "The last day is before the first. Nothing was read: choose a later one."
    ),
    Fault.LONG: gettext_lazy(
        "A report has at most %(days)d days. Nothing was read: choose days closer together."
    ),
    Fault.PRESET: gettext_lazy("There are no such days. Nothing was read: choose from the list."),
    Fault.GROUPING: gettext_lazy(
        "Hours cannot be grouped like that. Nothing was read: choose from the list."
    ),
}

_KEYS = {
    (By.PROJECT, NONE): gettext_lazy("No project"),
    (By.PROJECT, SEVERAL): gettext_lazy("In several projects"),
    (By.CATEGORY, NONE): gettext_lazy("No category"),
    (By.BILLABLE, BILLABLE): gettext_lazy("Billable"),
    (By.BILLABLE, "nonBillable"): gettext_lazy("Not billable"),
    (By.BILLABLE, NOT_BILLED): gettext_lazy("Not applicable"),
}


def fault(kind: Fault) -> str:
    return str(_FAULTS[kind]) % {"days": MOST_DAYS}


def label(by: By, key: str, names: Names) -> str:
    """What a group is called."""
    if key == UNTOLD:
        return _("Not told by Asana")
    match by:
        case By.WEEK:
            return week(Week.parse(key))
        case By.MONTH:
            return date_format(date.fromisoformat(f"{key}-01"), "F Y")
    word = _KEYS.get((by, key))
    return str(word) if word else names.get(by, {}).get(key) or key


def grouped(by: By, then: By | None) -> str:
    words = {"by": str(BY[by]).lower(), "then": str(BY[then]).lower() if then else ""}
    if then:
        return _("Hours by %(by)s, then by %(then)s") % words
    return _("Hours by %(by)s") % words


def more(number: int) -> str:
    return ngettext("%(number)d more, in the export", "%(number)d more, in the export", number) % {
        "number": number
    }


def others(number: int) -> str:
    return ngettext("%(n)d other", "%(n)d others", number) % {"n": number}


def week(which: Week) -> str:
    days = {"number": which.number, "from": short(which.start), "to": short(which.end)}
    return _("Week %(number)d, %(from)s to %(to)s") % days


def days(span: Span) -> str:
    if span.length == 1:
        return f"{date_format(span.start, 'l')}, {date_format(span.start, 'DATE_FORMAT')}"
    return _("%(from)s to %(to)s") % {
        "from": date_format(span.start, "DATE_FORMAT"),
        "to": date_format(span.end, "DATE_FORMAT"),
    }


def short(day: date) -> str:
    return date_format(day, "j M")


def weekday(day: date) -> str:
    return capfirst(date_format(day, "D j M"))
