"""Durations as people type and paste them, on any keyboard and from any program."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timesheet.domain.duration import (
    DAY,
    MAX_TEXT_LENGTH,
    BadDuration,
    Duration,
    DurationFault,
    amount,
    normalize,
    parse,
    show,
)


def fault_of(text: str) -> DurationFault | None:
    try:
        parse(text)
    except BadDuration as bad:
        return bad.fault
    return None


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        (":30", 30),
        (":05", 5),
        ("8 : 30", 510),
        ("1:30h", 90),
        ("1:30 hours", 90),
        ("1½", 90),
        ("1 ½", 90),
        ("½", 30),
        ("1¼h", 75),
        ("¾ h", 45),
        ("2⅓", 140),
        ("90'", 90),
        ("90’", 90),
        ("90′", 90),
        ("1h30'", 90),
        ("8.", 480),
        ("8,", 480),
        ("1:30.", 90),
        ("1 hour, 30 minutes", 90),
        ("1 hour and 30 minutes", 90),
        ("1 Stunde und 30 Minuten", 90),
        ("1 Std. 30 Min.", 90),
        ("30 Min.", 30),
        ("1,5 Std.", 90),
        ("2 hrs", 120),
        ("2 hrs.", 120),
        ("45 mins", 45),
        ("1 h 30", 90),
        ("1h 30m", 90),
        ("8h-30m", 450),
        ("8-30m", 450),
        ("8:00 - 45 min", 435),
    ],
)
def test_forms_that_people_type(text, minutes):
    assert parse(text) == Duration(minutes)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("01:30:00", 90),
        ("01:29:47", 90),
        ("1:29:30", 90),
        ("1:29:29", 89),
        ("0:00:30", 1),
        ("7 : 59 : 59", 480),
        ("1:29:47 + 0:00:13", 90),
    ],
)
def test_seconds_are_rounded_to_the_minute(text, minutes):
    assert parse(text) == Duration(minutes)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("0:00:20", DurationFault.ZERO),
        ("1:75:00", DurationFault.MINUTES),
        (":75", DurationFault.MINUTES),
        ("1 hour, 75 minutes", DurationFault.MINUTES),
        ("1:30:75", DurationFault.FORM),
        (":30:10", DurationFault.FORM),
        ("1h, 30", DurationFault.FORM),
        ("1h30m15", DurationFault.FORM),
        ("1:5", DurationFault.FORM),
        ("½½", DurationFault.FORM),
        ("1²", DurationFault.FORM),
        ("2026-11-23", DurationFault.FORM),
        ("11/23", DurationFault.FORM),
        ("24:00:20", None),
        ("24:00:30", DurationFault.TOO_MUCH),
    ],
)
def test_what_is_wrong_with_other_forms(text, fault):
    assert fault_of(text) == fault


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("８：３０", 510),
        ("２", 120),
        ("１．５", 90),
        ("٢", 120),
        ("٢:٣٠", 150),
        ("١٫٥", 90),
        ("۱:۳۰", 90),
        ("२", 120),
        ("１ｈ３０ｍ", 90),
        ("\u200b1:30\u200b", 90),
        ("\ufeff1:30", 90),
        ("1\u200d:\u206030", 90),
        ("\u200f1:30\u200e", 90),
        ("\xa01:30\u202f", 90),
        ("1\xa0h\u202f30\u2009m", 90),
        ("1\u3000h\t30", 90),
        ("1∶30", 90),
    ],
)
def test_characters_of_other_keyboards_and_programs(text, minutes):
    assert parse(text) == Duration(minutes)


@pytest.mark.parametrize("dash", list("-\u2010\u2011\u2012\u2013\u2014\u2212\uff0d"))
def test_any_dash_is_a_minus(dash):
    assert parse(f"{dash}15m") == Duration(-15, relative=True)
    assert parse(f"1:30 {dash} 15m") == Duration(75)
    assert fault_of(f"22{dash}6") is DurationFault.CLOCK


@pytest.mark.parametrize(
    "text",
    [
        "22-6",
        "18:00-2:00",
        "23:30-7",
        "22:00 - 06:00",
        "10-9:30",
        "9-17",
        "8-0:30",
        "9 – 17",
        "9—17",
        "9 to 17",
        "from 9 to 17",
        "9 bis 17 Uhr",
        "9am-5pm",
        "9 a.m. - 5 p.m.",
        "9.30-17.15",
        "9h-17h",
        "22h-6h",
        "9h30 - 17h",
        "9-12, 13-17",
        "9-12 13-17",
        "9-12+13-17",
        "09:00:00-17:00:00",
        "２２：００－０６：００",
        "5pm",
        "17:00 Uhr",
        "9 o'clock",
    ],
)
def test_times_of_day_are_not_a_duration(text):
    assert fault_of(text) is DurationFault.CLOCK


bare = st.one_of(
    st.integers(0, 24).map(str),
    st.integers(0, DAY - 1).map(show),
    st.integers(0, 24).map("{}h".format),
    st.integers(0, 240).map(lambda tenths: f"{tenths / 10}"),
)
dashes = st.sampled_from(["-", " - ", "–", " – ", "—", "−", " to "])


@given(bare, dashes, bare)
def test_a_minus_between_amounts_without_minutes_is_never_a_duration(first, dash, second):
    assert fault_of(f"{first}{dash}{second}") is DurationFault.CLOCK


@given(bare, dashes, bare, st.sampled_from("+-"), bare)
def test_nor_is_it_within_a_longer_sum(first, dash, second, sign, third):
    assert fault_of(f"{first}{dash}{second}{sign}{third}") in {
        DurationFault.CLOCK,
        DurationFault.FORM,
    }


def digits_of(zero: str) -> dict[int, str]:
    return {ord("0") + value: chr(ord(zero) + value) for value in range(10)}


@given(
    st.integers(1, DAY),
    st.sampled_from("\uff10\u0660\u06f0\u0966\u09e6\u0e50"),
    st.sampled_from(":：∶"),
)
def test_digits_of_any_script_mean_the_same(minutes, zero, colon):
    text = show(minutes).translate(digits_of(zero)).replace(":", colon)
    assert parse(text) == Duration(minutes)


invisible = st.sampled_from("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad\ufe0f\u061c")


@given(st.integers(1, DAY), st.lists(st.tuples(st.integers(0, 8), invisible), max_size=6))
def test_characters_that_nobody_sees_change_nothing(minutes, added):
    text = show(minutes)
    for place, character in added:
        text = text[:place] + character + text[place:]
    assert parse(text) == Duration(minutes)


@given(st.integers(0, 23), st.integers(0, 59), st.integers(0, 59))
def test_seconds_round_to_the_nearest_minute_half_a_minute_up(hours, minutes, seconds):
    expected = hours * 60 + minutes + (seconds >= 30)
    assert amount(f"{hours:02}:{minutes:02}:{seconds:02}") == expected


@given(st.lists(st.integers(1, 59), min_size=1, max_size=40))
def test_a_sum_that_is_too_long_is_said_to_be_that(parts):
    text = "+".join(map(show, parts))
    fault = fault_of(text)
    if len(text) > MAX_TEXT_LENGTH:
        assert fault is DurationFault.TOO_LONG
    else:
        assert fault is None or sum(parts) > DAY
    assert amount(text) == sum(parts)


def test_a_long_text_that_is_no_sum_is_not_said_to_be_too_long():
    assert fault_of("the bank called about the account that was closed in the spring") is (
        DurationFault.FORM
    )
    assert fault_of("9" * 10_000) is DurationFault.FORM
    assert fault_of("1+" * 50_000 + "1") is DurationFault.FORM


@pytest.mark.parametrize(
    ("text", "minutes"), [("0", 0), ("0:00:00", 0), ("40:00", 2400), ("٠", 0), ("37,5", 2250)]
)
def test_an_amount_may_be_none_or_more_than_a_day(text, minutes):
    assert amount(text) == minutes


@pytest.mark.parametrize("text", ["+1", "-15m", "", "call", "22-6"])
def test_what_is_not_an_amount(text):
    with pytest.raises(BadDuration):
        amount(text)


alphabet = "0123456789٣８:：.,;+-–−½¼' \u200b\xa0hHmMinutesStd.apUrto"


@given(st.one_of(st.text(max_size=80), st.text(alphabet=alphabet, max_size=70)))
def test_any_text_is_a_possible_duration_or_has_a_fault(text):
    try:
        duration = parse(text)
    except BadDuration:
        return
    assert 0 < abs(duration.minutes) <= DAY
    assert duration.relative or duration.minutes > 0
    assert parse(normalize(text)) == duration
    assert len(normalize(text)) <= MAX_TEXT_LENGTH


@given(st.text(max_size=200))
def test_a_normalized_text_is_normalized(text):
    plain = normalize(text)
    assert normalize(plain) == plain
    assert not any(unicodedata.category(character) == "Cf" for character in plain)
