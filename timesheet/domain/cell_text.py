"""What is typed into a cell: a duration, and after it perhaps a note."""

from __future__ import annotations

import re
import unicodedata

from timesheet.domain.duration import MAX_TEXT_LENGTH, BadDuration, DurationFault, normalize, parse

_DASH = re.compile(r"[-\u2010-\u2015\u2212]\s+")
# Words that may continue a duration: they begin with a digit, or are a unit, a word that joins two
# amounts, a part of a time of day or, before a unit, a number.
_AMOUNT = re.compile(r"\W*[\d¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞]")
_UNIT = re.compile(
    r"h|hrs?|hou?r\w*|std\w*|stunde\w*|m|mn|mts?|mins?|minu\w*|minn\w*|mini?ts?"
    r"|s|secs?|seconds?|sek|sekunden?|d|days?|tage?n?|w|weeks?|wochen?"
)
_JOINING = frozenset(
    ("and", "und", "plus", "minus", "to", "until", "till", "bis", "or", "oder", "x", "times")
)
_PARTS = frozenset(("half", "halb", "halbe", "quarter", "viertel"))
_CLOCK = frozenset(("am", "pm", "uhr", "o'clock", "noon", "midnight"))
_NUMBERS = frozenset(
    ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven")
) | frozenset(("twelve", "fifteen", "twenty", "thirty", "forty", "fifty"))
_PUNCTUATION = ".,:;!?'()"


def split_note(text: str) -> tuple[str, str]:
    """Split a text such as `1:30 call with the bank` into its duration and its note.

    What follows the duration is a note only if it can't continue it. Without a note, all of the
    text is returned as the duration, which `duration.parse` then accepts or explains.
    """
    text = text.strip()
    ends = [word.end() for word in re.finditer(r"\S+(?=\s)", text[: 2 * MAX_TEXT_LENGTH])]
    # The longest first: in 1 h 30 call, 1 is a duration too.
    for end in (len(text), *reversed(ends)):
        if _has_form(text[:end]):
            note = _DASH.sub("", text[end:].strip(), count=1)
            return (text[:end], note) if _is_note(note) else (text, "")
    return text, ""


def _has_form(text: str) -> bool:
    """Return whether this looks like a duration, even an impossible one, or like times of day."""
    try:
        parse(text)
    except BadDuration as error:
        return error.fault is not DurationFault.FORM
    return True


def _is_note(text: str) -> bool:
    plain = normalize(text).casefold().split()
    if not plain or _AMOUNT.match(plain[0]):
        return False
    word, following = (*(word.strip(_PUNCTUATION) for word in plain[:2]), "", "")[:2]
    if word in _NUMBERS:
        return not (_UNIT.fullmatch(following) or following in _NUMBERS or not following)
    continues = _UNIT.fullmatch(word) or word.replace(".", "") in _JOINING | _PARTS | _CLOCK
    return not continues and any(map(_is_letter_or_picture, word))


def _is_letter_or_picture(character: str) -> bool:
    return character.isalpha() or unicodedata.category(character) == "So"
