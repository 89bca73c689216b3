"""What is stored about a person, what happens to it when they are erased, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from timesheet.admin.roles.person_tables import DataGroup

_LABELS = {
    DataGroup.ACCOUNT: gettext_lazy("Account, preferences, sessions and emails sent"),
    DataGroup.CONNECTION: gettext_lazy("Asana connection, its usage, and copies of weeks"),
    DataGroup.ROLES: gettext_lazy("Roles, managers, people they manage, and delegates"),
    DataGroup.CAPACITY: gettext_lazy("Capacity and half days off"),
    DataGroup.JOURNAL: gettext_lazy("History of the changes they made to hours"),
    DataGroup.OWN: gettext_lazy("Pinned tasks, templates, timers, saved views and alerts"),
    DataGroup.WEEKS: gettext_lazy("Weeks that were sent back, and emails that are due"),
    DataGroup.DECISIONS: gettext_lazy("Decisions about weeks: submitted, approved, sent back"),
    DataGroup.AUDIT: gettext_lazy("Audit log"),
}


@dataclass(frozen=True)
class StoredData:
    """Rows about a person."""

    label: str
    number: int
    # Why they are kept; empty if they are erased.
    reason: str = ""


def stored_data(counts: Mapping[DataGroup, int]) -> tuple[list[StoredData], list[StoredData]]:
    """Return what is erased, and what is kept and why."""
    found = {
        group: StoredData(str(_LABELS[group]), number, _reason(group) if group.is_kept else "")
        for group, number in counts.items()
    }
    erased = [data for group, data in found.items() if not group.is_kept]
    return erased, [data for group, data in found.items() if group.is_kept]


def _reason(group: DataGroup) -> str:
    if group is DataGroup.DECISIONS:
        return _(
            "They prove who approved hours that were paid or invoiced. Comments on this person’s "
            "weeks are erased."
        )
    days = int(settings.AUDIT_KEEP_DAYS)
    if not days:
        return _("It proves who did what, so entries never change.")
    return ngettext(
        "It proves who did what, so entries never change. They’re deleted after %(days)d day.",
        "It proves who did what, so entries never change. They’re deleted after %(days)d days.",
        days,
    ) % {"days": days}


def open_edits_message(number: int) -> str:
    """Say that a person can't be erased while changes are not in Asana."""
    return ngettext(
        "%(number)d change isn’t saved to Asana yet. Retry or discard it first.",
        "%(number)d changes aren’t saved to Asana yet. Retry or discard them first.",
        number,
    ) % {"number": number}
