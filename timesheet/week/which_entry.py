"""The choices of a person who typed over a cell with several entries, as the panel offers them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.asana.records import Entry
from timesheet.domain import duration, which_entry
from timesheet.domain.cell import NEW
from timesheet.domain.cell_text import split_note
from timesheet.domain.duration import BadDuration
from timesheet.domain.grid import Cell
from timesheet.domain.journal import seen_of


@dataclass(frozen=True)
class OfferedChoice:
    """A change that one key or click makes."""

    # Those that change; None for one more.
    entries: tuple[Entry | None, ...]
    before: int
    after: int
    # What is sent as typed: empty to delete.
    text: str

    @property
    def is_new(self) -> bool:
        """Whether an entry is added."""
        return self.entries == (None,)


def offered_choices(cell: Cell, typed: str | None) -> Sequence[OfferedChoice]:
    """Return the changes that `typed` can mean; none where it can be read in one way only."""
    if typed is None or len(cell.entries) < 2:
        return ()
    text, note = split_note(typed)
    try:
        value = duration.parse(text) if duration.normalize(text) else None
    except BadDuration:
        return ()
    by_gid: dict[str, Entry | None] = {entry.gid: entry for entry in cell.entries}
    by_gid[NEW] = None
    return [
        OfferedChoice(
            tuple(by_gid[gid] for gid in choice.entries),
            choice.before,
            choice.after,
            _text(choice.after, note),
        )
        for choice in which_entry.choices(seen_of(cell.entries), value)
    ]


def _text(minutes: int, note: str) -> str:
    if not minutes:
        return ""
    return f"{minutes // 60}:{minutes % 60:02} {note}".strip()
