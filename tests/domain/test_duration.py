"""Parsing and writing durations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timesheet.core import formats
from timesheet.domain.duration import (
    DAY,
    BadDuration,
    Duration,
    DurationFault,
    parse,
    show,
    show_decimal,
)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("1:30", 90),
        ("01:05", 65),
        ("24:00", 1440),
        ("0:01", 1),
        ("1.5", 90),
        ("1,5", 90),
        (".5", 30),
        (",25", 15),
        ("8", 480),
        ("8h", 480),
        ("8 hours", 480),
        ("1h30", 90),
        ("1h 30m", 90),
        ("1H30M", 90),
        ("1 h 30 min", 90),
        ("1hr 5 minutes", 65),
        ("90m", 90),
        ("90 min", 90),
        ("1:30+45m", 135),
        ("1:30 + 45m - 15m", 120),
        ("  2 ", 120),
        ("0.333", 20),
        ("1.999", 120),
    ],
)
def test_texts_that_are_durations(text, minutes):
    assert parse(text) == Duration(minutes)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("+0:30", 30), ("-15m", -15), ("+ 1h", 60), ("\u22121", -60), ("-1", -60), ("+1:30-1h", 30)],
)
def test_a_leading_sign_makes_a_duration_relative(text, minutes):
    assert parse(text) == Duration(minutes, relative=True)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("25:99", DurationFault.MINUTES),
        ("1:60", DurationFault.MINUTES),
        ("1h60", DurationFault.MINUTES),
        ("25:00", DurationFault.TOO_MUCH),
        ("1441m", DurationFault.TOO_MUCH),
        ("+25", DurationFault.TOO_MUCH),
        ("0:00", DurationFault.ZERO),
        ("0", DurationFault.ZERO),
        ("+0", DurationFault.ZERO),
        ("60m-1h", DurationFault.ZERO),
        ("60m-2h", DurationFault.ZERO),
        ("0.001", DurationFault.ZERO),
        ("", DurationFault.FORM),
        ("   ", DurationFault.FORM),
        ("abc", DurationFault.FORM),
        ("1e9", DurationFault.FORM),
        ("1:3", DurationFault.FORM),
        ("1:300", DurationFault.FORM),
        ("1..5", DurationFault.FORM),
        (".", DurationFault.FORM),
        ("1 2", DurationFault.FORM),
        ("+", DurationFault.FORM),
        ("1+", DurationFault.FORM),
        ("--1", DurationFault.FORM),
        ("1\x00", DurationFault.FORM),
        ("nan", DurationFault.FORM),
        ("9" * 10_000, DurationFault.FORM),
        ("1+" * 29 + "1", DurationFault.TOO_MUCH),
    ],
)
def test_texts_that_are_no_durations(text, fault):
    with pytest.raises(BadDuration) as bad:
        parse(text)
    assert bad.value.fault == fault


@given(st.integers(1, DAY))
def test_a_written_duration_is_parsed_as_the_same_minutes(minutes):
    assert parse(show(minutes)) == Duration(minutes)


@given(st.one_of(st.text(), st.text(alphabet="0123456789:.,+-\u2212hm inutesr", max_size=20)))
def test_any_text_is_a_possible_duration_or_rejected(text):
    try:
        duration = parse(text)
    except BadDuration:
        return
    assert 0 < abs(duration.minutes) <= DAY
    assert duration.relative or duration.minutes > 0


@given(st.integers(0, 23), st.integers(1, 99))
def test_a_comma_means_the_same_as_a_point(hours, hundredths):
    assert parse(f"{hours},{hundredths:02}") == parse(f"{hours}.{hundredths:02}")


@given(st.integers(1, 700), st.integers(1, 700))
def test_terms_are_added_up(first, second):
    assert parse(f"{show(first)} + {second}m").minutes == first + second


@pytest.mark.parametrize(("minutes", "text"), [(0, "0:00"), (5, "0:05"), (1500, "25:00")])
def test_minutes_are_written_as_hours_and_minutes(minutes, text):
    assert show(minutes) == text


def test_a_negative_difference_is_written_with_its_sign():
    assert show(-45) == "-0:45"


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(0, "0"), (30, "0.5"), (60, "1"), (80, "1.33"), (90, "1.5"), (600, "10"), (-90, "-1.5")],
)
def test_minutes_are_written_as_decimal_hours(minutes, text):
    assert show_decimal(minutes) == text


@given(st.integers(1, DAY), st.sampled_from([".", ","]))
def test_decimal_hours_are_parsed_as_the_same_minutes(minutes, sign):
    assert parse(show_decimal(minutes, sign)) == Duration(minutes)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "no time"),
        (1, "1 minute"),
        (60, "1 hour"),
        (90, "1 hour 30 minutes"),
        (120, "2 hours"),
        (-61, "minus 1 hour 1 minute"),
    ],
)
def test_minutes_are_written_in_words(minutes, words):
    assert formats.spoken(minutes) == words


def test_a_duration_is_written_as_the_person_prefers_it():
    with formats.override(lambda: formats.DECIMAL):
        assert formats.show(90) == "1.5"
    assert formats.show(90) == "1:30"
