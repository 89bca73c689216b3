"""What many changes at once would do, before any of them is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.dates import MONTHS, MONTHS_3, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from timesheet.core import formats
from timesheet.domain.cell import CannotPlan, Write, WriteKind, plan
from timesheet.domain.clipboard import Placement, RowName
from timesheet.domain.grid import Grid, GridRow, find_entry
from timesheet.domain.headings import HeadingWords
from timesheet.domain.policy import PossibleToday, RequestedWrite
from timesheet.sheets.policy import Rules
from timesheet.week.forms import CellForm
from timesheet.week.messages import PLAN_PROBLEMS

REFUSED, SAME = "refused", "same"
NOTHING_LEFT_OUT = Placement({})


@dataclass(frozen=True)
class PreviewLine:
    """What a change would do to one cell."""

    form: CellForm
    # A `WriteKind`, `REFUSED`, or `SAME` where nothing changes.
    kind: str
    minutes: int = 0
    # Why it is refused.
    reason: str = ""
    # What is to be sent: what was typed, or the rounded time.
    text: str = ""
    # The minutes that were typed, where they are rounded; else 0.
    was: int = 0

    @property
    def writes(self) -> bool:
        """Whether it changes the cell."""
        return self.kind not in (REFUSED, SAME)


@dataclass(frozen=True)
class Preview:
    """What the changes would do, row by row."""

    # For each row with a change its days, each with the line of its cell.
    lines: tuple[tuple[GridRow, tuple[tuple[date, PreviewLine | None], ...]], ...]
    # What of a pasted block is left out.
    placement: Placement

    @property
    def cells(self) -> list[PreviewLine]:
        """All lines, row by row."""
        return [line for _row, cells in self.lines for _day, line in cells if line]

    @property
    def written(self) -> list[PreviewLine]:
        """The lines that change their cells."""
        return [line for line in self.cells if line.writes]

    @property
    def refused(self) -> list[PreviewLine]:
        """The lines that are refused."""
        return [line for line in self.cells if line.kind == REFUSED]

    @property
    def rounded(self) -> list[PreviewLine]:
        """The lines whose time is rounded."""
        return [line for line in self.cells if line.was]

    @property
    def counts(self) -> dict[str, int]:
        """How many lines create, update, delete, or keep hours as they are, by kind."""
        # Not those that are empty before and after.
        lines = [line for line in self.cells if line.writes or line.minutes]
        return {kind: sum(line.kind == kind for line in lines) for kind in (*WriteKind, SAME)}


def heading_words() -> HeadingWords:
    """Return the words of a table's headings in the person's language."""
    return HeadingWords(
        {
            str(name): place + 1
            for names in (WEEKDAYS, WEEKDAYS_ABBR)
            for place, name in names.items()
        },
        {str(name): number for names in (MONTHS, MONTHS_3) for number, name in names.items()},
        (_("Total"), _("Sum")),
    )


def row_name(row: GridRow) -> RowName:
    """Return what a pasted table may call a row."""
    return RowName(row.task.name, tuple(project.name or "" for project in row.task.projects))


def preview(
    forms: Sequence[CellForm],
    grid: Grid,
    rules: Rules,
    today: date,
    *,
    placement: Placement = NOTHING_LEFT_OUT,
) -> Preview:
    """Return what these forms would do to the week; `today` is the person's.

    The forms name cells of this week; what was typed in them may be anything. Times are rounded as
    the rules ask, because the person sees that here before it is written. `placement` says where
    the cells of a pasted block go.
    """
    previewer = _Previewer(grid, rules, PossibleToday.of(today))
    lines: dict[tuple[str, date], PreviewLine] = {}
    for form in forms:
        lines[form.cleaned_data["task"], form.cleaned_data["day"]] = previewer.line(form)
    rows = [row for row in grid.rows if any(task == row.task.gid for task, _day in lines)]
    return Preview(
        tuple(
            (row, tuple((day, lines.get((row.task.gid, day))) for day in grid.week.days))
            for row in rows
        ),
        placement,
    )


class _Previewer:
    """Goes through the cells in their order, and counts what each adds to its day."""

    def __init__(self, grid: Grid, rules: Rules, today: PossibleToday) -> None:
        self.grid, self.rules, self.today = grid, rules, today
        # The minutes of each day, as they will be.
        self.day_minutes = {day.day: day.total.minutes for day in grid.days}

    def line(self, form: CellForm) -> PreviewLine:
        """Return what this form would do after those before it."""
        if not form.is_valid():
            return PreviewLine(form, REFUSED, reason=str(next(iter(form.errors.values()))[0]))
        given = form.cleaned_data
        same = PreviewLine(form, SAME, sum(entry.minutes for entry in given["seen"]))
        try:
            write = plan(given["seen"], given["text"], fields=form.changed_fields)
        except CannotPlan as problem:
            if form.is_unchanged():
                return same
            return PreviewLine(form, REFUSED, reason=str(PLAN_PROBLEMS[problem.ask]))
        return same if write is None else self._line_of(form, write)

    def _line_of(self, form: CellForm, write: Write) -> PreviewLine:
        given = form.cleaned_data
        before = sum(entry.minutes for entry in given["seen"] if entry.gid == write.entry)
        minutes = self.rules.policy.rounded(write.minutes) if write.minutes else 0
        if minutes == before and write.kind is WriteKind.UPDATE and not form.note:
            return PreviewLine(
                form, SAME, before, was=write.minutes if minutes != write.minutes else 0
            )
        total = self.day_minutes[given["day"]] - before + minutes
        requested = replace(
            RequestedWrite.of(write, given["day"], given["seen"]),
            minutes=minutes,
            note=self._note(form, write),
            total=total if minutes > before else 0,
        )
        if refusal := self.rules.refusal(requested, self.today):
            return PreviewLine(form, REFUSED, reason=self.rules.sentence(refusal))
        self.day_minutes[given["day"]] = total
        if minutes == write.minutes:
            return PreviewLine(form, write.kind, minutes, text=form.typed)
        # One more entry beside several is added, anything else replaces.
        added = "+" if write.kind is WriteKind.CREATE and given["seen"] else ""
        text = f"{added}{formats.show(minutes)} {form.note}".rstrip()
        return PreviewLine(form, write.kind, minutes, text=text, was=write.minutes)

    def _note(self, form: CellForm, write: Write) -> str:
        """Return the note that the entry gets or has; empty when it has none."""
        given = form.cleaned_data
        if form.note:
            return form.note
        entry = find_entry(self.grid.cell(given["task"], given["day"]).entries, write.entry)
        return (entry.description or "") if entry else ""
