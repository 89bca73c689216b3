"""One line that says all of an entry: "1h30 design review yesterday"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from timesheet.domain.duration import BadDuration, Duration, DurationFault, parse

LONGEST = 300
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True)
class DateNames:
    """What days are called, casefolded: `weekdays` by ISO number, `relative` by days from today."""

    weekdays: Mapping[str, int]
    relative: Mapping[str, int]


@dataclass(frozen=True)
class QuickEntry:
    """`words` are what is left to find the task by; `fault` is what is wrong with the duration."""

    duration: Duration | None
    day: date
    words: str
    fault: DurationFault | None = None


def read(text: str, names: DateNames, *, today: date) -> QuickEntry:
    """The duration stands first, or last; the day last, or right after a duration that stands
    first. So a task may have a day in its name. A weekday is the last one that was, today included.
    """
    words = text[:LONGEST].split()
    duration, left = _leading(words)
    if duration is None:
        return _duration_last(words, names, today)
    day, left = _day(left, names, today, after_duration=True)
    return QuickEntry(duration, day or today, " ".join(left))


def _duration_last(words: list[str], names: DateNames, today: date) -> QuickEntry:
    day, left = _day(words, names, today, after_duration=False)
    duration, rest = _trailing(left)
    if duration is not None:
        if day is None:
            day, rest = _day(rest, names, today, after_duration=False)
        return QuickEntry(duration, day or today, " ".join(rest))
    fault, left = _fault(left)
    return QuickEntry(None, day or today, " ".join(left), fault)


def _leading(words: list[str]) -> tuple[Duration | None, list[str]]:
    for count in range(len(words), 0, -1):
        if isinstance(found := _parse(words[:count]), Duration):
            return found, words[count:]
    return None, words


def _trailing(words: list[str]) -> tuple[Duration | None, list[str]]:
    for start in range(len(words)):
        if isinstance(found := _parse(words[start:]), Duration):
            return found, words[:start]
    return None, words


def _fault(words: list[str]) -> tuple[DurationFault | None, list[str]]:
    """What is wrong with a line that begins as if with a duration."""
    found = _parse(words[:1])
    return (found, words[1:]) if isinstance(found, DurationFault) else (None, words)


def _parse(words: Sequence[str]) -> Duration | DurationFault | None:
    """None for what does not look like a duration at all, or only adds to one."""
    if any(_DATE.fullmatch(word) for word in words):
        # As a duration it would be a subtraction of hours.
        return None
    try:
        found = parse(" ".join(words))
    except BadDuration as error:
        return None if error.fault is DurationFault.FORM else error.fault
    return None if found.relative else found


def _day(
    words: list[str], names: DateNames, today: date, *, after_duration: bool
) -> tuple[date | None, list[str]]:
    if words and (day := _named(words[-1], names, today)):
        return day, words[:-1]
    if after_duration and words and (day := _named(words[0], names, today)):
        return day, words[1:]
    return None, words


def _named(word: str, names: DateNames, today: date) -> date | None:
    word = word.casefold()
    if word in names.relative:
        return today + timedelta(days=names.relative[word])
    if word in names.weekdays:
        return today - timedelta(days=(today.isoweekday() - names.weekdays[word]) % 7)
    try:
        return date.fromisoformat(word) if len(word) == 10 else None
    except ValueError:
        return None
