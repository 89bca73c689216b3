"""A conflict: Asana has something else than the person saw, and they choose what to keep."""

from __future__ import annotations

from dataclasses import dataclass, replace

from timesheet.domain.cell import CannotPlan, SeenEntry, Write, WriteKind, plan, write_seen
from timesheet.domain.duration import BadDuration, Duration, parse


@dataclass(frozen=True)
class Conflict:
    """An edit that was planned for a cell that has changed in Asana since."""

    # The write that was planned.
    write: Write
    # The text it was planned from.
    text: str
    # The entries that the cell has now.
    theirs: tuple[SeenEntry, ...]
    # Whether the entry to be changed still exists, perhaps on another day.
    there: bool
    # Whether the edit adds an entry to whatever the cell has.
    adds: bool = False
    # The fingerprint of the entry to be changed; empty if it does not exist.
    fingerprint: str = ""

    @property
    def version(self) -> str:
        """What the cell has now, as text, so that a choice that is sent twice is applied once."""
        return f"{write_seen(self.theirs)};{self.fingerprint}"

    @property
    def their_minutes(self) -> int:
        """Minutes that the cell has in Asana now."""
        return sum(entry.minutes for entry in self.theirs)

    @property
    def mine(self) -> Write | None:
        """The write that applies the edit to the cell as it is now; None if no single one does."""
        write, gids = self.write, {entry.gid for entry in self.theirs}
        if self.adds and self.theirs:
            return None
        if self.there and (write.entry not in gids or not self._relative):
            return write
        if write.kind is WriteKind.DELETE:
            return None
        duration = self._relative or Duration(write.minutes)
        seen = tuple(entry for entry in self.theirs if entry.gid == write.entry) or self.theirs
        try:
            planned = plan(seen, duration)
        except CannotPlan:
            return None
        if planned is None or planned.kind is WriteKind.DELETE:
            return None
        return replace(planned, fields=write.fields)

    @property
    def both(self) -> Write | None:
        """The write that adds an entry beside those the cell has now; None if there is none."""
        if self.write.kind is WriteKind.CREATE and self.theirs:
            return self.write
        return None

    @property
    def _relative(self) -> Duration | None:
        """The typed duration, if it is to be added to what the cell has."""
        try:
            duration = parse(self.text)
        except BadDuration:
            return None
        return duration if duration.relative and self.theirs else None
