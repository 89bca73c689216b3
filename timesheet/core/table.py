"""A table to be written to a file: named and typed columns, and rows that are read once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

Value = str | int | float | date | None
Row = Sequence[Value]


class ColumnType(Enum):
    """How the values of a column are written."""

    TEXT = auto()
    DAY = auto()
    MINUTES = auto()
    # From 0 to 1.
    SHARE = auto()
    NUMBER = auto()
    # A number without a total.
    COUNT = auto()
    # Hours as a number, such as 1.5 for an hour and a half.
    DECIMAL = auto()
    # Money or another number with two decimals, without a total.
    AMOUNT = auto()


@dataclass(frozen=True)
class Table:
    """A table with a title."""

    title: str
    # Name, type, and width in characters.
    columns: tuple[tuple[str, ColumnType, int], ...]
    # Read once.
    rows: Iterable[Row]
    # Whose hours are missing, and which account they were read with if not the viewer's own.
    footnote: str = ""
