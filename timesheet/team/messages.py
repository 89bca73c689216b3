"""Messages about other people's weeks: their flags, and what came of decisions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.problems import problem_for
from timesheet.core.formats import show
from timesheet.domain.approval import Status
from timesheet.domain.team_week import Flag, FlagKind, WeekFilter
from timesheet.domain.week import Week
from timesheet.sheets.messages import unread_entries
from timesheet.team.decisions import DecisionResult, SkipReason

STATUSES = {
    Status.DRAFT: gettext_lazy("Not submitted"),
    Status.SUBMITTED: gettext_lazy("Submitted"),
    Status.APPROVED: gettext_lazy("Approved"),
    Status.REJECTED: gettext_lazy("Sent back"),
}

SHOWS = {
    WeekFilter.MISSING: gettext_lazy("Missing"),
    WeekFilter.OVER: gettext_lazy("Over"),
    WeekFilter.FLAGS: gettext_lazy("Flags"),
    WeekFilter.DRAFT: gettext_lazy("Not submitted"),
    WeekFilter.SUBMITTED: gettext_lazy("Submitted"),
    WeekFilter.APPROVED: gettext_lazy("Approved"),
    WeekFilter.RETURNED: gettext_lazy("Sent back"),
}

_FLAGS = {
    FlagKind.SHORT: gettext_lazy("%(time)s missing"),
    FlagKind.OVER: gettext_lazy("%(time)s over"),
    FlagKind.LONG_DAY: gettext_lazy("More than 12 hours on %(days)s"),
    FlagKind.WEEKEND: gettext_lazy("%(days)s %(time)s"),
    FlagKind.DAY_OFF: gettext_lazy("%(time)s logged on a day off: %(days)s"),
    FlagKind.TWICE: gettext_lazy("Same hours twice on %(days)s"),
    FlagKind.NO_NOTE: gettext_lazy("No note on %(days)s"),
    FlagKind.CHANGED: gettext_lazy("Changed after submitting"),
    FlagKind.ONE_DAY: gettext_lazy("All hours logged on %(days)s"),
}

_DONE = {
    "approve": gettext_lazy("Approved."),
    "return": gettext_lazy("Sent back."),
    "reopen": gettext_lazy("Submitted again."),
}

_LEFT = {
    SkipReason.OWN: gettext_lazy("You can’t approve or send back your own week."),
    SkipReason.NOT_YOURS: gettext_lazy("This person isn’t on your team."),
    SkipReason.CHANGED: gettext_lazy(
        "The hours changed since you opened this page. Check them, then decide."
    ),
    SkipReason.HIDDEN: gettext_lazy("Asana doesn’t show you these hours."),
}

_NOT_POSSIBLE = {
    Status.DRAFT: gettext_lazy("The week isn’t submitted."),
    Status.SUBMITTED: gettext_lazy("The week is already waiting for approval."),
    Status.APPROVED: gettext_lazy("The week is already approved."),
    Status.REJECTED: gettext_lazy("The week was already sent back."),
}


_DECIDED_BY = {
    Status.DRAFT: gettext_lazy("%(name)s recalled this week."),
    Status.SUBMITTED: gettext_lazy("%(name)s already reopened this week."),
    Status.APPROVED: gettext_lazy("%(name)s already approved this week."),
    Status.REJECTED: gettext_lazy("%(name)s already sent this week back."),
}

_UNKNOWN = gettext_lazy(
    "Asana didn’t answer, so we don’t know yet whether this took effect. We’re checking, and the "
    "team page shows the result."
)


def flag_message(flag: Flag) -> str:
    """Say what is flagged, short enough for a list of flags."""
    if flag.kind is FlagKind.UNREAD:
        return unread_entries(flag.count, flag.minutes)
    values = {"time": show(flag.minutes), "days": _days(flag.days)}
    return str(_FLAGS[flag.kind]) % values


def result_message(result: DecisionResult, action: str) -> str:
    """Say what came of "approve", "return" or "reopen" for one week."""
    if result.succeeded:
        return str(_DONE[action])
    if result.is_unknown:
        return str(_UNKNOWN)
    if result.skip_reason is SkipReason.STATUS and result.by:
        return str(_DECIDED_BY[result.status or Status.DRAFT]) % {"name": result.by}
    if result.skip_reason is SkipReason.STATUS:
        return str(_NOT_POSSIBLE[result.status or Status.DRAFT])
    if result.skip_reason:
        return str(_LEFT[result.skip_reason])
    if result.error is None:
        return _("Nothing changed.")
    return problem_for(result.error, undone=_("Your decision wasn’t saved.")).sentence


def _days(days: Iterable[date]) -> str:
    return ", ".join(date_format(day, "l") for day in days)


def decided_message(action: str, done: int, failed: int) -> str:
    """Say how many weeks were decided about, and how many were not."""
    if not done and not failed:
        return _("Select people first.")
    sentence = _done_message(action, done) if done else ""
    if not failed:
        return sentence
    left = ngettext(
        "%(number)d week wasn’t changed:", "%(number)d weeks weren’t changed:", failed
    ) % {"number": failed}
    return f"{sentence} {left}".strip()


def billable_change(points: int, week: Week) -> str:
    """Say by how many percentage points a share differs from that of an earlier week."""
    if not points:
        return _("same as week %(number)d") % {"number": week.number}
    change = f"+{points}" if points > 0 else f"\N{MINUS SIGN}{-points}"
    return _("%(change)s vs week %(number)d") % {"change": change, "number": week.number}


def progress_message(action: str, done: int, total: int) -> str:
    """Say how far a decision about many weeks is."""
    sentences = {
        "approve": _("Approving weeks: %(done)d of %(total)d"),
        "return": _("Sending weeks back: %(done)d of %(total)d"),
        "reopen": _("Undoing: %(done)d of %(total)d"),
    }
    return sentences[action] % {"done": done, "total": total}


def _done_message(action: str, number: int) -> str:
    sentences = {
        "approve": ngettext("%(number)d week approved.", "%(number)d weeks approved.", number),
        "return": ngettext("%(number)d week sent back.", "%(number)d weeks sent back.", number),
        "reopen": ngettext(
            "%(number)d week is waiting for approval again.",
            "%(number)d weeks are waiting for approval again.",
            number,
        ),
    }
    return sentences[action] % {"number": number}
