"""The log of Asana's own writes and refusals, as the sandbox keeps it in a file."""

from __future__ import annotations

import json
from dataclasses import dataclass
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


def read(path: Path) -> tuple[list[Write], list[Refusal]]:
    """Return all writes and all refusals, in order."""
    writes, refusals = [], []
    for line in path.read_text().splitlines():
        values: dict[str, Any] = json.loads(line)
        if values["act"] == "refused":
            values.pop("act")
            refusals.append(Refusal(**values))
        else:
            writes.append(Write(**values))
    return sorted(writes, key=lambda write: write.at), refusals
