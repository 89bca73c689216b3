"""A block of cells from a spreadsheet: the clipboard has it as text with tabs and line breaks."""

from __future__ import annotations

import csv
import io
from typing import Literal

MAX_LINES = 100
MAX_COLUMNS = 40
MAX_CHARACTERS = 100_000

# Lines of cells, all of the same length.
Block = tuple[tuple[str, ...], ...]

_DASHES = frozenset({"-", "\u2013", "\u2014"})


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

    Zero hours and dashes become empty text, and seconds of zero are dropped.
    """
    text = cell.strip().strip("\xa0\u202f")
    if text.count(":") == 2 and text.endswith(":00"):
        text = text.removesuffix(":00")
    # 0:00, 0.00 and 0,0 are all zero.
    is_zero = "0" in text and not text.strip("0:.,")
    return "" if is_zero or text in _DASHES else text
