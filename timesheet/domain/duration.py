"""Reading and writing durations: the one parser that every field in the product uses.

Durations are whole minutes. The only exception raised here is `BadDuration`, for any text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

# The minutes of a day.
DAY = 24 * 60
# The most characters of a text that is a duration.
MAX_TEXT_LENGTH = 60
# The most characters that are read to find out what is wrong with a text.
_MAX_READ = 20_000


class DurationFault(StrEnum):
    """Why a text is not a duration; the sentences for people are in `core.duration_messages`."""

    FORM = "form"
    # It is a time of day, or a range of them.
    CLOCK = "clock"
    MINUTES = "minutes"
    ZERO = "zero"
    TOO_MUCH = "too_much"
    # It is a sum of more than `MAX_TEXT_LENGTH` characters.
    TOO_LONG = "too_long"


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


# What other keyboards and programs write for the characters of a duration.
_PLAIN_CHARACTERS = (
    dict.fromkeys(map(ord, "\uff1a\ufe55\ufe13\u2236\ua789"), ":")
    | dict.fromkeys(map(ord, "\uff0e\ufe52\u066b"), ".")
    | dict.fromkeys(map(ord, "\uff0c\ufe50\u060c"), ",")
    | dict.fromkeys(map(ord, "\uff0b\ufe62"), "+")
    | dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d\ufe63"), "-")
    | dict.fromkeys(map(ord, "\u2018\u2019\u2032\u02b9\u00b4\uff07`"), "'")
    | {code: chr(code - 0xFEE0) for code in (*range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
    # The variation selectors change only how the character before them looks.
    | dict.fromkeys(range(0xFE00, 0xFE10))
)
_FRACTIONS = "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
_HOURS = r"(?:h(?:ours?|rs?)?|std|stunden?)\.?"
_MINUTES = r"(?:m(?:in(?:s|ut(?:e[ns]?))?)?\.?|')"
_TERM = re.compile(
    rf"""
      (?P<hours>\d{{0,9}})\s*:\s*(?P<past>\d{{2}})                        # 1:30, :30
      (?:\s*:\s*(?P<seconds>\d{{2}}))?(?!\d)\s*(?:{_HOURS})?               # 1:29:47, 1:30 h
    | (?P<whole>\d{{1,9}})\s*{_HOURS}\s*
      (?:(?:,|and|und)\s*(?=\d{{1,9}}\s*[m']))?                           # 1 hour, 30 minutes
      (?P<rest>\d{{1,9}})\s*(?:{_MINUTES})?                              # 1h30
    | (?P<minutes>\d{{1,9}})\s*{_MINUTES}                                # 90m, 90 min, 90'
    | (?P<units>\d{{0,9}})\s*(?P<fraction>[{_FRACTIONS}])\s*(?:{_HOURS})?  # 1½, ½h
    | (?P<decimal>\d{{1,9}}(?:[.,]\d{{1,9}})?|[.,]\d{{1,9}})\s*(?:{_HOURS})?  # 8, 1.5, ,5, 1h
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_SIGN = re.compile(r"\s*([+-])\s*", re.ASCII)
_TIME = r"(?:[01]?\d|2[0-4])(?:\s*[:.h]\s*\d{1,2}){0,2}"
_MARK = r"\s*(?:[ap]\.?m\b\.?|uhr\b|o'clock\b|h\b)"
_RANGE = rf"{_TIME}(?:{_MARK})?\s*(?:[-~→]|to\b|bis\b|until\b|till\b)\s*{_TIME}(?:{_MARK})?"
_ONE_TIME = rf"{_TIME}\s*(?:[ap]\.?m\b\.?|uhr\b|o'clock\b)"
_CLOCK_TIMES = re.compile(
    rf"(?:(?:from|von)\s+)?(?:{_RANGE}|{_ONE_TIME})(?:\s*[,;/+&\s]\s*(?:{_RANGE}|{_ONE_TIME}))*",
    re.IGNORECASE | re.ASCII,
)


def parse(text: str) -> Duration:
    """Parse what a person typed or pasted as a duration.

    Accepts 1:30, :30, 1:29:47, 1.5, 1,5, .5, 1½, 8 (hours), 1h, 1h30, 1h 30m, 1 hour, 30 minutes,
    90m, 90 min, 90', sums of these such as 1:30+45m, and with a leading sign an amount to add or
    take away. Digits and signs may be those of any keyboard. Minutes can be taken away within a
    sum, as in 8h-30m, but 22-6 and 9h-17h are times of day. The result is rounded to the nearest
    minute, half a minute up. Raises `BadDuration`, also for an empty text.
    """
    text = normalize(text)
    exact, relative = _add_up(text)
    if len(text) > MAX_TEXT_LENGTH:
        raise BadDuration(DurationFault.TOO_LONG)
    return _within_a_day(Duration(_rounded(exact), relative))


def amount(text: str) -> int:
    """Return the minutes that a text amounts to, which may be none or more than a day has.

    Raises `BadDuration` where `parse` would, and for an amount to add or take away.
    """
    exact, relative = _add_up(normalize(text))
    if relative:
        raise BadDuration(DurationFault.FORM)
    return _rounded(exact)


def normalize(text: str) -> str:
    """Return a text with the digits, signs and spaces of an English keyboard.

    Characters that nobody sees are removed, such as a byte order mark and zero-width spaces.
    """
    if len(text) > _MAX_READ:
        return text
    plain = text.translate(_PLAIN_CHARACTERS)
    if not plain.isascii():
        plain = "".join(map(_plain_character, plain))
    return " ".join(plain.split())


def _plain_character(character: str) -> str:
    if unicodedata.category(character) == "Cf":
        return ""
    return str(unicodedata.decimal(character, character))


def _add_up(text: str) -> tuple[Fraction, bool]:
    """Return the exact minutes of a normalized text, and whether they are relative."""
    text = text[:-1] if text.endswith((".", ",", ";")) else text
    if not text or len(text) > _MAX_READ:
        raise BadDuration(DurationFault.FORM)
    sign, relative, position, total, before = 1, False, 0, Fraction(), ""
    if leading := _SIGN.match(text):
        sign, relative, position = _sign(leading), True, leading.end()
    while True:
        term = _TERM.match(text, position)
        if term is None or (before and sign < 0 and _may_be_times(before, term[0], relative)):
            raise BadDuration(_fault_of_form(text))
        total += sign * _minutes(term)
        position, before = term.end(), term[0]
        if position == len(text):
            return total, relative
        operator = _SIGN.match(text, position)
        if operator is None:
            raise BadDuration(_fault_of_form(text))
        sign, position = _sign(operator), operator.end()


def _may_be_times(first: str, second: str, relative: bool) -> bool:
    """Return whether a minus between these terms may be a range of times of day."""
    both = (first + second).casefold()
    if relative:
        return not any(character.isalpha() or character == "'" for character in both)
    return "m" not in both and "'" not in both


def _fault_of_form(text: str) -> DurationFault:
    # Cut, because the pattern is slow on long texts.
    clock = len(text) <= MAX_TEXT_LENGTH and _CLOCK_TIMES.fullmatch(text)
    return DurationFault.CLOCK if clock else DurationFault.FORM


def _rounded(minutes: Fraction) -> int:
    rounded = int(abs(minutes) + Fraction(1, 2))
    return -rounded if minutes < 0 else rounded


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


def _minutes(term: re.Match[str]) -> Fraction:
    if term["past"] is not None:
        return _hours_and_minutes(term["hours"], term["past"]) + _seconds(term)
    if term["whole"] is not None:
        return _hours_and_minutes(term["whole"], term["rest"])
    if term["minutes"] is not None:
        return Fraction(term["minutes"])
    if term["fraction"] is not None:
        part = unicodedata.normalize("NFKC", term["fraction"]).replace("\u2044", "/")
        return 60 * (int(term["units"] or 0) + Fraction(part))
    # Not as a float: rounding errors would decide how 1.005 is rounded.
    return 60 * Fraction(term["decimal"].replace(",", "."))


def _hours_and_minutes(hours: str, minutes: str) -> Fraction:
    if int(minutes) > 59:
        raise BadDuration(DurationFault.MINUTES)
    return Fraction(int(hours or 0) * 60 + int(minutes))


def _seconds(term: re.Match[str]) -> Fraction:
    seconds = int(term["seconds"] or 0)
    if seconds > 59 or (term["seconds"] and not term["hours"]):
        raise BadDuration(DurationFault.FORM)
    return Fraction(seconds, 60)


def _within_a_day(duration: Duration) -> Duration:
    if duration.minutes == 0:
        raise BadDuration(DurationFault.ZERO)
    if abs(duration.minutes) > DAY:
        raise BadDuration(DurationFault.TOO_MUCH)
    if duration.minutes < 0 and not duration.relative:
        raise BadDuration(DurationFault.ZERO)
    return duration
