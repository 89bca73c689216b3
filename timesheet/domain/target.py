"""How long a person means to work on each day, and what a day still lacks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from accounts.asana.records import OutOfOffice

USUAL = (480, 480, 480, 480, 480, 0, 0)
NO_HOLIDAYS: Mapping[date, str] = {}


@dataclass(frozen=True)
class Target:
    """Minutes wanted on a day; none on a day `off`, which may have a `name`."""

    minutes: int = 0
    off: bool = False
    name: str = ""


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
    days: Iterable[date],
    by_weekday: Sequence[int],
    time_off: Iterable[OutOfOffice],
    holidays: Mapping[date, str] = NO_HOLIDAYS,
) -> tuple[Target, ...]:
    """`by_weekday` are seven numbers of minutes, Monday's first; `holidays` are names by day."""
    absences = tuple(time_off)
    return tuple(
        Target(off=True, name=holidays.get(day, ""))
        if day in holidays
        or any(absence.start_date <= day <= absence.end_date for absence in absences)
        else Target(by_weekday[day.weekday()])
        for day in days
    )
