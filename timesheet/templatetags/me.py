"""Filters of the pages about one's own hours."""

from __future__ import annotations

from datetime import date

from django import template
from django.urls import reverse

from timesheet.domain.approval import Status
from timesheet.domain.journal import State
from timesheet.domain.own_hours import Completeness
from timesheet.domain.week import Week
from timesheet.me import messages
from timesheet.reports import labels

register = template.Library()

register.filter("change", messages.change)


@register.filter
def own_status(status: Status) -> str:
    """Return the name of a week's status."""
    return str(labels.STATUSES[status])


@register.filter
def shade(completeness: Completeness) -> str:
    """Say how much of a day's target is logged."""
    return str(messages.SHADES[completeness])


@register.filter
def edit_state(state: str) -> str:
    """Return the name of an edit's state."""
    return str(messages.STATES[State(state)])


@register.filter
def own_week(day: date, workspace: str) -> str:
    """Return the address of the person's week with this day, which it shows on a narrow screen."""
    address = reverse("week", kwargs={"workspace": workspace, "week": Week.of(day)})
    return f"{address}?day={day.isoformat()}"
