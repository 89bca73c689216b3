"""Quick entry reads durations as a cell does, and times of day in neither."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timesheet.domain.duration import Duration, DurationFault
from timesheet.domain.quick_entry import DateNames, QuickEntry, parse_line

TUESDAY = date(2026, 11, 24)
NAMES = DateNames({"monday": 1, "mon": 1}, {"today": 0})


def quick(text: str) -> QuickEntry:
    return parse_line(text, NAMES, today=TUESDAY)


@pytest.mark.parametrize(
    ("text", "minutes", "words"),
    [
        (":30 call", 30, "call"),
        ("8 : 30 call", 510, "call"),
        ("1½ call", 90, "call"),
        ("8, call", 480, "call"),
        ("1 hour, 30 minutes call", 90, "call"),
        ("call 1,5 Std.", 90, "call"),
        ("01:29:47 call", 90, "call"),
        ("１：３０ call", 90, "call"),
        ("\u200b1:30 call", 90, "call"),
        ("call ٢", 120, "call"),
        ("2 - call", 120, "- call"),
    ],
)
def test_a_duration_is_read_as_in_a_cell(text, minutes, words):
    assert quick(text) == QuickEntry(Duration(minutes), TUESDAY, words)


@pytest.mark.parametrize(
    "text",
    [
        "22-6 call",
        "22:00 - 06:00 call",
        "9 to 17 call",
        "9am – 5pm call",
        "call 22-6",
        "call 22:00 - 06:00",
        "call 22:00 - 06:00 today",
        "22:00 - 06:00 today call",
    ],
)
def test_times_of_day_are_no_duration(text):
    parsed = quick(text)
    assert (parsed.duration, parsed.fault) == (None, DurationFault.CLOCK)


@pytest.mark.parametrize("text", ["1h Sprint 22-6", "Sprint 22-6 1h"])
def test_a_task_may_have_such_a_range_in_its_name(text):
    assert quick(text) == QuickEntry(Duration(60), TUESDAY, "Sprint 22-6")


hours = st.integers(0, 24)


@given(hours, hours, st.sampled_from(["-", " - ", "–", " – ", " to "]), st.booleans())
def test_a_range_beside_a_word_is_never_a_duration(first, second, dash, in_front):
    times = f"{first}:00{dash}{second}:00"
    parsed = quick(f"{times} call" if in_front else f"call {times}")
    assert (parsed.duration, parsed.words) == (None, "call")
