"""Target hours of days, and what is missing from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from accounts.asana.records import OutOfOffice

# Minutes by weekday, Monday's first.
DEFAULT_TARGETS = (480, 480, 480, 480, 480, 0, 0)
NO_HOLIDAYS: Mapping[date, str] = {}


@dataclass(frozen=True)
class Target:
    """The target of a day or a week."""

    minutes: int = 0
    # Whether the day is off: a holiday, or time off in Asana.
    off: bool = False
    # The name of the holiday.
    name: str = ""


@dataclass(frozen=True)
class Total:
    """The logged minutes of a day or a week beside their target."""

    minutes: int
    target: Target

    @property
    def missing(self) -> int:
        """Minutes below the target."""
        return max(self.target.minutes - self.minutes, 0)

    @property
    def over(self) -> int:
        """Minutes above the target; none without a target."""
        return max(self.minutes - self.target.minutes, 0) if self.target.minutes else 0

    @property
    def met(self) -> bool:
        """Whether the minutes are exactly those of the target."""
        return bool(self.target.minutes) and self.minutes == self.target.minutes


def targets(
    days: Iterable[date],
    expected: Callable[[date], int],
    time_off: Iterable[OutOfOffice],
    holidays: Mapping[date, str] = NO_HOLIDAYS,
) -> tuple[Target, ...]:
    """Return the target of each day.

    `expected` returns the minutes of a day that is not off, as `Capacity.on` does; `holidays` are
    names by day.
    """
    absences = tuple(time_off)
    return tuple(
        Target(off=True, name=holidays.get(day, ""))
        if day in holidays
        or any(absence.start_date <= day <= absence.end_date for absence in absences)
        else Target(expected(day))
        for day in days
    )
