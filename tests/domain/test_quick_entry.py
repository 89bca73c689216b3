"""One line that describes an entry."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timesheet.domain.duration import Duration, DurationFault
from timesheet.domain.quick_entry import DateNames, QuickEntry, parse_line
from timesheet.domain.week import Week

TUESDAY = date(2026, 11, 24)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NAMES = DateNames(
    {name[:length]: number for number, name in enumerate(DAYS, 1) for length in (3, len(name))},
    {"today": 0, "yesterday": -1},
)


def quick(text: str) -> QuickEntry:
    return parse_line(text, NAMES, today=TUESDAY)


@pytest.mark.parametrize(
    ("text", "minutes", "days_back", "words"),
    [
        ("1h30 design review yesterday", 90, 1, "design review"),
        ("1h 30m design review", 90, 0, "design review"),
        ("90 min call", 90, 0, "call"),
        ("design review 1:30", 90, 0, "design review"),
        ("design review 1:30 yesterday", 90, 1, "design review"),
        ("design review yesterday 1:30", 90, 1, "design review"),
        ("1:30 mon design review", 90, 1, "design review"),
        ("0:15 Monday stand-up today", 15, 0, "Monday stand-up"),
        ("0:15 stand-up Tuesday", 15, 0, "stand-up"),
        ("0:15 stand-up WED", 15, 6, "stand-up"),
        ("2 3D model", 120, 0, "3D model"),
        ("1:30+45m x 2026-11-20", 135, 4, "x"),
        ("8", 480, 0, ""),
        ("404 page fix 1h", 60, 0, "404 page fix"),
        ("50m 2026-11-23 review", 50, 1, "review"),
        ("review 2026-11-23 1h", 60, 1, "review"),
    ],
)
def test_a_line_is_parsed(text, minutes, days_back, words):
    assert quick(text) == QuickEntry(Duration(minutes), TUESDAY - timedelta(days=days_back), words)


@pytest.mark.parametrize(
    ("text", "week", "day"),
    [
        ("1h review friday", "2026-W48", date(2026, 11, 27)),
        ("1h review monday", "2026-W47", date(2026, 11, 16)),
        ("1h review", "2026-W48", TUESDAY),
        ("1h review", "2026-W50", date(2026, 12, 8)),
        ("1h review yesterday", "2026-W50", date(2026, 11, 23)),
    ],
)
def test_the_days_are_those_of_the_week_that_is_shown(text, week, day):
    assert parse_line(text, NAMES, today=TUESDAY, week=Week.parse(week)).day == day


@pytest.mark.parametrize(
    ("text", "minutes", "words", "note"),
    [
        ("2h design: Checked colours", 120, "design", "Checked colours"),
        ("2h design friday:  two   lines", 120, "design", "two lines"),
        ("1:30 call: with: the bank", 90, "call", "with: the bank"),
        ("8 : 30 design", 510, "design", ""),
        ("1:30 design", 90, "design", ""),
        ("2h design:", 120, "design:", ""),
    ],
)
def test_what_follows_a_colon_is_the_note(text, minutes, words, note):
    entry = quick(text)
    assert (entry.duration, entry.words, entry.note) == (Duration(minutes), words, note)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ""),
        ("design review", "design review"),
        ("+1 call", "+1 call"),
        ("budget 2026", "budget 2026"),
        ("2026-11-24 review", "2026-11-24 review"),
    ],
)
def test_a_line_without_a_duration(text, words):
    assert quick(text) == QuickEntry(None, TUESDAY, words)


def test_a_line_with_only_a_day():
    assert quick("yesterday") == QuickEntry(None, TUESDAY - timedelta(days=1), "")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("25:99 call", DurationFault.MINUTES),
        ("30h call", DurationFault.TOO_MUCH),
        ("0:00 call", DurationFault.ZERO),
    ],
)
def test_an_impossible_duration_has_a_fault(text, fault):
    assert (quick(text).fault, quick(text).words) == (fault, "call")


words = st.sampled_from(["1h", "30m", "1:30", "+1", "mon", "today", "2026-11-24", "call", "99:99"])


@given(st.one_of(st.text(max_size=400), st.lists(words, max_size=8).map(" ".join)))
def test_any_text_is_parsed(text):
    parsed = quick(text)
    assert parsed.duration is None or parsed.fault is None
    assert parsed.words == " ".join(parsed.words.split())
