"""What the templates of the admins' pages need beyond if, for and include."""

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
def reason_title(why: OpenReason) -> str:
    return str(messages.TITLES[why])


@register.filter
def reason_hint(why: OpenReason) -> str:
    return str(messages.HINTS[why])


@register.filter
def age(moment: datetime) -> str:
    """How long ago, in its largest unit."""
    now = clock.now()
    if now - moment < MINUTE:
        return _("less than a minute")
    return timesince(moment, now, depth=1)
