"""How long a timer ran, and whether somebody forgot it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from timesheet.domain.duration import DAY

MINUTE = timedelta(minutes=1)
# A timer that runs longer than this was probably forgotten.
FORGOTTEN_AFTER = timedelta(hours=10)


@dataclass(frozen=True)
class Span:
    """The time from starting a timer until it was stopped, or until now."""

    started_at: datetime
    ended_at: datetime
    # The person's own dates of these moments.
    started_on: date
    ended_on: date

    @property
    def elapsed(self) -> timedelta:
        """The time between; none where the clock was set back."""
        return max(self.ended_at - self.started_at, timedelta())

    @property
    def seconds(self) -> int:
        """Whole seconds."""
        return int(self.elapsed.total_seconds())

    @property
    def minutes(self) -> int:
        """Minutes, half a minute rounded up, of one day at most; 0 for less than a minute."""
        if self.elapsed < MINUTE:
            return 0
        return min((self.seconds + 30) // 60, DAY)

    @property
    def is_too_short(self) -> bool:
        """Whether it ran for less than a minute, so that nothing is lost without it."""
        return abs(self.ended_at - self.started_at) < MINUTE

    @property
    def is_unmeasured(self) -> bool:
        """Whether the clock was set back by more than the time that it ran."""
        return not self.is_too_short and self.ended_at < self.started_at

    @property
    def is_forgotten(self) -> bool:
        """Whether it ran for implausibly long, or past midnight."""
        return self.elapsed > FORGOTTEN_AFTER or self.ended_on != self.started_on
