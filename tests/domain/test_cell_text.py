"""A note after the duration in a cell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timesheet.domain.cell_text import split_note
from timesheet.domain.duration import DAY, BadDuration, Duration, DurationFault, parse, show


@pytest.mark.parametrize(
    ("text", "duration", "note"),
    [
        ("1:30 call with the bank", "1:30", "call with the bank"),
        ("  1:30   call  with the bank ", "1:30", "call  with the bank"),
        ("8 review", "8", "review"),
        ("1h call", "1h", "call"),
        ("1 h 30 call", "1 h 30", "call"),
        ("1h 30m call", "1h 30m", "call"),
        ("1 hour, 30 minutes call", "1 hour, 30 minutes", "call"),
        ("30 Min. Besprechung", "30 Min.", "Besprechung"),
        ("1½ call", "1½", "call"),
        ("+0:30 call", "+0:30", "call"),
        ("1:30+45m call", "1:30+45m", "call"),
        ("1:30, call", "1:30,", "call"),
        ("1:30 - call", "1:30", "call"),
        ("1:30 – call", "1:30", "call"),
        ("1:30 call 9-17 with 2 people", "1:30", "call 9-17 with 2 people"),
        ("1:30 Müller: Übergabe", "1:30", "Müller: Übergabe"),
        ("1:30 会議", "1:30", "会議"),
        ("1:30 one on one", "1:30", "one on one"),
        ("1:30 w/ Ben", "1:30", "w/ Ben"),
        ("1:30 security review", "1:30", "security review"),
        ("1:30 ☕ with Ben", "1:30", "☕ with Ben"),
        ("1:30 pairing 👩\u200d💻", "1:30", "pairing 👩\u200d💻"),
        ("1:30\xa0call", "1:30", "call"),
        ("\ufeff1:30 call", "\ufeff1:30", "call"),
    ],
)
def test_a_note_is_split_off(text, duration, note):
    assert split_note(text) == (duration, note)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1:30",
        "call with the bank",
        "call 1:30",
        "1:30call",
        "1:30 8 call",
        "1 30 call",
        "8 30m 5 call",
        "2 3D model",
        "5 minuts call",
        "2 days",
        "2 weeks off",
        "1:30 m",
        "1 and a half hours",
        "1 half",
        "2 x 30m",
        "1 hour thirty minutes",
        "1 hour thirty",
        "8 minus lunch",
        "8 to five",
        "8 until noon",
        "1:30 - 8x",
        "1:30 -",
        "1:30 + call",
        "1:30 /",
        "1 1/2 hours",
        "1:30 ½x",
        "1:30 (2x) call",
    ],
)
def test_what_may_go_on_with_the_duration_is_no_note(text):
    assert split_note(text) == (text, "")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("22-6 night shift", DurationFault.CLOCK),
        ("22:00 - 06:00 night shift", DurationFault.CLOCK),
        ("9 to 17 fair", DurationFault.CLOCK),
        ("9am call", DurationFault.CLOCK),
        ("8 am call", DurationFault.CLOCK),
        ("25:99 call", DurationFault.MINUTES),
        ("30h call", DurationFault.TOO_MUCH),
        ("0:00 call", DurationFault.ZERO),
        ("call with the bank", DurationFault.FORM),
    ],
)
def test_what_is_wrong_with_the_duration_is_told_in_spite_of_the_note(text, fault):
    with pytest.raises(BadDuration) as bad:
        parse(split_note(text)[0])
    assert bad.value.fault is fault


@given(st.integers(1, DAY), st.sampled_from(["call", "Bank ID", "review of the plan 2026-11-23"]))
def test_minutes_and_a_note_are_read_as_they_were_written(minutes, note):
    text, rest = split_note(f"{show(minutes)} {note}")
    assert (parse(text), rest) == (Duration(minutes), note)


@given(st.one_of(st.text(max_size=80), st.text(alphabet="0123:.,+- hmincal½٣", max_size=40)))
def test_nothing_that_was_typed_is_lost(text):
    duration, note = split_note(text)
    assert text.strip().startswith(duration)
    assert text.strip().endswith(note)
    between = text.strip()[len(duration) : len(text.strip()) - len(note)]
    assert (
        not between.strip(" \t\n-\u2010\u2011\u2012\u2013\u2014\u2015\u2212") or between.isspace()
    )
    assert split_note(duration) == (duration, "")
