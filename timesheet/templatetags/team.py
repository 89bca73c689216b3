"""Filters of the managers' pages."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.utils.translation import gettext as _

from accounts.asana.records import Entry
from timesheet.domain.approval import Status
from timesheet.domain.target import DEFAULT_TARGETS, Total
from timesheet.team import messages
from timesheet.team.listing import TeamQuery

register = template.Library()

_ICONS = {Status.DRAFT: "○", Status.SUBMITTED: "⇧", Status.APPROVED: "✓", Status.REJECTED: "↩"}

register.filter("flag_message", messages.flag_message)


@register.filter
def status_name(status: Status | str) -> str:
    """Return the name of a status in the person's language."""
    return str(messages.STATUSES[Status(status)])


@register.filter
def status_icon(status: Status) -> str:
    """Return the character that stands for a status."""
    return _ICONS[status]


@register.filter
def tenths(total: Total) -> int:
    """Return how full a day's bar is: 10 at the target, or at eight hours without one.

    Any time shows: less than a tenth counts as one.
    """
    whole = total.target.minutes or DEFAULT_TARGETS[0]
    return min(max(round(10 * total.minutes / whole), bool(total.minutes)), 10)


@register.simple_tag
def sort_query(chosen: TeamQuery, column: str) -> str:
    """Return the query string that sorts by a column, or by it in the opposite order."""
    return chosen.with_(sort=f"-{column}" if chosen.sort == column else column)


@register.filter
def sort_direction(chosen: TeamQuery, column: str) -> str:
    """Return `aria-sort` of a column: names rise, numbers fall, and the other way with a "-"."""
    if chosen.sort.removeprefix("-") != column:
        return ""
    rises = (column == "name") != chosen.sort.startswith("-")
    return "ascending" if rises else "descending"


@register.simple_tag
def team_query(chosen: TeamQuery, **changes: str) -> str:
    """Return the query string with some values changed."""
    return chosen.with_(**{name: str(value or "") for name, value in changes.items()})


@register.filter
def in_asana_app(gid: str) -> str:
    """Return the address of a task in Asana's own app."""
    return f"{settings.ASANA_URL}/0/0/{gid}"


@register.filter
def entry_details(entry: Entry) -> str:
    """Return an entry's billable status and categories."""
    billable = {"billable": _("billable"), "nonBillable": _("not billable")}
    details = [
        billable.get(entry.billable_status or ""),
        *(category.name for category in entry.categories),
    ]
    return ", ".join(detail for detail in details if detail)
