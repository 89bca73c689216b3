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

# Minutes that are a multiple of no step.
EXAMPLE = 67
UP_TO_TODAY = gettext_lazy("You can’t log hours on future days.")
ON_THE_DAY = gettext_lazy("You can only log hours on the day itself.")


def sentence(refusal: Refusal, custom: Mapping[str, str]) -> str:
    """Return why a write was refused, as the person reads it.

    `custom` are the admins' own messages by rule, which replace ours; what a time would be rounded
    to is always added.
    """
    if refusal.rule is Rule.MOST and refusal.most == DAY:
        return messages.day_full(refusal.minutes)
    if not (message := custom.get(refusal.rule, "")):
        return " ".join(filter(None, (_fact(refusal), _advice(refusal))))
    return f"{message} {_would_be(refusal)}" if refusal.rule is Rule.ROUNDING else message


def lock_message(refusal: Refusal, custom: Mapping[str, str]) -> str:
    """Return why nothing can be typed on one or several days; `custom` as for `sentence`."""
    default = str(UP_TO_TODAY) if refusal.rule is Rule.FUTURE else _fact(refusal)
    return custom.get(refusal.rule, "") or default


def descriptions(policy: Policy, custom: Mapping[str, str]) -> list[str]:
    """Return a sentence for each rule that is set, to be read before it is broken; `custom` as for
    `sentence`."""
    sentences = []
    if policy.lock_date:
        sentences.append(lock_message(Refusal(Rule.LOCKED, day=policy.lock_date), custom))
    if policy.no_future:
        sentences.append(str(UP_TO_TODAY))
    if policy.back_days == 0:
        sentences.append(str(ON_THE_DAY))
    elif policy.back_days:
        sentences.append(
            ngettext(
                "You can change hours up to %(n)d day back.",
                "You can change hours up to %(n)d days back.",
                policy.back_days,
            )
            % {"n": policy.back_days}
        )
    if policy.most < DAY:
        sentences.append(_("You can log at most %(most)s a day.") % {"most": show(policy.most)})
    if policy.step:
        sentences.append(_steps(policy.step))
    if policy.note_required:
        sentences.append(_("Every entry needs a note."))
    return sentences


def default_messages(policy: Policy, today: date) -> dict[str, str]:
    """Return the message of each rule without custom ones, by rule.

    Rules that the policy does not set are shown with an example.
    """
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


def rounding_example(step: int) -> str:
    """Return what one time becomes when it is rounded in each of the ways to `step` minutes."""
    step = step or 15
    rounded = {way: show(Policy(step=step, rounding=way).rounded(EXAMPLE)) for way in Rounding}
    return ngettext(
        "With a step of %(n)d minute, %(typed)s becomes %(nearest)s (nearest), %(up)s (up) or "
        "%(down)s (down).",
        "With a step of %(n)d minutes, %(typed)s becomes %(nearest)s (nearest), %(up)s (up) or "
        "%(down)s (down).",
        step,
    ) % {
        "n": step,
        "typed": show(EXAMPLE),
        "nearest": rounded[Rounding.NEAREST],
        "up": rounded[Rounding.UP],
        "down": rounded[Rounding.DOWN],
    }


def _fact(refusal: Refusal) -> str:
    """Return what the rule says, without advice."""
    match refusal.rule:
        case Rule.LOCKED:
            return _("Hours through %(day)s are locked.") % {"day": _day(refusal.day)}
        case Rule.FUTURE:
            return _("That day is in the future.")
        case Rule.TOO_OLD:
            return _too_old(refusal)
        case Rule.ROUNDING:
            return f"{_steps(refusal.step)} {_would_be(refusal)}"
        case Rule.NOTE:
            return _("Every entry needs a note.")
        case Rule.MOST:
            return _("That would make %(total)s on this day. The limit is %(most)s.") % {
                "total": show(refusal.minutes),
                "most": show(refusal.most),
            }


def _steps(minutes: int) -> str:
    return ngettext(
        "Use multiples of %(n)d minute.",
        "Use multiples of %(n)d minutes.",
        minutes,
    ) % {"n": minutes}


def _too_old(refusal: Refusal) -> str:
    if not refusal.days:
        return str(ON_THE_DAY)
    return ngettext(
        "You can change hours up to %(n)d day back, from %(day)s on.",
        "You can change hours up to %(n)d days back, from %(day)s on.",
        refusal.days,
    ) % {"n": refusal.days, "day": _day(refusal.day)}


def _advice(refusal: Refusal) -> str:
    match refusal.rule:
        case Rule.LOCKED | Rule.TOO_OLD:
            return _("Ask an admin if something needs to change.")
        case Rule.FUTURE:
            return _("Log these hours when the day comes.")
        case Rule.ROUNDING:
            return _("Type %(rounded)s or another time.") % {"rounded": show(refusal.rounded)}
        case Rule.NOTE:
            return _("Type it after the hours, such as 1:30 call with the bank.")
        case Rule.MOST:
            return ""


def _would_be(refusal: Refusal) -> str:
    return _("%(typed)s would be %(rounded)s.") % {
        "typed": show(refusal.minutes),
        "rounded": show(refusal.rounded),
    }


def _day(day: date | None) -> str:
    return date_format(day, "DATE_FORMAT") if day else ""
