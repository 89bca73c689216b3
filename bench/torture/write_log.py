"""The log of Asana's own writes and refusals, as the sandbox keeps it in a file."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Write:
    """A write that took place in Asana."""

    # "create", "update" or "delete".
    act: str
    entry: str
    user: str
    task: str
    day: str
    # After it, and before; None if there is none.
    minutes: int | None
    was: int | None
    description: str
    # When it took place, and when its request arrived, in seconds since the epoch.
    at: float
    arrived_at: float

    @property
    def place(self) -> tuple[str, str]:
        """The task and the day."""
        return self.task, self.day


@dataclass(frozen=True)
class Refusal:
    """A write that Asana refused, in its own form."""

    method: str
    path: str
    status: int
    at: float

    def is_about(self, gids: set[str]) -> bool:
        """Return whether its address names one of these tasks or entries."""
        return bool(gids & set(self.path.split("/")))


@dataclass(frozen=True)
class StatusWrite:
    """A new approval status of a person's week in Asana: "DRAFT", "SUBMITTED" and so on."""

    user: str
    workspace: str
    # The week's Monday.
    start: str
    was: str
    status: str
    # The gid of the person who gave it.
    by: str
    at: float
    arrived_at: float


@dataclass(frozen=True)
class Log:
    """All that Asana wrote and refused, in order."""

    writes: list[Write] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    statuses: list[StatusWrite] = field(default_factory=list)


def read(path: Path) -> Log:
    """Read the log from its file."""
    log = Log()
    for line in path.read_text().splitlines():
        values: dict[str, Any] = json.loads(line)
        act = values.pop("act")
        if act == "refused":
            log.refusals.append(Refusal(**values))
        elif act == "status":
            log.statuses.append(StatusWrite(**values))
        else:
            log.writes.append(Write(act, **values))
    for part in (log.writes, log.statuses):
        part.sort(key=lambda write: write.at)
    return log
