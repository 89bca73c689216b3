"""Whether the installation is healthy, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

OK = "ok"

# An edit that has been open for longer needs an admin.
STUCK_AFTER = timedelta(hours=1)
# A higher share of failed requests is a problem, if there were at least this many requests.
MAX_FAILURE_RATE, MIN_REQUESTS = 0.1, 20
# How many seconds our clock may differ from Asana's.
MAX_CLOCK_OFFSET = 30
# Of disk space.
MIN_FREE_BYTES = 500_000_000


@dataclass(frozen=True)
class Checks:
    """The result of each check: `ok`, or a word for what is wrong."""

    database: str = OK
    cache: str = OK
    queue: str = OK
    worker: str = OK
    asana: str = OK

    @property
    def ready(self) -> bool:
        """Whether this process can serve people.

        Without the cache pages are slower. Without the queue or a worker, or while Asana is down,
        edits are stored and wait. Turning people away would help with none of them.
        """
        return self.database == OK

    @property
    def status(self) -> str:
        """The result of all checks: `ok`, `degraded` or `failing`."""
        if not self.ready:
            return "failing"
        others = {self.cache, self.queue, self.worker, self.asana}
        return OK if others == {OK} else "degraded"


@dataclass(frozen=True)
class Answers:
    """How Asana responded to a number of requests."""

    # Number of requests by HTTP status; 0 stands for no response.
    by_status: Mapping[int, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Number of requests."""
        return sum(self.by_status.values())

    @property
    def failed(self) -> int:
        """Number of requests that failed because of Asana, the network or the rate limit.

        Other refusals depend on what was requested.
        """
        return sum(
            number
            for status, number in self.by_status.items()
            if status in (0, 429) or status >= 500
        )

    @property
    def rate(self) -> float:
        """The failed share of the requests, from 0 to 1."""
        return self.failed / self.total if self.total else 0.0


@dataclass(frozen=True)
class HealthInputs:
    """The measurements that issues are found from; None stands for unknown."""

    checks: Checks
    # How long the oldest edit has been waiting to be delivered; None if none is.
    oldest_wait: timedelta | None = None
    answers: Answers = Answers()
    # Seconds that our clock is ahead of Asana's.
    clock_offset: float | None = None
    # Free disk space of the database.
    free_bytes: int | None = None
    version: str = ""
    # The versions that the running workers have.
    workers: Collection[str] = ()
    # Whether nothing is delivered, because the database was restored.
    paused: bool = False


class HealthIssue(StrEnum):
    """What can be wrong; `admin.health.messages` has the sentences for people."""

    PAUSED = "paused"
    CACHE = "cache"
    QUEUE = "queue"
    WORKER = "worker"
    VERSIONS = "versions"
    UNREACHABLE = "unreachable"
    FAILING = "failing"
    STUCK = "stuck"
    ERRORS = "errors"
    CLOCK = "clock"
    DISK_SPACE = "disk_space"


def find_issues(inputs: HealthInputs) -> tuple[HealthIssue, ...]:
    """Return everything that is wrong, in the order of `HealthIssue`."""
    checks, answers = inputs.checks, inputs.answers
    offset, free_bytes = inputs.clock_offset, inputs.free_bytes
    conditions = {
        HealthIssue.PAUSED: inputs.paused,
        HealthIssue.CACHE: checks.cache != OK,
        HealthIssue.QUEUE: checks.queue != OK,
        HealthIssue.WORKER: checks.worker != OK,
        HealthIssue.VERSIONS: any(version != inputs.version for version in inputs.workers),
        HealthIssue.UNREACHABLE: checks.asana == "unreachable",
        HealthIssue.FAILING: checks.asana == "failing",
        HealthIssue.STUCK: inputs.oldest_wait is not None and inputs.oldest_wait > STUCK_AFTER,
        HealthIssue.ERRORS: answers.total >= MIN_REQUESTS and answers.rate > MAX_FAILURE_RATE,
        HealthIssue.CLOCK: offset is not None and abs(offset) > MAX_CLOCK_OFFSET,
        HealthIssue.DISK_SPACE: free_bytes is not None and free_bytes < MIN_FREE_BYTES,
    }
    return tuple(issue for issue, is_present in conditions.items() if is_present)
