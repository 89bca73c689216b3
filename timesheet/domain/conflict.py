"""Mine and theirs: what a person can choose where Asana has something else than they saw."""

from __future__ import annotations

from dataclasses import dataclass, replace

from timesheet.domain.cell import CannotPlan, SeenEntry, Write, WriteKind, plan
from timesheet.domain.duration import BadDuration, Duration, parse


@dataclass(frozen=True)
class Conflict:
    """`write` is what the person wanted, by the `text` they typed; `theirs` is in the cell now.
    The entry that is meant is still `there`, be it on another day."""

    write: Write
    text: str
    theirs: tuple[SeenEntry, ...]
    there: bool

    @property
    def their_minutes(self) -> int:
        return sum(one.minutes for one in self.theirs)

    @property
    def mine(self) -> Write | None:
        """The write that makes it mine, knowing theirs; None where that is not one write."""
        write, named = self.write, {one.gid for one in self.theirs}
        if self.there and (write.entry not in named or not self._relative):
            return write
        if write.kind is WriteKind.DELETE:
            return None
        wanted = self._relative or Duration(write.minutes)
        seen = tuple(one for one in self.theirs if one.gid == write.entry) or self.theirs
        try:
            planned = plan(seen, wanted)
        except CannotPlan:
            return None
        if planned is None or planned.kind is WriteKind.DELETE:
            return None
        return replace(planned, fields=write.fields)

    @property
    def both(self) -> Write | None:
        """The write that adds mine beside theirs."""
        if self.write.kind is WriteKind.CREATE and self.theirs:
            return self.write
        return None

    @property
    def _relative(self) -> Duration | None:
        """What was typed, if it is meant to be added to what is there."""
        try:
            typed = parse(self.text)
        except BadDuration:
            return None
        return typed if typed.relative and self.theirs else None
