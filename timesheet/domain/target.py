"""How long a person means to work on each day, and what a day still lacks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from accounts.asana.records import TimeOff

USUAL = (480, 480, 480, 480, 480, 0, 0)


@dataclass(frozen=True)
class Target:
    """Minutes wanted on a day; none on a day `off`."""

    minutes: int = 0
    off: bool = False


@dataclass(frozen=True)
class Total:
    """Minutes of a day, or of a week, beside those wanted."""

    minutes: int
    target: Target

    @property
    def missing(self) -> int:
        return max(self.target.minutes - self.minutes, 0)

    @property
    def over(self) -> int:
        return max(self.minutes - self.target.minutes, 0) if self.target.minutes else 0

    @property
    def met(self) -> bool:
        return bool(self.target.minutes) and self.minutes == self.target.minutes


def targets(
    days: Iterable[date], by_weekday: Sequence[int], time_off: Iterable[TimeOff]
) -> tuple[Target, ...]:
    """`by_weekday` are seven numbers of minutes, Monday's first."""
    absences = tuple(time_off)
    return tuple(
        Target(off=True)
        if any(absence.start_date <= day <= absence.end_date for absence in absences)
        else Target(by_weekday[day.weekday()])
        for day in days
    )
