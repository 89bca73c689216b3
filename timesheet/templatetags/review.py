"""What the pages of a manager need beyond if, for and include."""

from __future__ import annotations

from unicodedata import bidirectional

from django import template
from django.conf import settings
from django.utils.translation import gettext as _

from accounts.asana.records import AsanaUser, Entry
from timesheet.domain.approval import Status
from timesheet.domain.target import DEFAULT_TARGETS, Total
from timesheet.team import messages

register = template.Library()

# The height of a day's bar, in the units of its picture.
TALL = 24
_SIGNS = {Status.DRAFT: "○", Status.SUBMITTED: "⇧", Status.APPROVED: "✓", Status.REJECTED: "↩"}

register.filter("odd", messages.flag_message)


@register.filter
def named(status: Status) -> str:
    return str(messages.STATUSES[status])


@register.filter
def sign(status: Status) -> str:
    return _SIGNS[status]


@register.filter
def initials(person: AsanaUser) -> str:
    words = person.name.split() or [person.gid]
    # Letters that are joined from right to left would become another sign.
    joined = bidirectional(words[0][0]) in ("R", "AL")
    ends = words[:1] if joined or len(words) == 1 else [words[0], words[-1]]
    return "".join(word[0] for word in ends).upper()


@register.filter
def bar(total: Total) -> int:
    """How much of a day's bar its hours fill; of a day without a target, of a usual one."""
    return min(round(TALL * total.minutes / (total.target.minutes or DEFAULT_TARGETS[0])), TALL)


@register.filter
def from_top(height: int) -> int:
    return TALL - height


@register.filter
def in_asana_app(gid: str) -> str:
    """The address of a task in Asana."""
    return f"{settings.ASANA_URL}/0/0/{gid}"


@register.filter
def said_of(entry: Entry) -> str:
    """What an entry says besides its task, hours and note."""
    billable = {"billable": _("billable"), "nonBillable": _("not billable")}
    said = [
        billable.get(entry.billable_status or ""),
        *(category.name for category in entry.categories),
    ]
    return ", ".join(one for one in said if one)
