"""The headings of a pasted table: which day of the week one means, and whether it is a sum's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from timesheet.domain.duration import normalize

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_TOTALS = (
    "Total",
    "Totals",
    "Sum",
    "Sums",
    "Total hours",
    "Grand total",
    "Week total",
    "Daily total",
    "Summe",
    "Gesamt",
    "Gesamtsumme",
    "Insgesamt",
    "Σ",
)
_ORDINALS = frozenset({"st", "nd", "rd", "th"})
# Letters by which names are told apart.
_WEEKDAY_LETTERS, _MONTH_LETTERS = 2, 3
_WORD = re.compile(r"[^\W\d_]+|\d+")
_NUMERIC_DATE = re.compile(
    r"\d{4}-\d\d?-\d\d?|\d\d?-\d\d?-\d{4}|\d\d?/\d\d?(?:/(?:\d{4}|\d\d))?"
    r"|\d\d?\.\s?\d\d?\.(?:\s?(?:\d{4}|\d\d))?",
    re.ASCII,
)


def fold(text: str) -> str:
    """Return a text as it is compared with names: without case and invisible characters."""
    return normalize(text).casefold()


class HeadingWords:
    """The words of headings in English and in another language, and the German ones for a sum."""

    def __init__(
        self,
        weekdays: Mapping[str, int] | None = None,
        months: Mapping[str, int] | None = None,
        totals: Iterable[str] = (),
    ) -> None:
        """Take the other language's names, with ISO numbers: 1 for Monday and for January."""
        self._weekdays = _folded({**_numbered(_WEEKDAYS), **(weekdays or {})})
        self._months = _folded({**_numbered(_MONTHS), **(months or {})})
        self._totals = {fold(word) for word in (*_TOTALS, *totals)}

    def is_total(self, cell: str) -> bool:
        """Return whether this is what a column or line of sums is called."""
        return fold(cell).rstrip(": ") in self._totals

    def is_day(self, cell: str) -> bool:
        """Return whether this means some day: a weekday, a date or both."""
        text = fold(cell)
        words, numbers = _split(text)
        if not all(self._weekdays_of(word) or self._months_of(word) for word in words):
            return False
        if any(map(self._weekdays_of, words)):
            return True
        return bool(words and numbers) or bool(_NUMERIC_DATE.fullmatch(text))

    def means(self, cell: str, day: date) -> bool:
        """Return whether this means the day, its date in any order."""
        if not self.is_day(cell):
            return False
        words, numbers = _split(fold(cell))
        for word in words:
            weekday = day.isoweekday() in self._weekdays_of(word)
            if not weekday and day.month not in self._months_of(word):
                return False
        if not numbers:
            return True
        expected = [day.day]
        if len(numbers) > 1 and not any(map(self._months_of, words)):
            expected.append(day.month)
        for number in expected:
            if number not in numbers:
                return False
            numbers.remove(number)
        return not numbers or numbers in ([day.year], [day.year % 100])

    def _weekdays_of(self, word: str) -> set[int]:
        return _of_prefix(word, self._weekdays, _WEEKDAY_LETTERS)

    def _months_of(self, word: str) -> set[int]:
        return _of_prefix(word, self._months, _MONTH_LETTERS)


def _numbered(names: Sequence[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(names, start=1)}


def _folded(names: Mapping[str, int]) -> dict[str, int]:
    return {fold(name).rstrip("."): number for name, number in names.items()}


def _split(text: str) -> tuple[list[str], list[int]]:
    """Return the words and the numbers of a folded text."""
    words = _WORD.findall(text)
    # A number of more digits is no part of a date.
    numbers = [int(word[:5]) for word in words if word.isdecimal()]
    return [word for word in words if not word.isdecimal() and word not in _ORDINALS], numbers


def _of_prefix(word: str, names: Mapping[str, int], letters: int) -> set[int]:
    """Return the numbers of the names that begin with a word, which has at least `letters`."""
    if len(word) < letters:
        return {names[word]} if word in names else set()
    return {number for name, number in names.items() if name.startswith(word)}
