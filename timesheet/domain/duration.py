"""Reading and writing durations: the one parser that every field in the product uses.

Durations are whole minutes. The only exception raised here is `BadDuration`, for any text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

# The minutes of a day.
DAY = 24 * 60
MAX_TEXT_LENGTH = 60


class DurationFault(StrEnum):
    """Why a text is not a duration; the sentences for people are in `core.duration_messages`."""

    FORM = "form"
    MINUTES = "minutes"
    ZERO = "zero"
    TOO_MUCH = "too_much"


class BadDuration(ValueError):
    """A text is not a duration because of its `fault`."""

    def __init__(self, fault: DurationFault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True)
class Duration:
    """A typed amount of time."""

    minutes: int
    # Whether the minutes are added to what is there; below zero they are taken away.
    relative: bool = False


_TERM = re.compile(
    r"""
      (?P<hours>\d{1,9}):(?P<past>\d{2})                                # 1:30
    | (?P<whole>\d{1,9})\s*h(?:ours?|rs?)?\s*(?P<rest>\d{1,9})\s*(?:m(?:in(?:s|utes?)?)?)?  # 1h30
    | (?P<minutes>\d{1,9})\s*m(?:in(?:s|utes?)?)?                       # 90m, 90 min
    | (?P<decimal>\d{1,9}(?:[.,]\d{1,9})?|[.,]\d{1,9})\s*(?:h(?:ours?|rs?)?)?  # 8, 1.5, ,5, 1h
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_SIGN = re.compile(r"\s*([+\-\u2212])\s*")


def parse(text: str) -> Duration:
    """Parse what a person typed as a duration.

    Accepts 1:30, 1.5, 1,5, .5, 1h, 1h30, 1h 30m, 90m, 90 min, 8 (hours), sums of these such as
    1:30+45m, and with a leading sign an amount to add or take away. Fractions of a minute are
    rounded to the nearest minute. Raises `BadDuration`, also for an empty text.
    """
    text = text.strip()
    if not text or len(text) > MAX_TEXT_LENGTH:
        raise BadDuration(DurationFault.FORM)
    sign, relative, position, total = 1, False, 0, 0
    if leading := _SIGN.match(text):
        sign, relative, position = _sign(leading), True, leading.end()
    while True:
        term = _TERM.match(text, position)
        if term is None:
            raise BadDuration(DurationFault.FORM)
        total += sign * _minutes(term)
        position = term.end()
        if position == len(text):
            break
        operator = _SIGN.match(text, position)
        if operator is None:
            raise BadDuration(DurationFault.FORM)
        sign, position = _sign(operator), operator.end()
    return _within_a_day(Duration(total, relative))


def show(minutes: int) -> str:
    """Write minutes as 1:30, which `parse` reads back; a difference may be below zero."""
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else ''}{hours}:{rest:02}"


def show_decimal(minutes: int, sign: str = ".") -> str:
    """Write minutes as hours, 1.5, with `sign` as the decimal separator.

    Two decimals are enough for `parse` to read the same minutes back.
    """
    hundredths = (abs(minutes) * 100 + 30) // 60
    whole, part = divmod(hundredths, 100)
    decimals = f"{sign}{part:02}".rstrip("0") if part else ""
    return f"{'-' if minutes < 0 else ''}{whole}{decimals}"


def _sign(operator: re.Match[str]) -> int:
    return 1 if operator[1] == "+" else -1


def _minutes(term: re.Match[str]) -> int:
    if term["hours"] is not None:
        return _hours_and_minutes(term["hours"], term["past"])
    if term["whole"] is not None:
        return _hours_and_minutes(term["whole"], term["rest"])
    if term["minutes"] is not None:
        return int(term["minutes"])
    whole, _, fraction = term["decimal"].replace(",", ".").partition(".")
    # Only integers: with floats, rounding errors would decide how 1.005 is rounded.
    scale: int = 10 ** len(fraction)
    return (int(f"{whole}{fraction}" or "0") * 60 * 2 + scale) // (2 * scale)


def _hours_and_minutes(hours: str, minutes: str) -> int:
    if int(minutes) > 59:
        raise BadDuration(DurationFault.MINUTES)
    return int(hours) * 60 + int(minutes)


def _within_a_day(duration: Duration) -> Duration:
    if duration.minutes == 0:
        raise BadDuration(DurationFault.ZERO)
    if abs(duration.minutes) > DAY:
        raise BadDuration(DurationFault.TOO_MUCH)
    if duration.minutes < 0 and not duration.relative:
        raise BadDuration(DurationFault.ZERO)
    return duration
