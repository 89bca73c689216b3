"""Reads CSV as spreadsheets write it: their encodings, delimiters, quotes and line ends."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from io import StringIO

_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# Excel understands a first line that names the delimiter.
_DELIMITER_LINE = re.compile(r"sep=([,;\t|])[,;\t|]*\s*", re.IGNORECASE)


class NotCsv(Exception):
    """A line isn't valid CSV because of its quotation marks; `line` is its number."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def decode(content: bytes) -> str:
    """Return the text of a file. Raises `UnicodeDecodeError` if it isn't text.

    Excel saves CSV as UTF-8 with a byte order mark or, by default, in the code page of Windows;
    its “Unicode text” is UTF-16.
    """
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if content.startswith(mark):
            return content.decode(encoding)
    if b"\0" in content:
        raise UnicodeDecodeError("utf-8", content, content.index(0), content.index(0) + 1, "NUL")
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("cp1252")


def read_lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of each line that isn't empty, from 1, with its stripped cells.

    A line with line breaks in a cell has the number of its first. Raises `NotCsv`.
    """
    text = text.removeprefix("\ufeff")
    first = next((line for line in text.splitlines() if line.strip()), "")
    named = _DELIMITER_LINE.fullmatch(first)
    delimiter = named[1] if named else max(",;\t", key=first.count)
    reader = csv.reader(StringIO(text, newline=None), delimiter=delimiter, strict=True)
    number = 1
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                if not named:
                    yield number, stripped
                named = None
            number = reader.line_num + 1
    except csv.Error as error:
        raise NotCsv(number) from error
