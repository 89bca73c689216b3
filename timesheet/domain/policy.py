"""The rules of a workspace on what may be logged, and which of them a write would break.

The sentences for people are in `timesheet.sheets.policy_messages`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from msgspec import UNSET

from timesheet.domain.cell import SeenEntry, Write, WriteKind
from timesheet.domain.duration import DAY

# The zones that are furthest from UTC.
FIRST_ZONE, LAST_ZONE = timedelta(hours=-12), timedelta(hours=14)
# The steps that there can be, in minutes. An hour is a whole number of any of them.
STEPS = (5, 6, 10, 12, 15, 20, 30, 60)


class Rule(StrEnum):
    LOCKED = "locked"
    FUTURE = "future"
    TOO_OLD = "too_old"
    ROUNDING = "rounding"
    NOTE = "note"
    MOST = "most"


class Rounding(StrEnum):
    """Which way a time is rounded."""

    NEAREST = "nearest"
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True)
class PossibleToday:
    """The day it is: where the zone is not known, the first and the last that it can be."""

    first: date
    last: date

    @classmethod
    def of(cls, day: date) -> PossibleToday:
        return cls(day, day)

    @classmethod
    def at(cls, moment: datetime) -> PossibleToday:
        moment = moment.astimezone(UTC)
        return cls((moment + FIRST_ZONE).date(), (moment + LAST_ZONE).date())


@dataclass(frozen=True)
class Refusal:
    """The rule that a write breaks, and what its sentence needs: the last day that is locked, or
    the first that may still be changed; how many days back that is; the minutes that are too many
    or in no step, the most there may be, and what they would be `rounded`."""

    rule: Rule
    day: date | None = None
    days: int = 0
    minutes: int = 0
    most: int = 0
    step: int = 0
    rounded: int = 0


@dataclass(frozen=True)
class Policy:
    """The rules for one person. `back_days` None is without end, `step` 0 for none."""

    lock_date: date | None = None
    no_future: bool = False
    back_days: int | None = None
    most: int = DAY
    note_required: bool = False
    step: int = 0
    way: Rounding = Rounding.NEAREST

    def lock_reason(self, day: date, today: PossibleToday) -> Refusal | None:
        """Why nothing may be changed on a day."""
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
        """The whole steps that these minutes come to: one at least, and no more than a day has."""
        if not self.step:
            return minutes
        whole, rest = divmod(minutes, self.step)
        if self.way is Rounding.UP:
            whole += rest > 0
        elif self.way is Rounding.NEAREST:
            whole += 2 * rest >= self.step
        return min(max(whole, 1), DAY // self.step) * self.step


@dataclass(frozen=True)
class RequestedWrite:
    """What a write would come to: on which days there are changes, the minutes and what they were,
    and the note, None where it is not known. `total` are the minutes of the day where they end up,
    if that grows."""

    kind: WriteKind
    days: tuple[date, ...]
    minutes: int = 0
    was: int = 0
    note: str | None = None
    total: int = 0

    @classmethod
    def of(cls, write: Write, day: date, seen: Iterable[SeenEntry]) -> RequestedWrite:
        """As far as it is known before Asana is asked."""
        was = {one.gid: one.minutes for one in seen}
        moved = write.fields.entered_on
        note = write.fields.description
        return cls(
            write.kind,
            (day,) if moved is UNSET else (day, moved),
            write.minutes,
            was.get(write.entry, 0),
            ("" if write.kind is WriteKind.CREATE else None) if note is UNSET else note,
        )


def refusal(policy: Policy, wanted: RequestedWrite, today: PossibleToday) -> Refusal | None:
    """The first rule that the write breaks; None where it breaks none."""
    for day in wanted.days:
        if shut := policy.lock_reason(day, today):
            return shut
    if wanted.kind is WriteKind.DELETE:
        return None
    rounded = policy.rounded(wanted.minutes)
    if rounded != wanted.minutes != wanted.was:
        return Refusal(Rule.ROUNDING, minutes=wanted.minutes, step=policy.step, rounded=rounded)
    if policy.note_required and wanted.note is not None and not wanted.note.strip():
        return Refusal(Rule.NOTE)
    most = min(policy.most, DAY)
    if wanted.total > most:
        return Refusal(Rule.MOST, minutes=wanted.total, most=most)
    return None
