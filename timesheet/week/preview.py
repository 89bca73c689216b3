"""What many changes at once would do, before any of them is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from timesheet.core import formats
from timesheet.domain.cell import CannotPlan, Write, WriteKind, plan
from timesheet.domain.grid import Grid, GridRow, find_entry
from timesheet.domain.policy import PossibleToday, RequestedWrite
from timesheet.sheets import messages
from timesheet.sheets.policy import Rules
from timesheet.week.forms import CellForm

REFUSED, SAME = "refused", "same"


@dataclass(frozen=True)
class PreviewLine:
    """One cell: `kind` is a create, an update, a delete, `refused` or `same`. `text` is what is
    to be written, which is not what was typed where that `was` rounded."""

    form: CellForm
    kind: str
    minutes: int = 0
    reason: str = ""
    text: str = ""
    was: int = 0

    @property
    def writes(self) -> bool:
        return self.kind not in (REFUSED, SAME)


@dataclass(frozen=True)
class Preview:
    """`beyond` counts the cells that lie outside the grid, and so are left out."""

    lines: tuple[tuple[GridRow, tuple[tuple[date, PreviewLine | None], ...]], ...]
    beyond: int

    @property
    def cells(self) -> list[PreviewLine]:
        return [line for _row, cells in self.lines for _day, line in cells if line]

    @property
    def written(self) -> list[PreviewLine]:
        return [line for line in self.cells if line.writes]

    @property
    def refused(self) -> list[PreviewLine]:
        return [line for line in self.cells if line.kind == REFUSED]

    @property
    def rounded(self) -> list[PreviewLine]:
        return [line for line in self.cells if line.was]

    @property
    def counts(self) -> dict[str, int]:
        return {kind: sum(line.kind == kind for line in self.cells) for kind in (*WriteKind, SAME)}


def preview(
    forms: Sequence[CellForm], grid: Grid, rules: Rules, today: date, *, beyond: int = 0
) -> Preview:
    """The forms' places are good; what is typed in them need not be. Times are rounded as the
    rules want it, because it is shown here before it is written."""
    judge = _Previewer(grid, rules, PossibleToday.of(today))
    found: dict[tuple[str, date], PreviewLine] = {}
    for form in forms:
        line = judge.line(form)
        found[form.cleaned_data["task"], form.cleaned_data["day"]] = line
    rows = [row for row in grid.rows if any(task == row.task.gid for task, _day in found)]
    return Preview(
        tuple(
            (row, tuple((day, found.get((row.task.gid, day))) for day in grid.week.days))
            for row in rows
        ),
        beyond,
    )


class _Previewer:
    """Goes through the cells in their order; `days` are the minutes of each day as they will be."""

    def __init__(self, grid: Grid, rules: Rules, today: PossibleToday) -> None:
        self.grid, self.rules, self.today = grid, rules, today
        self.days = {day.day: day.total.minutes for day in grid.days}

    def line(self, form: CellForm) -> PreviewLine:
        if not form.is_valid():
            return PreviewLine(form, REFUSED, reason=str(next(iter(form.errors.values()))[0]))
        given = form.cleaned_data
        try:
            write = plan(given["seen"], given["text"])
        except CannotPlan as problem:
            there = sum(seen.minutes for seen in given["seen"])
            if form.is_unchanged():
                return PreviewLine(form, SAME, there)
            return PreviewLine(form, REFUSED, reason=str(messages.ASKS[problem.ask]))
        return PreviewLine(form, SAME) if write is None else self._judged(form, write)

    def _judged(self, form: CellForm, write: Write) -> PreviewLine:
        given = form.cleaned_data
        there = sum(one.minutes for one in given["seen"] if one.gid == write.entry)
        minutes = self.rules.policy.rounded(write.minutes) if write.minutes else 0
        if minutes == there and write.kind is WriteKind.UPDATE:
            return PreviewLine(
                form, SAME, there, was=write.minutes if minutes != write.minutes else 0
            )
        total = self.days[given["day"]] - there + minutes
        wanted = replace(
            RequestedWrite.of(write, given["day"], given["seen"]),
            minutes=minutes,
            note=self._note(form, write),
            total=total if minutes > there else 0,
        )
        if refusal := self.rules.refusal(wanted, self.today):
            return PreviewLine(form, REFUSED, reason=self.rules.sentence(refusal))
        self.days[given["day"]] = total
        if minutes == write.minutes:
            return PreviewLine(form, write.kind, minutes, text=form.typed)
        # One more entry beside several is added, anything else replaces.
        added = "+" if write.kind is WriteKind.CREATE and given["seen"] else ""
        text = f"{added}{formats.show(minutes)}"
        return PreviewLine(form, write.kind, minutes, text=text, was=write.minutes)

    def _note(self, form: CellForm, write: Write) -> str:
        """The note that the entry has: none when it is new."""
        given = form.cleaned_data
        entry = find_entry(self.grid.cell(given["task"], given["day"]).entries, write.entry)
        return (entry.description or "") if entry else ""
