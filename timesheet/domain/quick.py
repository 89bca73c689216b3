"""One line that says all of an entry: "1h30 design review yesterday"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from timesheet.domain.duration import BadDuration, Duration, Fault, parse

LONGEST = 300


@dataclass(frozen=True)
class Names:
    """What days are called, casefolded: `weekdays` by ISO number, `relative` by days from today."""

    weekdays: Mapping[str, int]
    relative: Mapping[str, int]


@dataclass(frozen=True)
class Quick:
    """`words` are what is left to find the task by; `fault` is what is wrong with the duration."""

    duration: Duration | None
    day: date
    words: str
    fault: Fault | None = None


def read(text: str, names: Names, *, today: date) -> Quick:
    """The duration stands first, or last; the day last, or right after a duration that stands
    first. So a task may have a day in its name. A weekday is the last one that was, today included.
    """
    words = text[:LONGEST].split()
    duration, fault, words = _leading(words)
    first = duration is not None or fault is not None
    day, words = _day(words, names, today, after_duration=first)
    if not first:
        duration, fault, words = _trailing(words)
        if day is None:
            day, words = _day(words, names, today, after_duration=False)
    return Quick(duration, day or today, " ".join(words), fault)


def _leading(words: Sequence[str]) -> tuple[Duration | None, Fault | None, list[str]]:
    for count in range(len(words), 0, -1):
        found = _parse(words[:count])
        if isinstance(found, Duration) or (found and count == 1):
            return _told(found, list(words[count:]))
    return None, None, list(words)


def _trailing(words: Sequence[str]) -> tuple[Duration | None, Fault | None, list[str]]:
    for start in range(len(words)):
        found = _parse(words[start:])
        if isinstance(found, Duration) or (found and start == len(words) - 1):
            return _told(found, list(words[:start]))
    return None, None, list(words)


def _told(
    found: Duration | Fault, left: list[str]
) -> tuple[Duration | None, Fault | None, list[str]]:
    return (found, None, left) if isinstance(found, Duration) else (None, found, left)


def _parse(words: Sequence[str]) -> Duration | Fault | None:
    """None for what does not look like a duration at all, or only adds to one."""
    try:
        found = parse(" ".join(words))
    except BadDuration as error:
        return None if error.fault is Fault.FORM else error.fault
    return None if found.relative else found


def _day(
    words: list[str], names: Names, today: date, *, after_duration: bool
) -> tuple[date | None, list[str]]:
    if words and (day := _named(words[-1], names, today)):
        return day, words[:-1]
    if after_duration and words and (day := _named(words[0], names, today)):
        return day, words[1:]
    return None, words


def _named(word: str, names: Names, today: date) -> date | None:
    word = word.casefold()
    if word in names.relative:
        return today + timedelta(days=names.relative[word])
    if word in names.weekdays:
        return today - timedelta(days=(today.isoweekday() - names.weekdays[word]) % 7)
    try:
        return date.fromisoformat(word) if len(word) == 10 else None
    except ValueError:
        return None
