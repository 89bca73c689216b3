"""What a value can mean that was typed over a cell with several entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from timesheet.domain.cell import NEW, SeenEntry
from timesheet.domain.duration import DAY, Duration


@dataclass(frozen=True)
class CellChoice:
    """One change that brings the cell to what was typed."""

    # The gids of the entries that change; `NEW` for one more.
    entries: tuple[str, ...]
    # The minutes of these entries before and after the change. After 0 they are deleted.
    before: int
    after: int


def choices(seen: Sequence[SeenEntry], typed: Duration | None) -> list[CellChoice]:
    """Return each single change that makes the cell's total what was typed.

    `typed` is None where the field was cleared: then entries are deleted, one or all. Deleting all
    is the last choice.
    """
    total = sum(entry.minutes for entry in seen)
    if typed is None:
        gids = tuple(entry.gid for entry in seen)
        deletions = [CellChoice((entry.gid,), entry.minutes, 0) for entry in seen]
        return [*deletions, CellChoice(gids, total, 0)]
    added = typed.minutes if typed.relative else typed.minutes - total
    changes = [
        CellChoice((entry.gid,), entry.minutes, entry.minutes + added)
        for entry in seen
        if added and 0 <= entry.minutes + added <= DAY
    ]
    return [*changes, CellChoice((NEW,), 0, added)] if added > 0 else changes
