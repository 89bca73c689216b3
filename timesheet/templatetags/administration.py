"""Filters of the admin pages."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import template
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from timesheet.admin.audit.labels import differences
from timesheet.admin.unsynced import messages
from timesheet.admin.unsynced.listing import OpenReason
from timesheet.core import clock

register = template.Library()

MINUTE = timedelta(minutes=1)

register.filter("differences", differences)
register.filter("last_answer", messages.last_answer)
register.filter("result_message", messages.result_message)


@register.filter
def reason_title(reason: OpenReason) -> str:
    """Return the heading of the edits that are open for a reason."""
    return str(messages.TITLES[reason])


@register.filter
def reason_hint(reason: OpenReason) -> str:
    """Return what an admin can do about the edits that are open for a reason."""
    return str(messages.HINTS[reason])


@register.filter
def age(moment: datetime) -> str:
    """Return how long ago something was, in the largest unit: 3 hours."""
    now = clock.now()
    if now - moment < MINUTE:
        return _("less than a minute")
    return timesince(moment, now, depth=1)
