"""Which rule a write breaks: tables, and what must hold of any."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.asana.records import EntryFields
from timesheet.domain.cell import SeenEntry, Write, WriteKind
from timesheet.domain.duration import DAY
from timesheet.domain.policy import (
    STEPS,
    Policy,
    PossibleToday,
    Refusal,
    RequestedWrite,
    Rounding,
    Rule,
    refusal,
)
from timesheet.sheets import policy_messages

TODAY = date(2026, 11, 25)
YESTERDAY, TOMORROW = date(2026, 11, 24), date(2026, 11, 26)
NOW = PossibleToday.of(TODAY)


def wanted(kind=WriteKind.CREATE, day=TODAY, **values) -> RequestedWrite:
    return RequestedWrite(kind, (day,), **{"minutes": 60, "note": "Note", **values})


def broken(policy: Policy, asked: RequestedWrite) -> Rule | None:
    found = refusal(policy, asked, NOW)
    return found and found.rule


@pytest.mark.parametrize(
    ("policy", "day", "rule"),
    [
        (Policy(), date(1990, 1, 1), None),
        (Policy(), date(2090, 1, 1), None),
        (Policy(lock_date=TODAY), TODAY, Rule.LOCKED),
        (Policy(lock_date=TODAY), YESTERDAY, Rule.LOCKED),
        (Policy(lock_date=YESTERDAY), TODAY, None),
        (Policy(no_future=True), TODAY, None),
        (Policy(no_future=True), TOMORROW, Rule.FUTURE),
        (Policy(back_days=0), TODAY, None),
        (Policy(back_days=0), YESTERDAY, Rule.TOO_OLD),
        (Policy(back_days=0), TOMORROW, None),
        (Policy(back_days=1), YESTERDAY, None),
        (Policy(back_days=7), TODAY - timedelta(days=8), Rule.TOO_OLD),
        (Policy(lock_date=YESTERDAY, back_days=0), YESTERDAY, Rule.LOCKED),
    ],
)
@pytest.mark.parametrize("act", list(WriteKind))
def test_days_are_shut_for_every_change(policy, day, rule, act):
    assert broken(policy, wanted(act, day)) == rule


def test_an_entry_is_moved_neither_from_nor_to_a_day_that_is_shut():
    policy = Policy(lock_date=YESTERDAY)
    for days in ((YESTERDAY, TODAY), (TODAY, YESTERDAY)):
        assert broken(policy, RequestedWrite(WriteKind.UPDATE, days, 60)) == Rule.LOCKED


@pytest.mark.parametrize(
    ("minutes", "nearest", "up", "down"),
    [
        (67, 60, 75, 60),
        (68, 75, 75, 60),
        (60, 60, 60, 60),
        (1, 15, 15, 15),
        (1439, 1440, 1440, 1425),
    ],
)
def test_times_are_rounded_to_steps(minutes, nearest, up, down):
    rounded = [Policy(step=15, way=way).rounded(minutes) for way in Rounding]
    assert rounded == [nearest, up, down]


@pytest.mark.parametrize(
    ("asked", "rule"),
    [
        (wanted(minutes=67), Rule.ROUNDING),
        (wanted(minutes=75), None),
        (wanted(WriteKind.UPDATE, minutes=67, was=60), Rule.ROUNDING),
        # Its note is changed, not its time.
        (wanted(WriteKind.UPDATE, minutes=67, was=67), None),
        (wanted(WriteKind.DELETE, minutes=0, was=67), None),
    ],
)
def test_only_a_new_time_has_to_be_in_a_step(asked, rule):
    assert broken(Policy(step=15), asked) == rule


@pytest.mark.parametrize(
    ("asked", "rule"),
    [
        (wanted(note=""), Rule.NOTE),
        (wanted(note="  \n"), Rule.NOTE),
        (wanted(note="Call"), None),
        (wanted(WriteKind.UPDATE, note=None), None),
        (wanted(WriteKind.UPDATE, note=""), Rule.NOTE),
        (wanted(WriteKind.DELETE, minutes=0, note=""), None),
    ],
)
def test_an_entry_needs_a_note_where_it_is_known(asked, rule):
    assert broken(Policy(note_required=True), asked) == rule


@pytest.mark.parametrize(
    ("most", "total", "rule"),
    [(480, 481, Rule.MOST), (480, 480, None), (480, 0, None), (DAY, DAY + 1, Rule.MOST)],
)
def test_a_day_has_so_many_hours_at_most(most, total, rule):
    assert broken(Policy(most=most), wanted(total=total)) == rule


def test_no_policy_makes_a_day_longer_than_it_is():
    assert refusal(Policy(most=5000), wanted(total=DAY + 1), NOW).most == DAY


@pytest.mark.parametrize(
    ("write", "seen", "expected"),
    [
        (
            Write(WriteKind.CREATE, minutes=60),
            (),
            RequestedWrite(WriteKind.CREATE, (TODAY,), 60, 0, ""),
        ),
        (
            Write(WriteKind.UPDATE, "1", 60, EntryFields(entered_on=TOMORROW)),
            (SeenEntry("1", 30), SeenEntry("2", 9)),
            RequestedWrite(WriteKind.UPDATE, (TODAY, TOMORROW), 60, 30, None),
        ),
        (
            Write(WriteKind.UPDATE, "1", 30, EntryFields(description="")),
            (SeenEntry("1", 30),),
            RequestedWrite(WriteKind.UPDATE, (TODAY,), 30, 30, ""),
        ),
        (
            Write(WriteKind.DELETE, "1"),
            (SeenEntry("1", 30),),
            RequestedWrite(WriteKind.DELETE, (TODAY,), 0, 30, None),
        ),
    ],
)
def test_what_a_write_comes_to_before_asana_is_asked(write, seen, expected):
    assert RequestedWrite.of(write, TODAY, seen) == expected


def test_where_the_zone_is_not_known_the_day_is_any_that_it_can_be():
    assert PossibleToday.at(datetime(2026, 11, 25, 11, tzinfo=UTC)) == PossibleToday(
        YESTERDAY, TOMORROW
    )
    assert PossibleToday.at(datetime(2026, 11, 25, 9, 59, tzinfo=UTC)) == PossibleToday(
        YESTERDAY, TODAY
    )


policies = st.builds(
    Policy,
    lock_date=st.none() | st.dates(),
    no_future=st.booleans(),
    back_days=st.none() | st.integers(0, 400),
    most=st.integers(1, DAY),
    note_required=st.booleans(),
    step=st.sampled_from([0, *STEPS]),
    way=st.sampled_from(Rounding),
)
asked_for = st.builds(
    RequestedWrite,
    st.sampled_from(WriteKind),
    st.lists(st.dates(), min_size=1, max_size=3).map(tuple),
    st.integers(1, DAY),
    st.integers(0, DAY),
    st.none() | st.text(max_size=3),
    st.integers(0, 3 * DAY),
)


@given(policies, asked_for, st.dates(date(100, 1, 1)))
def test_every_refusal_can_be_said(policy, asked, today):
    found = refusal(policy, asked, PossibleToday.of(today))
    if found:
        assert "Nothing was saved" in policy_messages.sentence(found, {})


@given(policies, asked_for, st.dates(date(100, 1, 1)))
def test_what_one_is_told_to_write_instead_is_taken(policy, asked, today):
    found = refusal(policy, asked, PossibleToday.of(today))
    if found and found.rule is Rule.ROUNDING:
        again = RequestedWrite(
            asked.kind, asked.days, found.rounded, asked.was, asked.note, asked.total
        )
        then = refusal(policy, again, PossibleToday.of(today))
        assert then is None or then.rule is not Rule.ROUNDING


@given(st.sampled_from(STEPS), st.sampled_from(Rounding), st.integers(1, DAY))
def test_rounding_stays_within_a_step_and_a_day(step, way, minutes):
    rounded = Policy(step=step, way=way).rounded(minutes)
    assert rounded % step == 0
    assert 0 < rounded <= DAY
    assert abs(rounded - minutes) < step
    assert Policy(step=step, way=way).rounded(rounded) == rounded


@given(asked_for, st.dates(date(100, 1, 1)))
def test_without_rules_only_a_full_day_refuses(asked, today):
    found = refusal(Policy(), asked, PossibleToday.of(today))
    assert (found is not None) == (asked.kind is not WriteKind.DELETE and asked.total > DAY)


@given(policies, asked_for, st.dates(date(100, 1, 2), date(9998, 1, 1)))
def test_who_may_be_anywhere_is_refused_no_more_than_who_is_somewhere(policy, asked, today):
    """A queued edit is judged by the day that it may have been: one more to both sides."""
    around = PossibleToday(today - timedelta(days=1), today + timedelta(days=1))
    if refusal(policy, asked, PossibleToday.of(today)) is None:
        assert refusal(policy, asked, around) is None


def test_own_words_are_said_instead():
    own = {"locked": "The books are closed.", "rounding": "Quarters, please."}
    locked = Refusal(Rule.LOCKED, day=TODAY)
    assert policy_messages.sentence(locked, own) == "The books are closed."
    assert policy_messages.lock_message(locked, own) == "The books are closed."
    rounding = Refusal(Rule.ROUNDING, minutes=67, step=15, rounded=75)
    assert policy_messages.sentence(rounding, own) == "Quarters, please. 1:07 would be 1:15."
    assert policy_messages.sentence(Refusal(Rule.NOTE), own).startswith("Every entry here needs")


def test_without_rules_nothing_is_told():
    assert policy_messages.told(Policy(), {}) == []
    full = Policy(TODAY, True, 3, 600, True, 15)
    assert len(policy_messages.told(full, {})) == 6
    assert policy_messages.told(Policy(back_days=0), {}) == [
        "Hours are logged here on the day itself, not later."
    ]
