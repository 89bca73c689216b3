"""Messages about other people's weeks: their flags, and what came of decisions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.problems import problem_for
from timesheet.core.formats import show
from timesheet.domain.approval import Status
from timesheet.domain.team_week import Flag, FlagKind, WeekFilter
from timesheet.sheets.messages import unread_entries
from timesheet.team.decisions import DecisionResult, SkipReason

STATUSES = {
    Status.DRAFT: gettext_lazy("Not submitted"),
    Status.SUBMITTED: gettext_lazy("Submitted"),
    Status.APPROVED: gettext_lazy("Approved"),
    Status.REJECTED: gettext_lazy("Returned"),
}

SHOWS = {
    WeekFilter.MISSING: gettext_lazy("Missing"),
    WeekFilter.OVER: gettext_lazy("Over"),
    WeekFilter.SUBMITTED: gettext_lazy("Submitted"),
    WeekFilter.APPROVED: gettext_lazy("Approved"),
    WeekFilter.RETURNED: gettext_lazy("Returned"),
}

_FLAGS = {
    FlagKind.SHORT: gettext_lazy("%(time)s missing"),
    FlagKind.OVER: gettext_lazy("%(time)s over"),
    FlagKind.LONG_DAY: gettext_lazy("more than 12 hours on %(days)s"),
    FlagKind.WEEKEND: gettext_lazy("%(time)s on %(days)s"),
    FlagKind.DAY_OFF: gettext_lazy("%(time)s on a day off: %(days)s"),
    FlagKind.TWICE: gettext_lazy("the same hours twice on %(days)s"),
    FlagKind.NO_NOTE: gettext_lazy("no note on %(days)s"),
    FlagKind.CHANGED: gettext_lazy("changed after it was submitted"),
    FlagKind.ONE_DAY: gettext_lazy("the whole week on %(days)s"),
}

_DONE = {
    "approve": gettext_lazy("Approved."),
    "return": gettext_lazy("Returned."),
    "reopen": gettext_lazy("Open again for a decision."),
}

_LEFT = {
    SkipReason.OWN: gettext_lazy("Left alone: nobody decides about their own week."),
    SkipReason.NOT_YOURS: gettext_lazy("Left alone: not one of your people."),
    SkipReason.CHANGED: gettext_lazy(
        "Left alone: the hours changed since you looked. Look again, then decide."
    ),
    SkipReason.HIDDEN: gettext_lazy("Left alone: Asana does not show you these hours."),
}

_NOT_POSSIBLE = {
    Status.DRAFT: gettext_lazy("Left alone: the week is not submitted."),
    Status.SUBMITTED: gettext_lazy("Left alone: the week waits for a decision already."),
    Status.APPROVED: gettext_lazy("Left alone: the week is approved already."),
    Status.REJECTED: gettext_lazy("Left alone: the week was returned before."),
}


_DECIDED_BY = {
    Status.DRAFT: gettext_lazy("%(name)s recalled this week. You didn't change it."),
    Status.SUBMITTED: gettext_lazy("%(name)s has it waiting for a decision. You didn't change it."),
    Status.APPROVED: gettext_lazy("%(name)s approved this week already. You didn't change it."),
    Status.REJECTED: gettext_lazy("%(name)s sent this week back already. You didn't change it."),
}

_UNKNOWN = gettext_lazy(
    "Asana didn't answer, so we don't know yet whether this took effect. We're checking, and the "
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
        return _("Left alone.")
    return problem_for(result.error, undone=_("Your decision wasn't saved.")).sentence


def _days(days: Iterable[date]) -> str:
    return ", ".join(date_format(day, "l") for day in days)
