"""People who fill in their weeks as people do, only faster.

They type, clear, add, paste, copy, undo, redo, press Retry and Discard, send a change twice, use
several tabs, some of them old, work in the panel, move and split entries, and change entries in
Asana itself. Each number of minutes is used once in a cell, so a write in Asana tells which request
it is from.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

import requests

from bench.torture.ledger import Decision, Effect, Option, Place, Request
from bench.torture.session import WORKSPACE as WORKSPACE
from bench.torture.session import Session
from bench.torture.week_page import (
    Cell,
    announcement_of,
    cells_of,
    choices_of,
    forms_of,
    text_of,
    undo_forms_of,
)

if TYPE_CHECKING:
    from bench.torture.approvals import Company

# Why a cell is left out of a paste.
ASKS_WHICH = "This cell has several entries"
# Why a week that is submitted or approved takes no hours.
WEEK_LOCKED = {
    "SUBMITTED": "Submitted for approval. Recall the week",
    "APPROVED": "Your manager approved this week",
}
LEFT_OUT = ("are locked", "may still reach Asana", *WEEK_LOCKED.values())
Cells = dict[Place, Cell]


@dataclass
class Person(Session):
    """A person who fills in their week."""

    # The highest minutes requested so far in a cell.
    last_minutes: Counter[Place] = field(default_factory=Counter)
    # The page that they see, and its cells with what answers have changed in them since.
    tab: tuple[str, Cells] | None = None
    # The cells of an old tab.
    older: list[Cell] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    # Number of edits requested.
    done: int = 0
    # Their managers; None where nobody approves their weeks.
    company: Company | None = None

    def see(self) -> tuple[str, Cells]:
        """Load the page of the week; return it, and its cells by task and day."""
        self.tab = super().see()
        return self.tab

    def note(self, response: requests.Response, asked_at: float) -> None:
        """Note what a response shows, and put its cells into the page, as scripts do."""
        super().note(response, asked_at)
        if self.tab is not None and response.request.method == "POST":
            cells = self.tab[1]
            cells.update((cell.place, cell) for cell in cells_of(response.text))

    # In cells

    def type_(self, _page: str, cells: Cells) -> bool:
        cell = self.random.choice(list(cells.values()))
        return self.save([(cell, duration(self.fresh(cell.place)))])

    def type_note(self, _page: str, cells: Cells) -> bool:
        cell = self.random.choice(list(cells.values()))
        minutes = self.fresh(cell.place)
        return self.save([(cell, f"{duration(minutes)} note {minutes}")])

    def clear(self, _page: str, cells: Cells) -> bool:
        full = [cell for cell in cells.values() if cell.state == "value"]
        return bool(full) and self.save([(self.random.choice(full), "")])

    def add(self, _page: str, cells: Cells) -> bool:
        cell = self.random.choice(list(cells.values()))
        minutes = self.fresh(cell.place)
        there = list(cell.entries.values())
        more = minutes - there[0] if len(there) == 1 else minutes
        return self.save([(cell, f"+{duration(more)}" if more > 0 else duration(minutes))])

    def twice(self, _page: str, cells: Cells) -> bool:
        cell = self.random.choice(list(cells.values()))
        tabs = self.random.choice([2, 2, 3])
        return self.save([(cell, duration(self.fresh(cell.place)))], tabs=tabs)

    def old_tab(self, _page: str, _cells: Cells) -> bool:
        cells = [cell for cell in self.older if cell.task in self.tasks]
        if not cells:
            return False
        cell = self.random.choice(cells)
        return self.save([(cell, duration(self.fresh(cell.place)))])

    def paste(self, _page: str, cells: Cells) -> bool:
        """Paste a block over some rows and days, and confirm its preview."""
        tasks = list(dict.fromkeys(task for task, _day in cells))
        days = sorted({day for _task, day in cells})
        rows = tasks[: self.random.randint(1, len(tasks))][-3:]
        first = self.random.randrange(6)
        columns = days[first : first + self.random.randint(1, 3)]
        targets = [cells[task, day] for task in rows for day in columns]
        texts = [duration(self.fresh(cell.place)) for cell in targets]
        lines = [
            "\t".join(texts[start : start + len(columns)])
            for start in range(0, len(texts), len(columns))
        ]
        values = {**self._fields(targets), "block": "\n".join(lines), "columns": len(columns)}
        asked_at = time.time()
        preview = self.post("cells/paste/", values).text
        typed = dict(zip(targets, texts, strict=True))
        return self._confirm(preview, "/cells/", typed, asked_at)

    def copy(self, _page: str, _cells: Cells) -> bool:
        """Copy the hours of the week before, and confirm the preview."""
        preview = self.answer("GET", self.at("hours/"), params={"htmx": "1"}).text
        return self._confirm(preview, "/hours/copy/", None)

    def _confirm(
        self, preview: str, action: str, typed: dict[Cell, str] | None, asked_at: float = 0
    ) -> bool:
        """Press the button of a preview: `typed` is the text of each cell, None of a copy."""
        fields = next(iter(forms_of(preview, action)), {})
        if not fields.get("edit"):
            for cell, text in (typed or {}).items():
                self._note_left_out(cell, text, preview, asked_at)
            return True
        shown = {cell.place: (cell, text) for cell, text in (typed or {}).items()}
        changes = []
        for task, day, text in zip(fields["task"], fields["day"], fields["text"], strict=True):
            cell, asked = shown.get((task, day), (Cell(task, day, "empty", ""), text))
            if typed is not None and asked != text:
                raise AssertionError(f"the preview turned {asked} into {text}")
            changes.append((cell, asked))
            self.last_minutes[task, day] = max(self.last_minutes[task, day], _minutes(text))
        # Some cells are left out, with the reason.
        written = {cell.place for cell, _text in changes}
        for cell, text in (typed or {}).items():
            if cell.place not in written:
                self._note_left_out(cell, text, preview, asked_at)
        path = action.removeprefix("/")
        self._ask(changes, fields["edit"], fields["step"][0], path=path, fields=fields)
        return True

    def _note_left_out(self, cell: Cell, text: str, preview: str, asked_at: float) -> None:
        effects = [Effect([option])] if (option := option_of(cell, text)) else []
        action = f"paste {text!r} over {cell.seen!r} in {cell.place}"
        ids = [self.new_id()], self.new_id()
        # The reason was true when the preview was made, perhaps not any more when it is read.
        request = Request(self.gid, action, effects, *ids, asked_at, time.time())
        reasons = LEFT_OUT if effects else (ASKS_WHICH,)
        said = text_of(preview)
        request.reasons.append(next((reason for reason in reasons if reason in said), said))
        self.ledger.add(request)

    def save(self, changes: Sequence[tuple[Cell, str]], tabs: int = 1) -> bool:
        """Send the texts of cells as one step, from a number of tabs at the same time."""
        edits = [self.new_id() for _ in changes]
        fields = {
            **self._fields([cell for cell, _ in changes]),
            "edit": edits,
            "step": [edits[0]] * len(changes),
            "text": [text for _, text in changes],
        }
        self._ask(changes, edits, edits[0], path="cells/", fields=fields, tabs=tabs)
        return True

    def over_another(self, _page: str, cells: Cells) -> bool:
        """Type in a cell that was changed in Asana since the page was loaded."""
        settled = {place: cell for place, cell in cells.items() if cell.is_settled}
        if not settled:
            return False
        # Mostly one with hours, which are replaced.
        full = [cell for cell in settled.values() if cell.state == "value"]
        cell = self.random.choice(full or list(settled.values()))
        self.in_asana("", {cell.place: cell})
        return self.save([(cell, duration(self.fresh(cell.place)))])

    def _fields(self, cells: Sequence[Cell]) -> dict[str, Any]:
        return {
            "task": [cell.task for cell in cells],
            "day": [cell.day for cell in cells],
            "seen": [cell.seen for cell in cells],
            "edit": [self.new_id() for _ in cells],
            "version": [""] * len(cells),
            "shown": [cell.version for cell in cells],
        }

    def _ask(
        self,
        changes: Sequence[tuple[Cell, str]],
        edits: Sequence[str],
        step: str,
        *,
        path: str,
        fields: dict[str, Any],
        tabs: int = 1,
    ) -> None:
        """Ask for changes of cells, and note which of them the app takes."""
        asked = []
        for (cell, text), edit in zip(changes, edits, strict=True):
            effects = [Effect([option], cell, text)] if (option := option_of(cell, text)) else []
            request = Request(
                self.gid, f"{path} {text!r} in {cell.place}", effects, [edit], step, time.time()
            )
            self.ledger.add(request)
            asked.append((cell, request))
        responses = self._send_from_tabs(path, fields, tabs)
        shown = [{cell.place: cell for cell in cells_of(each.text)} for each in responses]
        for cell, request in asked:
            request.answered_at = time.time()
            reasons = [_why_not_taken(cells.get(cell.place)) for cells in shown]
            # What is refused in one tab may be taken in another, a moment later.
            request.accepted = not all(reasons)
            if not request.accepted:
                request.reasons.append(reasons[0])
        self.done += len(changes)

    def _send_from_tabs(self, path: str, values: dict[str, Any], tabs: int) -> list[Any]:
        responses: list[requests.Response] = []

        def send(web: str) -> None:
            responses.append(self.post(path, values, web=web))

        webs = self.stack.webs
        threads = [
            threading.Thread(target=send, args=(webs[number % len(webs)],))
            for number in range(tabs)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if not responses:
            raise TimeoutError(f"{self.name}: no tab got an answer to {path}")
        return responses

    # Undo, and what needs the person

    def undo(self, page: str, _cells: Cells) -> bool:
        return self._turn(page, "undo")

    def redo(self, page: str, _cells: Cells) -> bool:
        return self._turn(page, "redo")

    def _turn(self, page: str, key: str) -> bool:
        values = undo_forms_of(page).get(key)
        if not values:
            return False
        count = int(values["undo_count"])
        request = Request(self.gid, f"{key} {values['step']}", [], [], values["step"], time.time())
        request.undo_count = count
        self.ledger.add(request)
        response = self.post("undo/", values)
        request.answered_at = time.time()
        said = announcement_of(response.text)
        request.accepted = response.status_code == 422 or said.startswith(("Undone", "Redone"))
        if not request.accepted:
            request.reasons.append(said)
        self.done += 1
        return True

    def choose(self, page: str, cells: Cells) -> bool:
        """Decide about an edit that needs its person."""
        choices = choices_of(page)
        return bool(choices) and self.decide(page, choices, cells)

    def decide(self, page: str, choices: dict[str, set[str]], cells: Cells) -> bool:
        """Press one of the buttons that the page has."""
        by_edit = {cell.edit: cell for cell in cells.values() if cell.edit in choices}
        if not by_edit:
            return False
        edit = self.random.choice(sorted(by_edit))
        choice = self.random.choice(sorted(choices[edit]))
        self.press(page, by_edit[edit], choice)
        return True

    def press(self, page: str, cell: Cell, choice: str) -> None:
        """Press a button of the edit that a cell shows."""
        sent_at = time.time()
        decision = Decision(self.gid, cell.place, cell.edit, choice, sent_at, sent_at, cell)
        self.ledger.decisions.append(decision)
        path = f"unsynced/{cell.edit}/{choice}/"
        self.post(path, next(iter(forms_of(page, f"/{path}")), {}))

    # In Asana itself

    def in_asana(self, _page: str, cells: Cells) -> bool:
        """Change a cell in Asana itself.

        Not a cell with an open edit, where nobody could tell which write came first.
        """
        settled = [cell for cell in cells.values() if cell.is_settled]
        if not settled:
            return False
        cell = self.random.choice(settled)
        minutes: int | None = self.fresh(cell.place)
        values = {"data": {"duration_minutes": minutes, "entered_on": cell.day}}
        gid = self.random.choice([*cell.entries, ""])
        if not gid:
            act, method, path = "create", "POST", f"/tasks/{cell.task}/time_tracking_entries"
        elif self.random.random() < 0.5:
            act, method, path = "update", "PUT", f"/time_tracking_entries/{gid}"
        else:
            act, method, path = "delete", "DELETE", f"/time_tracking_entries/{gid}"
            minutes = None
        body: dict[str, Any] = {"json": values} if minutes else {}
        response = self.stack.api(method, path, self.token, **body)
        if response.ok:
            written = response.json()["data"].get("gid", gid)
            self.ledger.direct.append((act, written, minutes))
        return True

    # Helpers

    def fresh(self, place: Place) -> int:
        """Return minutes that were never requested in this cell, and more than it ever showed.

        What was added to an entry may have been added to other minutes than the person saw, and
        who types what the entries of a cell come to together changes nothing.
        """
        sights = self.ledger.sights.get(place, [])
        shown = [sum(sight.cell.entries.values()) for sight in sights]
        self.last_minutes[place] = max(self.last_minutes[place], *shown, 0)
        self.last_minutes[place] += self.random.randint(1, 3)
        return self.last_minutes[place]

    def new_id(self) -> str:
        """Return an edit or step id, as the page makes them."""
        return str(UUID(int=self.random.getrandbits(128), version=4))


def _why_not_taken(answer: Cell | None) -> str:
    """Return why the app did not take a change of a cell that it answered with; empty if it did."""
    if answer is None:
        return ""
    if answer.later:
        return "later"
    return (answer.reason or "refused") if answer.state == "refused" and not answer.edit else ""


def option_of(cell: Cell, text: str) -> Option | None:
    """Return the write that typing `text` over this cell asks for; None if the app must ask first.

    A cell without an entry gets one, the only entry is changed, and "+" beside several adds one.
    """
    entries, seen = cell.entries, tuple(sorted(cell.entries.items()))
    hours, _space, words = text.partition(" ")
    minutes, note = _minutes(hours) if hours else 0, words or None
    relative = text.startswith("+")
    if len(entries) > 1 and not relative:
        return None
    if len(entries) != 1:
        return Option("create", cell.place, minutes, cell=seen, note=note) if text else None
    ((gid, was),) = entries.items()
    if not text:
        return Option("delete", cell.place, None, gid, cell=seen, was=was)
    minutes = was + minutes if relative else minutes
    return Option("update", cell.place, minutes, gid, cell=seen, was=was, note=note)


def duration(minutes: int) -> str:
    """Write minutes as a person types them: 1:30."""
    return f"{minutes // 60}:{minutes % 60:02}"


def _minutes(text: str) -> int:
    hours, _colon, minutes = text.removeprefix("+").partition(":")
    return 60 * int(hours) + int(minutes or 0)
