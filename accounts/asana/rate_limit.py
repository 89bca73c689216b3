"""How many requests a token may make: what is left of it, as Asana would count.

https://developers.asana.com/docs/rate-limits: 1,500 requests a minute for a token where the
workspace pays, 150 where it does not, filling up evenly; at most 50 reads and 15 writes at once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

PAID, FREE = 1500, 150
READS_AT_ONCE, WRITES_AT_ONCE = 50, 15
# What a refusal taught is tried anew after this.
UNLEARNED_AFTER = timedelta(hours=1)
# Where Asana refuses and does not say for how long; and the longest that it is believed.
USUAL_WAIT, LONGEST_WAIT = 5, 300


@dataclass(frozen=True)
class Quota:
    """`left` of so many `per_minute`, as it was `at` that moment; it may be below zero.
    `learned_at` is when a refusal told that they are fewer than was thought."""

    at: datetime
    per_minute: int = PAID
    left: float = PAID
    learned_at: datetime | None = None

    def now(self, moment: datetime) -> Quota:
        if self.learned_at and moment - self.learned_at >= UNLEARNED_AFTER:
            return Quota(moment)
        seconds = max((moment - self.at).total_seconds(), 0)
        filled = min(self.left + seconds * self.per_minute / 60, self.per_minute)
        return replace(self, at=moment, left=filled)

    def wait(self) -> float:
        """Seconds until there is one to spend."""
        return max(1 - self.left, 0) * 60 / self.per_minute

    def spend(self, requests: int) -> Quota:
        return replace(self, left=self.left - requests)

    def refused(self, moment: datetime) -> Quota:
        """Asana has counted more than we did, or counts to less."""
        quota = self.now(moment)
        if quota.per_minute == PAID and quota.left > 0:
            return Quota(moment, FREE, 0, moment)
        return replace(quota, left=min(quota.left, 0))


def is_room(reads: int, writes: int) -> bool:
    """Whether so many requests may be under way at once."""
    return reads <= READS_AT_ONCE and writes <= WRITES_AT_ONCE


def believed(retry_after: int | None) -> timedelta:
    """How long to leave Asana alone after it refused."""
    seconds = USUAL_WAIT if retry_after is None else min(retry_after, LONGEST_WAIT)
    return timedelta(seconds=seconds)
