"""Which rule a write breaks, for examples and for any policy and write."""

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


def write(kind=WriteKind.CREATE, day=TODAY, **values) -> RequestedWrite:
    return RequestedWrite(kind, (day,), **{"minutes": 60, "note": "Note", **values})


def broken(policy: Policy, requested: RequestedWrite) -> Rule | None:
    refused = refusal(policy, requested, NOW)
    return refused.rule if refused else None


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
@pytest.mark.parametrize("kind", list(WriteKind))
def test_a_locked_day_refuses_every_change(policy, day, rule, kind):
    assert broken(policy, write(kind, day)) == rule


def test_an_entry_is_moved_neither_from_nor_to_a_locked_day():
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
def test_durations_are_rounded_to_steps(minutes, nearest, up, down):
    rounded = [Policy(step=15, rounding=rounding).rounded(minutes) for rounding in Rounding]
    assert rounded == [nearest, up, down]


@pytest.mark.parametrize(
    ("requested", "rule"),
    [
        (write(minutes=67), Rule.ROUNDING),
        (write(minutes=75), None),
        (write(WriteKind.UPDATE, minutes=67, minutes_before=60), Rule.ROUNDING),
        # Its note is changed, not its time.
        (write(WriteKind.UPDATE, minutes=67, minutes_before=67), None),
        (write(WriteKind.DELETE, minutes=0, minutes_before=67), None),
    ],
)
def test_only_a_new_duration_must_be_a_multiple_of_the_step(requested, rule):
    assert broken(Policy(step=15), requested) == rule


@pytest.mark.parametrize(
    ("requested", "rule"),
    [
        (write(note=""), Rule.NOTE),
        (write(note="  \n"), Rule.NOTE),
        (write(note="Call"), None),
        (write(WriteKind.UPDATE, note=None), None),
        (write(WriteKind.UPDATE, note=""), Rule.NOTE),
        (write(WriteKind.DELETE, minutes=0, note=""), None),
    ],
)
def test_a_known_note_must_not_be_empty(requested, rule):
    assert broken(Policy(note_required=True), requested) == rule


@pytest.mark.parametrize(
    ("most", "total", "rule"),
    [(480, 481, Rule.MOST), (480, 480, None), (480, 0, None), (DAY, DAY + 1, Rule.MOST)],
)
def test_a_day_has_a_limit_of_hours(most, total, rule):
    assert broken(Policy(most=most), write(total=total)) == rule


def test_no_policy_allows_more_than_24_hours_a_day():
    assert refusal(Policy(most=5000), write(total=DAY + 1), NOW).most == DAY


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
def test_a_write_is_described_before_asana_is_read(write, seen, expected):
    assert RequestedWrite.of(write, TODAY, seen) == expected


def test_without_a_time_zone_today_is_a_range():
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
    rounding=st.sampled_from(Rounding),
)
requests = st.builds(
    RequestedWrite,
    st.sampled_from(WriteKind),
    st.lists(st.dates(), min_size=1, max_size=3).map(tuple),
    st.integers(1, DAY),
    st.integers(0, DAY),
    st.none() | st.text(max_size=3),
    st.integers(0, 3 * DAY),
)


@given(policies, requests, st.dates(date(100, 1, 1)))
def test_every_refusal_has_a_sentence(policy, requested, today):
    refused = refusal(policy, requested, PossibleToday.of(today))
    if refused:
        sentence = policy_messages.sentence(refused, {})
        assert sentence.endswith(".")
        assert "%" not in sentence


@given(policies, requests, st.dates(date(100, 1, 1)))
def test_the_rounded_duration_is_accepted(policy, requested, today):
    refused = refusal(policy, requested, PossibleToday.of(today))
    if refused and refused.rule is Rule.ROUNDING:
        again = RequestedWrite(
            requested.kind,
            requested.days,
            refused.rounded,
            requested.minutes_before,
            requested.note,
            requested.total,
        )
        then = refusal(policy, again, PossibleToday.of(today))
        assert then is None or then.rule is not Rule.ROUNDING


@given(st.sampled_from(STEPS), st.sampled_from(Rounding), st.integers(1, DAY))
def test_rounding_stays_within_a_step_and_a_day(step, rounding, minutes):
    rounded = Policy(step=step, rounding=rounding).rounded(minutes)
    assert rounded % step == 0
    assert 0 < rounded <= DAY
    assert abs(rounded - minutes) < step
    assert Policy(step=step, rounding=rounding).rounded(rounded) == rounded


@given(requests, st.dates(date(100, 1, 1)))
def test_without_rules_only_a_full_day_refuses(requested, today):
    refused = refusal(Policy(), requested, PossibleToday.of(today))
    assert (refused is not None) == (
        requested.kind is not WriteKind.DELETE and requested.total > DAY
    )


@given(policies, requests, st.dates(date(100, 1, 2), date(9998, 1, 1)))
def test_without_a_time_zone_no_more_is_refused(policy, requested, today):
    """A queued edit is judged by the day that it may have been: one more to both sides."""
    around = PossibleToday(today - timedelta(days=1), today + timedelta(days=1))
    if refusal(policy, requested, PossibleToday.of(today)) is None:
        assert refusal(policy, requested, around) is None


def test_custom_messages_replace_sentences():
    own = {"locked": "The books are closed.", "rounding": "Quarters, please."}
    locked = Refusal(Rule.LOCKED, day=TODAY)
    assert policy_messages.sentence(locked, own) == "The books are closed."
    assert policy_messages.lock_message(locked, own) == "The books are closed."
    rounding = Refusal(Rule.ROUNDING, minutes=67, step=15, rounded=75)
    assert policy_messages.sentence(rounding, own) == "Quarters, please. 1:07 would be 1:15."
    assert policy_messages.sentence(Refusal(Rule.NOTE), own).startswith("Every entry needs")


def test_rules_are_described_and_no_rules_are_not():
    assert policy_messages.descriptions(Policy(), {}) == []
    full = Policy(TODAY, True, 3, 600, True, 15)
    assert len(policy_messages.descriptions(full, {})) == 6
    assert policy_messages.descriptions(Policy(back_days=0), {}) == [
        "You can only log hours on the day itself."
    ]
