"""How many requests a token may still make, counted the way Asana counts them.

https://developers.asana.com/docs/rate-limits: 1,500 requests a minute for a token of a paid
workspace, 150 for one of a free workspace, refilled evenly; at most 50 reads and 15 writes at once.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

PAID, FREE = 1500, 150
READS_AT_ONCE, WRITES_AT_ONCE = 50, 15
# What background reads leave to people who wait for a page: so many of the reads at once, and this
# share of the requests of a minute.
RESERVED_READS, RESERVED_SHARE = 20, 0.2
# How many reads a batch in the background sends at once: it leaves some to single reads there, such
# as those of photos, which hold up a browser's other requests while they wait.
BACKGROUND_BATCH = READS_AT_ONCE - RESERVED_READS - 4
# After this a token that was taken for one of a free workspace gets the paid limit again.
FORGET_REFUSAL_AFTER = timedelta(hours=1)
# Used where a 429 has no Retry-After; and the longest one that we follow.
DEFAULT_RETRY_AFTER_SECONDS, MAX_RETRY_AFTER_SECONDS = 5, 300


@dataclass(frozen=True)
class Quota:
    """What is left of a token's requests at one moment."""

    at: datetime
    # How many requests Asana allows in a minute.
    per_minute: int = PAID
    # How many of them are left; below zero when Asana counted more than we did.
    left: float = PAID
    # When a 429 showed that the limit is the free one; None where there was no such answer.
    learned_at: datetime | None = None

    def now(self, moment: datetime) -> Quota:
        """Return the quota at a later moment, refilled since."""
        if self.learned_at and moment - self.learned_at >= FORGET_REFUSAL_AFTER:
            return Quota(moment)
        seconds = max((moment - self.at).total_seconds(), 0)
        filled = min(self.left + seconds * self.per_minute / 60, self.per_minute)
        return replace(self, at=moment, left=filled)

    def wait(self, *, background: bool = False) -> float:
        """Return the seconds until at least one request is left; 0 if there is one.

        Requests of the `background` leave a share of the quota to the others.
        """
        reserved = RESERVED_SHARE * self.per_minute if background else 0
        return max(1 + reserved - self.left, 0) * 60 / self.per_minute

    def spend(self, requests: int) -> Quota:
        """Return the quota without these `requests`."""
        return replace(self, left=self.left - requests)

    def refused(self, moment: datetime) -> Quota:
        """Return the quota after a 429.

        Where we believed that requests were left, the limit must be the free one.
        """
        quota = self.now(moment)
        if quota.per_minute == PAID and quota.left > 0:
            return Quota(moment, FREE, 0, moment)
        return replace(quota, left=min(quota.left, 0))


def fits_at_once(reads: int, writes: int) -> bool:
    """Tell whether Asana allows this many reads and writes at the same time."""
    return reads <= READS_AT_ONCE and writes <= WRITES_AT_ONCE


def free_reads(in_flight: int, *, background: bool) -> int:
    """Return how many more reads may be sent while `in_flight` are under way."""
    most = READS_AT_ONCE - RESERVED_READS if background else READS_AT_ONCE
    return max(most - in_flight, 0)


def wait_after_refusal(retry_after: int | None) -> timedelta:
    """Return how long to send nothing after a 429 with this Retry-After, in seconds."""
    if retry_after is None:
        retry_after = DEFAULT_RETRY_AFTER_SECONDS
    return timedelta(seconds=min(retry_after, MAX_RETRY_AFTER_SECONDS))


class RateLimiter(Protocol):
    """Makes requests wait for their turn, so that we stay within Asana's limits."""

    def slot(
        self, *, reads: int = 0, writes: int = 0, cost: int = 1, background: bool = False
    ) -> AbstractContextManager[int]:
        """Reserve room for `reads` and `writes` at the same time while the context is open.

        The context yields the number of requests that may be in flight at once, which is fewer
        reads than asked for while others are in flight. `cost` is how many requests are made in
        all. Requests of the `background` leave room for the others. Raises `RateLimited` if there
        is no room soon: `Busy` if only our own requests are in the way.
        """

    def reserve(self, *, reads: int, writes: int) -> AbstractContextManager[None]:
        """Reserve room for requests that follow each other, each of which asks for its slot then.

        Raises as `slot` does.
        """

    def slow_down(self, retry_after: int | None) -> None:
        """Record that Asana answered 429, with this Retry-After in seconds."""


class Unlimited:
    """Limits nothing: for single requests, and where another limiter has reserved the room."""

    def slot(
        self,
        *,
        reads: int = 0,
        writes: int = 0,
        cost: int = 1,  # noqa: ARG002
        background: bool = False,  # noqa: ARG002
    ) -> AbstractContextManager[int]:
        """Return a context that reserves nothing."""
        return nullcontext(reads + writes)

    def reserve(self, *, reads: int, writes: int) -> AbstractContextManager[None]:  # noqa: ARG002
        """Return a context that reserves nothing."""
        return nullcontext()

    def slow_down(self, retry_after: int | None) -> None:
        """Do nothing."""
