"""What many changes at once would do, before any of them is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from timesheet import words
from timesheet.domain.cell import Act, CannotPlan, plan
from timesheet.domain.duration import DAY
from timesheet.domain.grid import Grid, Row
from timesheet.forms import CellForm

REFUSED, SAME = "refused", "same"


@dataclass(frozen=True)
class Line:
    """One cell: `kind` is a create, an update, a delete, `refused` or `same`."""

    form: CellForm
    kind: str
    minutes: int = 0
    reason: str = ""

    @property
    def writes(self) -> bool:
        return self.kind not in (REFUSED, SAME)


@dataclass(frozen=True)
class Preview:
    """`beyond` counts the cells that lie outside the grid, and so are left out."""

    lines: tuple[tuple[Row, tuple[tuple[date, Line | None], ...]], ...]
    beyond: int

    @property
    def cells(self) -> list[Line]:
        return [line for _row, cells in self.lines for _day, line in cells if line]

    @property
    def written(self) -> list[Line]:
        return [line for line in self.cells if line.writes]

    @property
    def refused(self) -> list[Line]:
        return [line for line in self.cells if line.kind == REFUSED]

    @property
    def counts(self) -> dict[str, int]:
        return {kind: sum(line.kind == kind for line in self.cells) for kind in (*Act, SAME)}


def preview(forms: Sequence[CellForm], grid: Grid, *, beyond: int = 0) -> Preview:
    """The forms' places are good; what is typed in them need not be."""
    days = {day.day: day.total.minutes for day in grid.days}
    found: dict[tuple[str, date], Line] = {}
    for form in forms:
        line = _line(form)
        place = (form.cleaned_data["task"], form.cleaned_data["day"])
        if line.writes:
            there = sum(seen.minutes for seen in form.cleaned_data["seen"])
            total = days[place[1]] - there + line.minutes
            if total > DAY and line.minutes > there:
                line = Line(form, REFUSED, reason=words.day_full(total))
            else:
                days[place[1]] = total
        found[place] = line
    rows = [row for row in grid.rows if any(task == row.task.gid for task, _day in found)]
    return Preview(
        tuple(
            (row, tuple((day, found.get((row.task.gid, day))) for day in grid.week.days))
            for row in rows
        ),
        beyond,
    )


def _line(form: CellForm) -> Line:
    if not form.is_valid():
        return Line(form, REFUSED, reason=str(next(iter(form.errors.values()))[0]))
    given = form.cleaned_data
    try:
        write = plan(given["seen"], given["text"])
    except CannotPlan as problem:
        there = sum(seen.minutes for seen in given["seen"])
        if form.is_unchanged():
            return Line(form, SAME, there)
        return Line(form, REFUSED, reason=str(words.ASKS[problem.ask]))
    if write is None:
        return Line(form, SAME)
    return Line(form, write.act, write.minutes)
