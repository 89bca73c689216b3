"""ISO weeks, Monday to Sunday, which Asana approves time by too."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

_FORM = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)
_YEARS = range(1900, 3000)


@dataclass(frozen=True, order=True)
class Week:
    """A week by its ISO year and number, written 2026-W48."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Self:
        """Return the week that has `day`."""
        year, number, _ = day.isocalendar()
        return cls(year, number)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse 2026-W48. Raises `ValueError` unless it is a week of the years 1900 to 2999."""
        match = _FORM.fullmatch(text)
        if match is None or int(match[1]) not in _YEARS:
            raise ValueError(text)
        week = cls(int(match[1]), int(match[2]))
        date.fromisocalendar(week.year, week.number, 1)
        return week

    def __str__(self) -> str:
        return f"{self.year:04}-W{self.number:02}"

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    @property
    def start(self) -> date:
        """Its Monday."""
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def end(self) -> date:
        """Its Sunday."""
        return self.start + timedelta(days=6)

    @property
    def days(self) -> tuple[date, ...]:
        """Its seven days, Monday first."""
        return tuple(self.start + timedelta(days=offset) for offset in range(7))

    @property
    def previous(self) -> Self:
        """The week before."""
        return self.of(self.start - timedelta(days=7))

    @property
    def next(self) -> Self:
        """The week after."""
        return self.of(self.start + timedelta(days=7))
