"""What the templates need beyond if, for and include."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from django import template
from django.utils.formats import date_format

from timesheet.domain.duration import show

register = template.Library()


@register.filter
def hours(minutes: int) -> str:
    """90 as 1:30."""
    return show(minutes)


@register.filter
def full_date(day: date) -> str:
    """Tuesday, 24 November 2026, in the order of the person's language."""
    return f"{date_format(day, 'l')}, {date_format(day, 'DATE_FORMAT')}"


@register.simple_tag
def edit_id() -> str:
    """The edit id of a form that is posted without script; with script the browser makes one."""
    return str(uuid4())
