"""A block of cells from a spreadsheet, as the text with tabs and lines that the clipboard has."""

from __future__ import annotations

import csv
import io
from typing import Literal

MOST_LINES = 100
MOST_COLUMNS = 40
LONGEST = 100_000

Block = tuple[tuple[str, ...], ...]

_DASHES = frozenset({"-", "\u2013", "\u2014"})


class TooLarge(ValueError):
    pass


def read(text: str) -> Block:
    """Lines of cells, all of the same length. A cell in quotes may have tabs and lines in it; a
    quote that is never closed is a character like any other.

    Raises `TooLarge`, and nothing else whatever the text.
    """
    if len(text) > LONGEST:
        raise TooLarge
    text = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    quoting: Literal[0, 3] = csv.QUOTE_NONE if text.count('"') % 2 else csv.QUOTE_MINIMAL
    lines = [
        [" ".join(cell.split()) for cell in line or [""]]
        for line in csv.reader(io.StringIO(text), csv.excel_tab, quoting=quoting)
    ]
    width = max(map(len, lines), default=0)
    if len(lines) > MOST_LINES or width > MOST_COLUMNS:
        raise TooLarge
    return tuple((*line, *[""] * (width - len(line))) for line in lines)


def spread(block: Block, lines: int | None, wide: int | None) -> Block:
    """A single cell fills all that is selected; anything larger is what it is."""
    if [len(line) for line in block] != [1]:
        return block
    return (block[0] * (wide or 1),) * (lines or 1)


def hours(cell: str) -> str:
    """A spreadsheet's cell as a person would type it here: no hours are no text, seconds go."""
    text = cell.strip().strip("\xa0\u202f")
    if text.count(":") == 2 and text.endswith(":00"):
        text = text.removesuffix(":00")
    # 0:00, 0.00 and 0,0 are the same nothing.
    nothing = "0" in text and not text.strip("0:.,")
    return "" if nothing or text in _DASHES else text
