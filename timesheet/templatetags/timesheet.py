"""What the templates need beyond if, for and include."""

from __future__ import annotations

from uuid import uuid4

from django import template

from timesheet.domain.duration import show

register = template.Library()


@register.filter
def hours(minutes: int) -> str:
    """90 as 1:30."""
    return show(minutes)


@register.simple_tag
def edit_id() -> str:
    """The edit id of a form that is posted without script; with script the browser makes one."""
    return str(uuid4())
