"""The sentences of a workspace's rules: why something was refused, and what to do now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from timesheet.core.formats import show
from timesheet.domain.duration import DAY
from timesheet.domain.policy import Policy, Refusal, Rounding, Rule
from timesheet.sheets import messages

# A time that fits into no step, in minutes.
EXAMPLE = 67
UP_TO_TODAY = gettext_lazy("Hours are logged up to today, not ahead.")
ON_THE_DAY = gettext_lazy("Hours are logged here on the day itself, not later.")


def sentence(refusal: Refusal, own: Mapping[str, str]) -> str:
    """What the person reads: the admin's `own` words for the rule, where there are some, else the
    usual ones. What a time would be rounded to is always told."""
    if refusal.rule is Rule.MOST and refusal.most == DAY:
        return messages.day_full(refusal.minutes)
    if not (said := own.get(refusal.rule, "")):
        return f"{fact(refusal)} {_then(refusal)}"
    return f"{said} {_would_be(refusal)}" if refusal.rule is Rule.ROUNDING else said


def lock_message(refusal: Refusal, own: Mapping[str, str]) -> str:
    """Why nothing can be typed on a day, or on some in a row."""
    usual = str(UP_TO_TODAY) if refusal.rule is Rule.FUTURE else fact(refusal)
    return own.get(refusal.rule, "") or usual


def told(policy: Policy, own: Mapping[str, str]) -> list[str]:
    """The rules that a person has to keep, for them to read before they break one."""
    said = []
    if policy.lock_date:
        said.append(lock_message(Refusal(Rule.LOCKED, day=policy.lock_date), own))
    if policy.no_future:
        said.append(str(UP_TO_TODAY))
    if policy.back_days == 0:
        said.append(str(ON_THE_DAY))
    elif policy.back_days:
        said.append(
            ngettext(
                "Hours can be changed up to %(n)d day back.",
                "Hours can be changed up to %(n)d days back.",
                policy.back_days,
            )
            % {"n": policy.back_days}
        )
    if policy.most < DAY:
        said.append(_("At most %(most)s are logged on a day.") % {"most": show(policy.most)})
    if policy.step:
        said.append(_steps(policy.step))
    if policy.note_required:
        said.append(_("Every entry needs a note."))
    return said


def usual(policy: Policy, today: date) -> dict[str, str]:
    """What each rule says by the usual words, by rule: of this policy, or of one as an example."""
    back = 14 if policy.back_days is None else policy.back_days
    most = policy.most if policy.most < DAY else 10 * 60
    stepping = policy if policy.step else replace(policy, step=15)
    examples = (
        Refusal(Rule.LOCKED, day=policy.lock_date or today.replace(day=1) - timedelta(days=1)),
        Refusal(Rule.FUTURE),
        Refusal(Rule.TOO_OLD, day=today - timedelta(days=back), days=back),
        Refusal(Rule.MOST, minutes=most + 45, most=most),
        Refusal(Rule.NOTE),
        Refusal(
            Rule.ROUNDING,
            minutes=EXAMPLE,
            step=stepping.step,
            rounded=stepping.rounded(EXAMPLE),
        ),
    )
    return {refusal.rule.value: sentence(refusal, {}) for refusal in examples}


def roundings(step: int) -> str:
    """What a time becomes in each of the ways."""
    step = step or 15
    of = {way: show(Policy(step=step, rounding=way).rounded(EXAMPLE)) for way in Rounding}
    return ngettext(
        "In steps of %(n)d minute %(typed)s would be %(nearest)s to the nearest, %(up)s up and "
        "%(down)s down.",
        "In steps of %(n)d minutes %(typed)s would be %(nearest)s to the nearest, %(up)s up and "
        "%(down)s down.",
        step,
    ) % {
        "n": step,
        "typed": show(EXAMPLE),
        "nearest": of[Rounding.NEAREST],
        "up": of[Rounding.UP],
        "down": of[Rounding.DOWN],
    }


def fact(refusal: Refusal) -> str:
    """The rule as it is, by the usual words."""
    match refusal.rule:
        case Rule.LOCKED:
            return _("Hours up to %(day)s are locked.") % {"day": _day(refusal.day)}
        case Rule.FUTURE:
            return _("That day is still to come, and hours are logged here up to today.")
        case Rule.TOO_OLD:
            return _too_old(refusal)
        case Rule.ROUNDING:
            return f"{_steps(refusal.step)} {_would_be(refusal)}"
        case Rule.NOTE:
            return _("Every entry here needs a note.")
        case Rule.MOST:
            return _(
                "That would make %(total)s on this day, and at most %(most)s may be logged on one."
            ) % {"total": show(refusal.minutes), "most": show(refusal.most)}


def _steps(minutes: int) -> str:
    return ngettext(
        "Times here go in steps of %(n)d minute.",
        "Times here go in steps of %(n)d minutes.",
        minutes,
    ) % {"n": minutes}


def _too_old(refusal: Refusal) -> str:
    if not refusal.days:
        return str(ON_THE_DAY)
    return ngettext(
        "Hours can be changed here up to %(n)d day back, so from %(day)s on.",
        "Hours can be changed here up to %(n)d days back, so from %(day)s on.",
        refusal.days,
    ) % {"n": refusal.days, "day": _day(refusal.day)}


def _then(refusal: Refusal) -> str:
    match refusal.rule:
        case Rule.LOCKED | Rule.TOO_OLD:
            return _("Nothing was saved: ask an admin of this workspace if it has to change.")
        case Rule.FUTURE:
            return _("Nothing was saved: type it again when the day has come.")
        case Rule.ROUNDING:
            return _("Nothing was saved: write %(rounded)s, or another time.") % {
                "rounded": show(refusal.rounded)
            }
        case Rule.NOTE:
            return _("Nothing was saved: write a note with it, in the entries of the cell.")
        case Rule.MOST:
            return _("Nothing was saved.")


def _would_be(refusal: Refusal) -> str:
    return _("%(typed)s would be %(rounded)s.") % {
        "typed": show(refusal.minutes),
        "rounded": show(refusal.rounded),
    }


def _day(day: date | None) -> str:
    return date_format(day, "DATE_FORMAT") if day else ""
