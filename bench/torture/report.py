"""The options of a run, and what is reported about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from bench.torture.leaks import Leaks
from bench.torture.oracle import Findings
from bench.torture.stack import ASANA_TIMEOUT, CONNECT_TIMEOUT, WEBS


@dataclass(frozen=True)
class Options:
    """The options of a run."""

    # Edits of all people together.
    edits: int
    people: int
    kills: int
    # The share of requests to Asana that fail, from 0 to 1.
    faults: float
    seed: int
    # "sqlite" or "postgres".
    database: str
    # How long the app waits for late writes, in seconds.
    settling: float = 40.0
    # How often a process is stopped for longer than a lease.
    freezes: int = 2
    # How often all processes are killed just as Asana has written; 0 for a fifth of `kills`.
    power_failures: int = 0
    # How long everything may take to settle in the end, in seconds.
    settles_within: float = 900.0
    # Values that people type into pages of Chromium, and how often these are killed or offline.
    values: int = 0
    page_kills: int = 0
    # A folder of `stack.prepare` to start from; empty to make everything.
    prepared: str = ""
    # What people do mostly: names of actions.
    mostly: Sequence[str] = ()

    @property
    def webs(self) -> int:
        """How many web processes there are: SQLite is for one machine, PostgreSQL for several."""
        return 3 if self.database == "postgres" else WEBS

    @property
    def latest(self) -> float:
        """How many seconds after its request the app expects a write at the latest."""
        return CONNECT_TIMEOUT + ASANA_TIMEOUT + self.settling

    def plan(self, *, has_redis: bool) -> list[str]:
        """Return what happens during the work, in order."""
        rare = max(self.kills // 5, 1) if self.kills else 0
        counts = {
            "kill": self.kills,
            "kill_asana": rare,
            "freeze": self.freezes,
            "expire": self.kills // 2,
            "revoke": self.kills // 4,
            "power_failure": self.power_failures or self.kills // 5,
        }
        if self.database == "postgres":
            counts["restart_database"] = rare
        if has_redis:
            counts["redis_down"] = rare
        else:
            counts["cache_down"] = rare
            counts["queue_down"] = rare if self.database == "sqlite" else 0
        plan = [name for name, count in counts.items() for _ in range(count)]
        Random(f"{self.seed} disruptions").shuffle(plan)
        return plan


@dataclass
class Report:
    """What happened in a run, and what was found."""

    options: Options
    edits: int = 0
    seconds: float = 0
    # Seconds.
    settled_in: float = 0
    actions: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    disruptions: Counter[str] = field(default_factory=Counter)
    # Number of writes, and of refusals, in Asana.
    writes: int = 0
    refusals: int = 0
    # Decisions about weeks by what came of them, and changes of rules.
    decisions: Counter[str] = field(default_factory=Counter)
    rules: int = 0
    # What people typed into pages of Chromium, and what happened to these.
    browsers: Counter[str] = field(default_factory=Counter)
    # The requests that were answered with status 500.
    server_errors: list[str] = field(default_factory=list)
    # The ends of the tracebacks in the logs of our processes.
    tracebacks: Counter[str] = field(default_factory=Counter)
    findings: Findings = field(default_factory=Findings)
    leaks: Leaks = field(default_factory=Leaks)
