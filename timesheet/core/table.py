"""A table for files of any kind: named and typed columns, and rows that are read once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

Value = str | int | float | date | None
Row = Sequence[Value]


class ColumnType(Enum):
    TEXT = auto()
    DAY = auto()
    MINUTES = auto()
    SHARE = auto()
    NUMBER = auto()


@dataclass(frozen=True)
class Table:
    """`columns` are their names, kinds and widths in characters; `rows` are gone through once.
    Times are in minutes, shares in parts of one. `remark` says whose hours are not in it, and with
    whose eyes it was read where that is not the reader's."""

    title: str
    columns: tuple[tuple[str, ColumnType, int], ...]
    rows: Iterable[Row]
    footnote: str = ""
