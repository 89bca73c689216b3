"""What undo and redo may write: the reverse of what their step wrote last."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bench.torture.ledger import Place, Request
from bench.torture.locks import TOLERANCE
from bench.torture.write_log import Write


@dataclass
class Undo:
    """A request to undo a step, or to do it again."""

    request: Request
    # The writes that it reversed, each with its reverse.
    reversed: dict[Write, Write] = field(default_factory=dict)


class Undoing:
    """All undos of a run, and the writes of each step."""

    def __init__(self, requests: Iterable[Request]) -> None:
        self.undos: dict[str, list[Undo]] = defaultdict(list)
        for request in requests:
            if request.undo_count is not None:
                self.undos[request.user].append(Undo(request))
        # The writes of each step, each with how often the step had been undone.
        self._done: dict[str, list[tuple[int, Write]]] = defaultdict(list)
        self._reversed: set[Write] = set()
        # The gid of a deleted entry, and of the one that was made again in its place.
        self._again: dict[str, str] = {}
        self._minutes: dict[str, list[tuple[float, int | None]]] = defaultdict(list)

    def note_done(self, request: Request, write: Write) -> None:
        """Note that a write is what a request asked for."""
        self._done[request.step].append((0, write))
        self.note_other(write)

    def note_other(self, write: Write) -> None:
        """Note what an entry has from now on."""
        self._minutes[write.entry].append((write.at, write.minutes))

    def step_of(self, write: Write) -> str:
        """Return the step that a write belongs to; empty if it belongs to none that is known."""
        for step, done in self._done.items():
            if any(write == other for _count, other in done):
                return step
        return ""

    def claim(self, write: Write) -> bool:
        """Return whether a write is the reverse of one that an undo still has to reverse."""
        # One that was refused before is not the one that came.
        undos = sorted(
            self.undos[write.user],
            key=lambda undo: (
                not undo.request.accepted and undo.request.answered_at <= write.arrived_at
            ),
        )
        for undo in undos:
            request = undo.request
            if request.sent_at > write.arrived_at + TOLERANCE:
                continue
            for done in self.to_reverse(undo):
                if self._is_reverse(write, done):
                    undo.reversed[done] = write
                    self._reversed.add(done)
                    if write.act == "create":
                        self._again[done.entry] = write.entry
                    count = (request.undo_count or 0) + 1
                    self._done[request.step].append((count, write))
                    self.note_other(write)
                    return True
        return False

    def to_reverse(self, undo: Undo) -> list[Write]:
        """Return the writes of the step that an undo has to reverse and nothing has reversed.

        A redo reverses what undos wrote, and an undo all else.
        """
        request = undo.request
        undo_count = request.undo_count or 0
        return [
            write
            for count, write in self._done[request.step]
            if count <= undo_count
            and count % 2 == undo_count % 2
            and write.at <= request.answered_at
            and write not in self._reversed
        ]

    def missing(self, undo: Undo) -> Iterator[tuple[Write, Place]]:
        """Yield the writes that an undo left as they are, though their entries had not changed."""
        for done in self.to_reverse(undo):
            if done.act == "delete" or self._was_unchanged(done, undo.request):
                yield done, done.place

    def _was_unchanged(self, done: Write, request: Request) -> bool:
        gid = self._current(done.entry)
        before = [m for at, m in self._minutes[gid] if at <= request.sent_at]
        during = [m for at, m in self._minutes[gid] if request.sent_at < at <= request.answered_at]
        return {*before[-1:], *during} == {done.minutes}

    def _is_reverse(self, write: Write, done: Write) -> bool:
        if done.act == "delete":
            same = (write.act, write.place, write.minutes) == ("create", done.place, done.was)
            return same and write.user == done.user
        if write.entry != self._current(done.entry) or write.was != done.minutes:
            return False
        if done.act == "create":
            return write.act == "delete"
        return write.act == "update" and write.minutes == done.was

    def _current(self, gid: str) -> str:
        while gid in self._again:
            gid = self._again[gid]
        return gid
