"""The rules of a workspace on what may be logged, and which of them a write would break.

The sentences for people are in `sheets.policy_messages`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from msgspec import UNSET

from timesheet.domain.cell import SeenEntry, Write, WriteKind
from timesheet.domain.duration import DAY

# The time zones that are furthest from UTC.
WESTERNMOST_ZONE, EASTERNMOST_ZONE = timedelta(hours=-12), timedelta(hours=14)
# The rounding steps to choose from, in minutes. Each is a whole part of an hour.
STEPS = (5, 6, 10, 12, 15, 20, 30, 60)


class Rule(StrEnum):
    """The rules that can refuse a write."""

    LOCKED = "locked"
    FUTURE = "future"
    TOO_OLD = "too_old"
    ROUNDING = "rounding"
    NOTE = "note"
    MOST = "most"


class Rounding(StrEnum):
    """The direction in which minutes are rounded."""

    NEAREST = "nearest"
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True)
class PossibleToday:
    """The first and the last day that today can be; the same where the time zone is known."""

    first: date
    last: date

    @classmethod
    def of(cls, day: date) -> PossibleToday:
        """Return the range for a known day."""
        return cls(day, day)

    @classmethod
    def at(cls, moment: datetime) -> PossibleToday:
        """Return the dates that it is at `moment`, anywhere on Earth."""
        moment = moment.astimezone(UTC)
        return cls((moment + WESTERNMOST_ZONE).date(), (moment + EASTERNMOST_ZONE).date())


@dataclass(frozen=True)
class Refusal:
    """The rule that a write breaks, with the values that its sentence needs."""

    rule: Rule
    # The last locked day, or the first day that can be changed.
    day: date | None = None
    # How many days back that is.
    days: int = 0
    # The minutes that are too many, or that are not a multiple of `step`.
    minutes: int = 0
    # The most minutes that a day may have.
    most: int = 0
    step: int = 0
    # What `minutes` are rounded to.
    rounded: int = 0


@dataclass(frozen=True)
class Policy:
    """The rules of a workspace for one person."""

    # The last locked day.
    lock_date: date | None = None
    # Hours cannot be logged on future days.
    no_future: bool = False
    # How many days back hours can be changed; None for no limit.
    back_days: int | None = None
    # The most minutes that a day may have.
    most: int = DAY
    note_required: bool = False
    # Minutes that durations must be a multiple of; 0 for any duration.
    step: int = 0
    rounding: Rounding = Rounding.NEAREST

    def lock_reason(self, day: date, today: PossibleToday) -> Refusal | None:
        """Return why hours of a day cannot be changed; None if they can."""
        if self.lock_date and day <= self.lock_date:
            return Refusal(Rule.LOCKED, day=self.lock_date)
        if self.no_future and day > today.last:
            return Refusal(Rule.FUTURE)
        if self.back_days is not None:
            first = today.first - timedelta(days=self.back_days)
            if day < first:
                return Refusal(Rule.TOO_OLD, day=first, days=self.back_days)
        return None

    def rounded(self, minutes: int) -> int:
        """Return the minutes rounded to whole steps: at least one, at most a day of them."""
        if not self.step:
            return minutes
        steps, rest = divmod(minutes, self.step)
        if self.rounding is Rounding.UP:
            steps += rest > 0
        elif self.rounding is Rounding.NEAREST:
            steps += 2 * rest >= self.step
        return min(max(steps, 1), DAY // self.step) * self.step


@dataclass(frozen=True)
class RequestedWrite:
    """What a write would change, for the rules to judge."""

    kind: WriteKind
    # The days on which hours change.
    days: tuple[date, ...]
    minutes: int = 0
    minutes_before: int = 0
    # The entry's note; None if it is not known.
    note: str | None = None
    # The minutes of the entry's day after the write, if it adds to them.
    total: int = 0

    @classmethod
    def of(cls, write: Write, day: date, seen: Iterable[SeenEntry]) -> RequestedWrite:
        """Describe a write in a cell with what is known before Asana is read."""
        minutes_by_gid = {entry.gid: entry.minutes for entry in seen}
        new_day = write.fields.entered_on
        note = write.fields.description
        return cls(
            write.kind,
            (day,) if new_day is UNSET else (day, new_day),
            write.minutes,
            minutes_by_gid.get(write.entry, 0),
            ("" if write.kind is WriteKind.CREATE else None) if note is UNSET else note,
        )


def refusal(policy: Policy, requested: RequestedWrite, today: PossibleToday) -> Refusal | None:
    """Return the first rule that the write breaks; None if it breaks none."""
    for day in requested.days:
        if locked := policy.lock_reason(day, today):
            return locked
    if requested.kind is WriteKind.DELETE:
        return None
    minutes, rounded = requested.minutes, policy.rounded(requested.minutes)
    if rounded != minutes != requested.minutes_before:
        return Refusal(Rule.ROUNDING, minutes=minutes, step=policy.step, rounded=rounded)
    if policy.note_required and requested.note is not None and not requested.note.strip():
        return Refusal(Rule.NOTE)
    most = min(policy.most, DAY)
    if requested.total > most:
        return Refusal(Rule.MOST, minutes=requested.total, most=most)
    return None
