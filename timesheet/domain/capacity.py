"""How many minutes a person is expected to work on a day: as admins set it, from a date on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from timesheet.domain.target import DEFAULT_TARGETS

# Minutes by weekday, Monday's first.
Weekdays = Sequence[int]


@dataclass(frozen=True)
class CapacityPeriod:
    """What a person is expected to work from a day on."""

    starts_on: date
    minutes: Weekdays


@dataclass(frozen=True)
class Capacity:
    """What a person is expected to work, day by day."""

    # The workspace's minutes, which apply before the first period.
    usual: Weekdays = DEFAULT_TARGETS
    # The periods that admins set, the earliest first.
    periods: tuple[CapacityPeriod, ...] = ()
    # The person's own working hours; None where they set none.
    own: Weekdays | None = None
    # Whether a person's own working hours count even where they are below what is expected.
    own_may_lower: bool = False
    # Days on which only half of it is expected.
    half_days: frozenset[date] = frozenset()

    def on(self, day: date) -> int:
        """Return the minutes that are expected on a day."""
        weekday = day.weekday()
        minutes = self.set_on(day)[weekday]
        if self.own is not None:
            own = self.own[weekday]
            minutes = own if self.own_may_lower else max(own, minutes)
        return minutes // 2 if day in self.half_days else minutes

    def set_on(self, day: date) -> Weekdays:
        """Return what admins set for the weekdays in the period of a day."""
        started = [period for period in self.periods if period.starts_on <= day]
        return started[-1].minutes if started else self.usual
