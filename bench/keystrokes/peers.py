"""What the same week takes elsewhere: counted step by step from what others document.

Counted in their favour: nothing is mistyped, every search finds the right task with as many letters
as ours, waiting takes no time, and a field that follows another has the focus.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bench.keystrokes.usual_week import CELLS, NOTES, USUAL_WEEK


@dataclass(frozen=True)
class Step:
    """Something that is done `times` times, with so many keys and clicks in all."""

    what: str
    times: int
    keys: int = 0
    clicks: int = 0


LETTERS = sum(len(task.letters) for task in USUAL_WEEK)
HOURS = sum(len(day.hours) for _task, day in CELLS)
NOTE_LETTERS = sum(len(note) for note in NOTES)


def harvest() -> Iterator[Step]:
    """Week view for the hours, Day view for the notes, which Week view does not take.

    https://support.getharvest.com/hc/en-us/articles/360048687531 (Week view)
    https://support.getharvest.com/hc/en-us/articles/360048181892 (Day view)
    """
    rows, cells, notes = len(USUAL_WEEK), len(CELLS), len(NOTES)
    yield Step("click + Add row", rows, clicks=rows)
    yield Step("type letters of the project, Enter", rows, keys=LETTERS + rows)
    yield Step("type letters of the task, Enter", rows, keys=LETTERS + rows)
    yield Step("click Save row", rows, clicks=rows)
    yield Step("type hours, Tab", cells, keys=HOURS + cells)
    yield Step("Tab over the days between", rows, keys=_days_between())
    yield Step("click Save", 1, clicks=1)
    yield Step("click Day", 1, clicks=1)
    yield Step("click the day, click Edit, click into Notes", notes, clicks=3 * notes)
    yield Step("type the note", notes, keys=NOTE_LETTERS)
    yield Step("click Update entry", notes, clicks=notes)


def solidtime() -> Iterator[Step]:
    """A dialog for each entry, as its source has it: description, project and task, duration, date.

    https://github.com/solidtime-io/solidtime: TimeEntryCreateModal.vue
    """
    cells = len(CELLS)
    letters = sum(len(task.letters) for task, _day in CELLS)
    yield Step("open the menu, click Manual time entry", cells, clicks=2 * cells)
    yield Step("type the description", len(NOTES), keys=NOTE_LETTERS)
    yield Step("click the project, type letters of the task, Enter", cells, letters + cells, cells)
    yield Step("click into Duration, type hours", cells, HOURS, cells)
    yield Step("click the date, click the day", cells, clicks=2 * cells)
    yield Step("click Create Time Entry", cells, clicks=cells)


def _days_between() -> int:
    """Return how many days without hours lie before the last one with hours, in all rows."""
    return sum(max(day.day for day in task.days) + 1 - len(task.days) for task in USUAL_WEEK)
