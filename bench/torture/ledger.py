"""What people asked for and what they were shown, noted by the people themselves.

The verdict is built from this and from Asana's own log, never from the app's tables.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from bench.torture.week_page import Cell

# A task's gid and a day.
Place = tuple[str, str]


@dataclass(frozen=True)
class Option:
    """A write in Asana that answers a request."""

    # "create", "update" or "delete".
    act: str
    place: Place
    # After it; None for a deletion.
    minutes: int | None = None
    # The gid of the entry; empty for a create.
    entry: str = ""
    # The minutes of the entries that the person saw in the cell, by gid, where the whole cell must
    # still be like that.
    cell: tuple[tuple[str, int], ...] | None = None
    # The minutes of the entry that the person saw.
    was: int | None = None
    # The note; None where it is left as it is.
    note: str | None = None


@dataclass
class Effect:
    """One thing that must take place in Asana exactly once, in one of several ways."""

    options: list[Option]
    # What was typed in a cell, and how that was shown; None where a form was sent.
    cell: Cell | None = None
    text: str = ""

    @property
    def place(self) -> Place:
        """The cell of the first option."""
        return self.options[0].place


@dataclass(frozen=True)
class Sight:
    """How a cell was shown, between the time of the request and that of the response."""

    asked_at: float
    shown_at: float
    cell: Cell


@dataclass
class Request:
    """Something that a person asked for, however often it was sent."""

    user: str
    action: str
    effects: list[Effect]
    # The edits' ids, in the order of the effects; some are not known.
    edits: list[str]
    # The id under which it is undone.
    step: str
    sent_at: float
    answered_at: float = float("inf")
    # Whether the response said that the app has it now: saved, or saved soon.
    accepted: bool = False
    # Why the app did not take it, or an effect of it, as the person read it.
    reasons: list[str] = field(default_factory=list)
    # Whether the first of two effects was saved and the second refused, as the person read it.
    half_saved: bool = False
    # How often the step was undone before, for an undo or redo.
    undo_count: int | None = None
    # When each cell was first shown as if nothing of it were open.
    settled: dict[Place, float] = field(default_factory=dict)

    def __str__(self) -> str:
        undone = "" if self.undo_count is None else f", undone {self.undo_count} times before"
        answer = "taken" if self.accepted else f"not taken: {self.reasons}"
        return f"{self.action} of {self.user} in step {self.step}{undone}, {answer}"


@dataclass(frozen=True)
class Decision:
    """A button that a person pressed about an edit."""

    user: str
    place: Place
    edit: str
    choice: str
    sent_at: float
    answered_at: float
    # What the cell was shown with.
    cell: Cell


# What came of a decision, as it was shown: it was made; it is not known yet; the week has another
# status already; Asana refused it; a change is not saved yet; the hours have changed. Empty if
# nothing was said.
Outcome = Literal["done", "unknown", "changed", "refused", "unsaved", "hours", ""]
# The status that each decision gives a week.
NEW_STATUS = {
    "submit": "SUBMITTED",
    "recall": "DRAFT",
    "approve": "APPROVED",
    "return": "REJECTED",
    "reopen": "SUBMITTED",
}


@dataclass(frozen=True)
class Ruling:
    """A decision about a person's week, by themselves or by a manager."""

    # Gids.
    by: str
    user: str
    workspace: str
    action: str
    sent_at: float
    answered_at: float
    # What was shown, and what it means.
    said: str
    outcome: Outcome
    # The status that the week is said to have.
    status: str = ""
    # The name of another person who is said to have decided.
    name: str = ""


@dataclass(frozen=True)
class WeekSight:
    """The approval status that a page showed, and who is said to have decided."""

    asked_at: float
    shown_at: float
    status: str
    name: str


@dataclass
class RuleChange:
    """A change of the rules of a workspace: the last locked day, empty for none."""

    workspace: str
    lock_date: str
    sent_at: float
    answered_at: float = float("inf")


@dataclass
class Ledger:
    """All that one person asked for and was shown in one workspace."""

    user: str = ""
    requests: list[Request] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    # By cell, in order; only what changed.
    sights: dict[Place, list[Sight]] = field(default_factory=dict)
    # When a page said that all is saved: from its request to its response.
    all_saved: list[tuple[float, float]] = field(default_factory=list)
    # Writes in Asana itself: the kind, the gid of the entry, and its minutes.
    direct: list[tuple[str, str, int | None]] = field(default_factory=list)
    # Decisions about the person's week, and how its status was shown to them.
    rulings: list[Ruling] = field(default_factory=list)
    weeks: list[WeekSight] = field(default_factory=list)
    # The workspace that all of this is in.
    workspace: str = ""
    # The requests that were not yet shown as settled, by cell.
    _watched: dict[Place, list[Request]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def show(self, cells: Iterable[Cell], asked_at: float, shown_at: float) -> None:
        """Note the cells of a page or fragment."""
        with self._lock:
            for cell in cells:
                earlier = self.sights.setdefault(cell.place, [])
                if not earlier or _content(earlier[-1].cell) != _content(cell):
                    earlier.append(Sight(asked_at, shown_at, cell))
                if cell.is_settled:
                    self._settle(cell.place, asked_at, shown_at)

    def add(self, request: Request) -> None:
        """Note a request before it is sent."""
        with self._lock:
            self.requests.append(request)
            for effect in request.effects:
                self._watched.setdefault(effect.place, []).append(request)

    def _settle(self, place: Place, asked_at: float, shown_at: float) -> None:
        """Note of the requests for a cell when it was first shown without a word about them."""
        waiting = self._watched.get(place, [])
        for request in waiting:
            if asked_at >= request.sent_at:
                request.settled.setdefault(place, shown_at)
        self._watched[place] = [request for request in waiting if place not in request.settled]


def _content(cell: Cell) -> tuple[str, ...]:
    return cell.state, cell.seen, cell.edit, cell.reason
