"""A block of cells from a spreadsheet: the clipboard has it as text with tabs and line breaks."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from timesheet.domain.cell_text import split_note
from timesheet.domain.duration import BadDuration, DurationFault, amount, normalize, parse
from timesheet.domain.headings import HeadingWords, fold

MAX_LINES = 100
MAX_COLUMNS = 40
MAX_CHARACTERS = 100_000

# Lines of cells, all of the same length.
Block = tuple[tuple[str, ...], ...]


class TooLarge(ValueError):
    """A pasted block has too many characters, lines or columns."""


def parse_block(text: str) -> Block:
    """Parse pasted text into lines of cells, padded to the same length.

    A quoted cell may hold tabs and line breaks; a quote that is never closed is an ordinary
    character. Raises `TooLarge`, and nothing else for any text.
    """
    if len(text) > MAX_CHARACTERS:
        raise TooLarge
    text = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    quoting: Literal[0, 3] = csv.QUOTE_NONE if text.count('"') % 2 else csv.QUOTE_MINIMAL
    lines = [
        [" ".join(cell.split()) for cell in line or [""]]
        for line in csv.reader(io.StringIO(text), csv.excel_tab, quoting=quoting)
    ]
    width = max(map(len, lines), default=0)
    if len(lines) > MAX_LINES or width > MAX_COLUMNS:
        raise TooLarge
    return tuple((*line, *[""] * (width - len(line))) for line in lines)


def fill_selection(block: Block, lines: int | None, columns: int | None) -> Block:
    """Repeat a single cell over a selection of that size; return any larger block unchanged."""
    if [len(line) for line in block] != [1]:
        return block
    return (block[0] * (columns or 1),) * (lines or 1)


def normalize_hours(cell: str) -> str:
    """Return a spreadsheet's cell as a person would type it here.

    Zero hours, dashes and characters that nobody sees become empty text.
    """
    text = normalize(cell)
    if text in ("", "-") or _is_zero(text):
        return ""
    return cell.strip()


def _is_zero(text: str) -> bool:
    """Return whether the text says that there are no hours; 0:00:20 does not."""
    try:
        return not amount(text) and not any(digit in text for digit in "123456789")
    except BadDuration:
        return False


@dataclass(frozen=True)
class RowName:
    """What a row of the week is called."""

    task: str
    projects: tuple[str, ...] = ()


@dataclass(frozen=True)
class Placement:
    """Which cells of a block go where, and what is left out."""

    # What goes into a cell, by row and day, counted from the cell that is pasted into.
    hours: Mapping[tuple[int, int], str]
    # How many cells with hours lie outside the week.
    beyond: int = 0
    # Whether sums are left out.
    totals: bool = False
    # The names of lines that are no row of the week; empty for a line with hours and no name.
    unmatched: tuple[str, ...] = ()
    # The headings of columns that are no day of the week; empty for one without.
    headings: tuple[str, ...] = ()


def place(
    block: Block, rows: Sequence[RowName], days: Sequence[date], words: HeadingWords
) -> Placement:
    """Find the cells of the week that the cells of a block belong to.

    `rows` and `days` are those of the week from the cell that is pasted into. Lines go to the rows
    in their order, or by their names where the block has any; columns go to the days in their
    order, or by their headings. Sums are left out, and take no place.
    """
    table = _Table(block, rows, days, words)
    hours: dict[tuple[int, int], str] = {}
    beyond = 0
    for line in table.lines:
        for column in table.columns:
            text = normalize_hours(block[line][column])
            row, day = table.row_of.get(line), table.day_of.get(column)
            if row is not None and day is not None:
                # Several lines may have the same name.
                hours[row, day] = "+".join(filter(None, (hours.get((row, day)), text)))
            elif text and line not in table.unmatched and column not in table.unplaced:
                beyond += 1
    return Placement(
        hours,
        beyond,
        table.has_totals,
        tuple(map(table.name_of, table.unmatched)),
        tuple(map(table.heading_of, table.unplaced)),
    )


class _Table:
    """A block, taken apart into headings, names, sums and hours."""

    def __init__(
        self, block: Block, rows: Sequence[RowName], days: Sequence[date], words: HeadingWords
    ) -> None:
        # Dashes say in any column that there is nothing.
        self.block = [["" if normalize(cell) == "-" else cell for cell in line] for line in block]
        self.rows, self.days, self.words = rows, days, words
        self.headings = self._find_headings()
        # The lines and the columns of hours, once names and sums are taken out.
        self.lines = list(range(self.headings.stop, len(block)))
        self.columns = list(range(len(block[0]))) if block else []
        self.name_columns = self._find_names()
        self.columns = [column for column in self.columns if column not in self.name_columns]
        self.has_totals = False
        self._leave_out_columns()
        self._leave_out_lines()
        # Without a name but that of the sums, lines go by their order.
        self.is_named = any(map(self.name_of, self.lines))
        self.row_of = self._match_rows() if self.is_named else _in_order(self.lines, rows)
        self.day_of = self._match_days() if self.headings else _in_order(self.columns, days)
        # The lines and columns that were to be found by a name, were not, and hold something.
        self.unmatched = [
            line
            for line in self.lines
            if self.is_named and line not in self.row_of and self._has_hours([line], self.columns)
        ]
        self.unplaced = [
            column
            for column in self.columns
            if self.headings and column not in self.day_of and self._has_hours(self.lines, [column])
        ]

    def name_of(self, line: int) -> str:
        """Return what stands in the columns of names."""
        return ", ".join(filter(None, self._names(line)))

    def heading_of(self, column: int) -> str:
        """Return what stands above a column."""
        return " ".join(filter(None, (self.block[line][column] for line in self.headings)))

    def _find_headings(self) -> range:
        """Return the first lines that name days, which have no hours in them or above them."""
        start = None
        for place, line in enumerate(self.block):
            has_hours = any(_is_hours(cell) and not self.words.is_day(cell) for cell in line)
            names_days = any(map(self.words.is_day, line)) and not has_hours
            if start is not None and not names_days:
                return range(start, place)
            if start is None and names_days:
                start = place
            if has_hours:
                break
        return range(0) if start is None else range(start, len(self.block))

    def _find_names(self) -> list[int]:
        """Return the first columns that hold names, and have hours beside them."""
        found = []
        for column in self.columns:
            cells = list(filter(None, (self.block[line][column] for line in self.lines)))
            if self.headings:
                if self.words.is_day(self.heading_of(column)):
                    break
                is_total = self.words.is_total(self.heading_of(column))
                if not is_total and 2 * sum(map(_is_hours, cells)) < len(cells):
                    found.append(column)
            elif all(map(self._may_be_name, cells)) and any(map(self._is_name, cells)):
                found.append(column)
            else:
                break
        others = [column for column in self.columns if column not in found]
        return found if self._has_hours(self.lines, others, _is_hours) else []

    def _may_be_name(self, cell: str) -> bool:
        return not _is_hours(cell) or self._find_row([cell]) is not None

    def _is_name(self, cell: str) -> bool:
        """Return whether this cannot be hours with a note."""
        return not split_note(cell)[1] or self._find_row([cell]) is not None

    def _leave_out_columns(self) -> None:
        headings = {column: self.heading_of(column) for column in self.columns}
        totals = {column for column in self.columns if self.words.is_total(headings[column])}
        if not totals:
            days = [one for one in self.columns if self.words.is_day(headings[one])]
            candidates = [one for one in _ends(self.columns) if one not in days]
            expected = bool(self.headings) or len(self.columns) > len(self.days)
            totals = self._find_sum(candidates, days or self.columns, expected, by_column=True)
        self.has_totals |= bool(totals)
        self.columns = [column for column in self.columns if column not in totals]

    def _leave_out_lines(self) -> None:
        candidates = [line for line in self.lines if self._find_row(self._names(line)) is None]
        totals = {line for line in candidates if any(map(self.words.is_total, self._names(line)))}
        if not totals:
            ends = [line for line in _ends(self.lines) if line in candidates]
            expected = len(self.lines) > len(self.rows)
            totals = self._find_sum(ends, self.lines, expected, by_column=False)
        self.has_totals |= self._has_hours(totals, self.columns)
        self.lines = [line for line in self.lines if line not in totals]

    def _find_sum(
        self, candidates: Iterable[int], others: Iterable[int], expected: bool, *, by_column: bool
    ) -> set[int]:
        """Return the first of the candidate lines, or columns, that has the sums of the others."""
        named = bool(self.headings or self.name_columns)
        for candidate in candidates:
            beside = [other for other in others if other != candidate]
            if by_column:
                sums = [
                    _addends(self.block[line][candidate], [self.block[line][one] for one in beside])
                    for line in self.lines
                ]
            else:
                sums = [
                    _addends(self.block[candidate][one], [self.block[line][one] for line in beside])
                    for one in self.columns
                ]
            if _are_sums(sums, expected=expected, named=named):
                return {candidate}
        return set()

    def _match_days(self) -> dict[int, int]:
        placed: dict[int, int] = {}
        for column in self.columns:
            heading = self.heading_of(column)
            for place, day in enumerate(self.days):
                if place not in placed.values() and self.words.means(heading, day):
                    placed[column] = place
                    break
        return placed

    def _match_rows(self) -> dict[int, int]:
        found = ((line, self._find_row(self._names(line))) for line in self.lines)
        return {line: row for line, row in found if row is not None}

    def _find_row(self, names: Iterable[str]) -> int | None:
        """Return the one row with that task, or else the one with that project."""
        keys = {fold(name) for name in names} - {""}
        of_project = [
            place
            for place, row in enumerate(self.rows)
            if any(fold(project) in keys for project in row.projects)
        ]
        found = [place for place, row in enumerate(self.rows) if fold(row.task) in keys]
        if len(found) > 1:
            found = [place for place in found if place in of_project]
        elif not found:
            found = of_project
        return found[0] if len(found) == 1 else None

    def _names(self, line: int) -> list[str]:
        return [self.block[line][column] for column in self.name_columns]

    def _has_hours(
        self,
        lines: Iterable[int],
        columns: Collection[int],
        test: Callable[[str], object] = normalize_hours,
    ) -> bool:
        return any(test(self.block[line][column]) for line in lines for column in columns)


def _in_order(places: Sequence[int], targets: Sequence[object]) -> dict[int, int]:
    return {place: number for number, place in enumerate(places[: len(targets)])}


def _ends(places: Sequence[int]) -> list[int]:
    """Return the last and the first, where sums are."""
    return list(dict.fromkeys((*places[-1:], *places[:1])))


def _is_hours(cell: str) -> bool:
    """Return whether a cell holds an amount of time, even an impossible one."""
    try:
        parse(cell)
    except BadDuration as error:
        return error.fault is not DurationFault.FORM
    return True


def _addends(total: str, cells: Iterable[str]) -> int | None:
    """Return how many cells with hours `total` is the sum of; None if it isn't their sum."""
    texts = [text for cell in cells if (text := normalize_hours(cell))]
    try:
        difference = _amount(total) - sum(map(_amount, texts))
    except BadDuration:
        return None
    # Each of them may have been rounded when it was written.
    is_rounded = any(re.search(r"[.,]|:\d\d:", normalize(text)) for text in (total, *texts))
    return len(texts) if abs(difference) <= (is_rounded and (len(texts) + 1) // 2) else None


def _amount(cell: str) -> int:
    return amount(cell) if normalize_hours(cell) else 0


def _are_sums(addends: Sequence[int | None], *, expected: bool, named: bool) -> bool:
    """Return whether these are sums, and not just hours that happen to add up.

    One sum of two is enough where sums are `expected`. Else it takes more, and in a block without
    a heading or a name more than one.
    """
    if None in addends:
        return False
    counts = [count for count in addends if count and count > 1]
    enough = sum(count - 1 for count in counts) >= 3
    return bool(counts) and (expected or (enough and (named or len(counts) > 1)))
