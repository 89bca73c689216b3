"""Reads the HTML of a week: its cells, its undo buttons, and the buttons of edits."""

from __future__ import annotations

import re
from dataclasses import dataclass

CELL = re.compile(
    r'<div\s+class="cell"\s+id="cell-(?P<task>\d+)-(?P<day>[\d-]{10})"'
    r'\s+data-state="(?P<state>\w+)"\s+data-seen="(?P<seen>[\d=,]*)"'
)
UNDO_FORM = re.compile(r'data-turn="(undo|redo)".*?</form>', re.DOTALL)
HIDDEN_FIELD = re.compile(r'name="(step|undo_count)"\s+value="([^"]+)"')
CHOICE = re.compile(r"/unsynced/([0-9a-f-]{36})/(retry|discard|mine|both)/")


@dataclass(frozen=True)
class Cell:
    """A cell as its page has it."""

    task: str
    day: str
    state: str
    # See `timesheet.domain.cell.write_seen`.
    seen: str

    @property
    def entries(self) -> dict[str, int]:
        """The minutes of its entries, by gid."""
        pairs = (part.split("=") for part in self.seen.split(",") if part)
        return {gid: int(minutes) for gid, minutes in pairs}

    @property
    def is_settled(self) -> bool:
        """Whether no edit of the cell is open."""
        return self.state in ("empty", "value", "several")


def cells_of(html: str) -> list[Cell]:
    """Return the cells of a page or a fragment."""
    return [Cell(**match.groupdict()) for match in CELL.finditer(html)]


def undo_forms_of(html: str) -> dict[str, dict[str, str]]:
    """Return the hidden fields of the forms `undo` and `redo`; none of a disabled one."""
    return {form[1]: dict(HIDDEN_FIELD.findall(form[0])) for form in UNDO_FORM.finditer(html)}


def choices_of(html: str) -> dict[str, set[str]]:
    """Return the buttons of each edit that needs its person, by the edit's id."""
    choices: dict[str, set[str]] = {}
    for edit, choice in CHOICE.findall(html):
        choices.setdefault(edit, set()).add(choice)
    return choices
