"""How the installation is doing, and what ails it; pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

OK = "ok"

# An edit that has been on its way for longer needs somebody to look.
LONG = timedelta(hours=1)
# A share of failed requests that is more than bad luck, and of how many at least.
MANY_FAIL, OF_AT_LEAST = 0.1, 20
# Seconds that two clocks may differ; the doubt about lost answers bears two minutes.
CLOCKS_DIFFER = 30
# Bytes.
LOW_FREE_BYTES = 500_000_000


@dataclass(frozen=True)
class Checks:
    """A word for each, `ok` where nothing is wrong."""

    database: str = OK
    cache: str = OK
    worker: str = OK
    asana: str = OK

    @property
    def ready(self) -> bool:
        """Whether this process can serve people. Without a worker, and while Asana is away, what
        they type is kept and waits: to send them away would help nobody."""
        return self.database == self.cache == OK

    @property
    def status(self) -> str:
        if not self.ready:
            return "failing"
        return OK if self.worker == self.asana == OK else "degraded"


@dataclass(frozen=True)
class Answers:
    """How many requests Asana answered with each status; 0 is no answer at all."""

    by_status: Mapping[int, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.by_status.values())

    @property
    def failed(self) -> int:
        """Those that say something of Asana, the line to it or our haste; a refusal is about what
        was asked."""
        return sum(
            number
            for status, number in self.by_status.items()
            if status in (0, 429) or status >= 500
        )

    @property
    def rate(self) -> float:
        return self.failed / self.total if self.total else 0.0


@dataclass(frozen=True)
class HealthInputs:
    """What the ailments are told by. `waits` is since when the oldest edit has been on its way;
    `skew` how many seconds our clock is before Asana's; None is unknown."""

    checks: Checks
    oldest_wait: timedelta | None = None
    answers: Answers = Answers()
    clock_offset: float | None = None
    free_bytes: int | None = None
    version: str = ""
    workers: Collection[str] = ()


class HealthIssue(StrEnum):
    CACHE = "cache"
    WORKER = "worker"
    VERSIONS = "versions"
    UNREACHABLE = "unreachable"
    FAILING = "failing"
    STUCK = "stuck"
    ERRORS = "errors"
    CLOCK = "clock"
    ROOM = "room"


def find_issues(signs: HealthInputs) -> tuple[HealthIssue, ...]:
    answers = signs.answers
    found = {
        HealthIssue.CACHE: signs.checks.cache != OK,
        HealthIssue.WORKER: signs.checks.worker != OK,
        HealthIssue.VERSIONS: any(version != signs.version for version in signs.workers),
        HealthIssue.UNREACHABLE: signs.checks.asana == "unreachable",
        HealthIssue.FAILING: signs.checks.asana == "failing",
        HealthIssue.STUCK: signs.oldest_wait is not None and signs.oldest_wait > LONG,
        HealthIssue.ERRORS: answers.total >= OF_AT_LEAST and answers.rate > MANY_FAIL,
        HealthIssue.CLOCK: signs.clock_offset is not None
        and abs(signs.clock_offset) > CLOCKS_DIFFER,
        HealthIssue.ROOM: signs.free_bytes is not None and signs.free_bytes < LOW_FREE_BYTES,
    }
    return tuple(ailment for ailment, is_so in found.items() if is_so)
