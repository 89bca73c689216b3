"""Quick entry: one line that describes an entry, such as "1h30 design review yesterday"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from timesheet.domain.duration import BadDuration, Duration, DurationFault, parse
from timesheet.domain.week import Week

# Characters of a line that are read.
MAX_LENGTH = 300


@dataclass(frozen=True)
class DateNames:
    """The names of days in the person's language, casefolded."""

    # ISO weekdays, 1 for Monday.
    weekdays: Mapping[str, int]
    # Days from today.
    relative: Mapping[str, int]
    # The week whose weekdays are meant.
    week: Week | None = None


@dataclass(frozen=True)
class QuickEntry:
    """The parts of a line."""

    duration: Duration | None
    day: date
    # What is left: the words to find the task by.
    words: str
    # What is wrong with the duration.
    fault: DurationFault | None = None
    # What follows a colon and a space.
    note: str = ""


# Not the colon of 8 : 30 or 8: 30.
_NOTE = re.compile(r"(?<=\S):\s+(?=\S)")
_ONLY_A_NUMBER = re.compile(r"\d+", re.ASCII)


def parse_line(text: str, names: DateNames, *, today: date, week: Week | None = None) -> QuickEntry:
    """Find the duration, the day, the task's words and the note in a line.

    The duration is first or last. The day is last, or right after a duration that is first, so
    that a task may have a day in its name. A weekday is the one of `week`, which is shown; without
    a week its latest occurrence, today included. With no day at all it is today, or the same
    weekday of the week. The note comes after a colon.
    """
    line, note = _split_note(text[:MAX_LENGTH])
    entry = _parse_words(line.split(), replace(names, week=week), today)
    return replace(entry, note=note) if note else entry


def _split_note(text: str) -> tuple[str, str]:
    for colon in _NOTE.finditer(text):
        line, note = text[: colon.start()], text[colon.end() :]
        if not _ONLY_A_NUMBER.fullmatch(line.strip()):
            return line, " ".join(note.split())
    return text, ""


def _parse_words(words: list[str], names: DateNames, today: date) -> QuickEntry:
    duration, rest = _leading_duration(words)
    if not isinstance(duration, Duration):
        return _with_trailing_duration(words, names, today)
    day, rest = _split_day(rest, names, today, after_duration=True)
    return QuickEntry(duration, day or _default_day(names, today), " ".join(rest))


def _default_day(names: DateNames, today: date) -> date:
    if names.week is None or today in names.week:
        return today
    return names.week.days[today.weekday()]


def _with_trailing_duration(words: list[str], names: DateNames, today: date) -> QuickEntry:
    day, rest = _split_day(words, names, today, after_duration=False)
    duration, task_words = _trailing_duration(rest)
    if isinstance(duration, Duration):
        if day is None:
            day, task_words = _split_day(task_words, names, today, after_duration=False)
        return QuickEntry(duration, day or _default_day(names, today), " ".join(task_words))
    if duration is None:
        duration, task_words = _leading_fault(rest)
    return QuickEntry(None, day or _default_day(names, today), " ".join(task_words), duration)


def _leading_duration(words: list[str]) -> tuple[Duration | DurationFault | None, list[str]]:
    for count in range(len(words), 0, -1):
        if _is_found(duration := _parse(words[:count])):
            return duration, words[count:]
    return None, words


def _trailing_duration(words: list[str]) -> tuple[Duration | DurationFault | None, list[str]]:
    for start in range(len(words)):
        if _is_found(duration := _parse(words[start:])):
            return duration, words[:start]
    return None, words


def _is_found(duration: Duration | DurationFault | None) -> bool:
    """Return whether this ends the search: 22:00 - 06:00 must not be taken for 22:00."""
    return isinstance(duration, Duration) or duration is DurationFault.CLOCK


def _leading_fault(words: list[str]) -> tuple[DurationFault | None, list[str]]:
    """Return what is wrong with a line that starts like a duration, and the other words."""
    fault, rest = _leading_duration(words)
    if fault is None:
        fault, rest = _parse(words[:1]), words[1:]
    return (fault, rest) if isinstance(fault, DurationFault) else (None, words)


def _parse(words: Sequence[str]) -> Duration | DurationFault | None:
    """Parse words as a duration; None if they don't look like one, or are relative."""
    try:
        duration = parse(" ".join(words))
    except BadDuration as error:
        return None if error.fault is DurationFault.FORM else error.fault
    return None if duration.relative else duration


def _split_day(
    words: list[str], names: DateNames, today: date, *, after_duration: bool
) -> tuple[date | None, list[str]]:
    if words and (day := _read_day(words[-1], names, today)):
        return day, words[:-1]
    if after_duration and words and (day := _read_day(words[0], names, today)):
        return day, words[1:]
    return None, words


def _read_day(word: str, names: DateNames, today: date) -> date | None:
    word = word.casefold()
    if word in names.relative:
        return today + timedelta(days=names.relative[word])
    if word in names.weekdays and names.week:
        return names.week.days[names.weekdays[word] - 1]
    if word in names.weekdays:
        return today - timedelta(days=(today.isoweekday() - names.weekdays[word]) % 7)
    try:
        return date.fromisoformat(word) if len(word) == 10 else None
    except ValueError:
        return None
