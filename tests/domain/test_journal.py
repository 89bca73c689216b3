"""What delivery does next with an edit, once it knows what Asana has."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.asana.records import Entry
from timesheet.domain.cell import SeenEntry, Write, WriteKind
from timesheet.domain.journal import (
    FIRST_PAUSE,
    LONGEST_PAUSE,
    MOVES,
    ON_THE_WAY,
    OPEN,
    SKEW,
    NextStepKind,
    Precondition,
    State,
    next_step,
    pause,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SEEN = Precondition((SeenEntry("1", 60),))
CREATE = Write(WriteKind.CREATE, minutes=90)
UPDATE = Write(WriteKind.UPDATE, "1", 90)
DELETE = Write(WriteKind.DELETE, "1")


def entry(gid: str, minutes: int, created_at: datetime | None = None) -> Entry:
    return Entry(gid, minutes, date(2026, 11, 23), created_at=created_at)


OLD = entry("1", 60, NOW - timedelta(days=1))
MINE = entry("2", 90, NOW)


@pytest.mark.parametrize("write", [CREATE, UPDATE, DELETE])
def test_what_was_never_sent_is_sent_when_asana_has_what_was_seen(write):
    assert next_step(write, SEEN, [OLD], [OLD], sent_at=None).kind == NextStepKind.SEND


@pytest.mark.parametrize("there", [[], [entry("1", 61)], [OLD, MINE]])
@pytest.mark.parametrize("write", [CREATE, UPDATE])
def test_what_was_never_sent_conflicts_when_asana_has_something_else(write, there):
    assert next_step(write, SEEN, there, there, sent_at=None).kind == NextStepKind.CONFLICT


def test_a_deletion_of_what_is_gone_already_is_done():
    assert next_step(DELETE, SEEN, [], [], sent_at=None).kind == NextStepKind.ADOPT


def test_an_entry_that_went_to_another_day_is_not_gone():
    assert next_step(DELETE, SEEN, [OLD], [], sent_at=None).kind == NextStepKind.CONFLICT
    assert next_step(DELETE, SEEN, [OLD], [], sent_at=NOW).kind == NextStepKind.CONFLICT


@pytest.mark.parametrize(
    ("write", "there", "verdict"),
    [
        (UPDATE, [entry("1", 90)], NextStepKind.ADOPT),
        (UPDATE, [OLD], NextStepKind.SEND),
        (UPDATE, [entry("1", 75)], NextStepKind.CONFLICT),
        (UPDATE, [], NextStepKind.CONFLICT),
        (DELETE, [], NextStepKind.ADOPT),
        (DELETE, [OLD], NextStepKind.SEND),
        (DELETE, [entry("1", 75)], NextStepKind.CONFLICT),
        (CREATE, [OLD, MINE], NextStepKind.ADOPT),
        (CREATE, [OLD, entry("2", 91, NOW)], NextStepKind.CONFLICT),
        (CREATE, [OLD], NextStepKind.SEND),
    ],
)
def test_what_may_have_arrived_is_settled_by_what_is_there(write, there, verdict):
    assert next_step(write, SEEN, there, there, sent_at=NOW).kind == verdict
    early = next_step(write, SEEN, there, there, sent_at=NOW, settled=False).kind
    assert early == (verdict if verdict == NextStepKind.ADOPT else NextStepKind.WAIT)


def test_an_entry_that_another_edit_made_is_not_adopted():
    verdict = next_step(CREATE, SEEN, [OLD, MINE], [OLD, MINE], sent_at=NOW, claimed={"2"})
    assert verdict.kind == NextStepKind.CONFLICT


@pytest.mark.parametrize(
    ("age", "verdict"), [(SKEW, NextStepKind.ADOPT), (SKEW + SECOND, NextStepKind.CONFLICT)]
)
def test_an_entry_from_long_before_the_send_is_not_adopted(age, verdict):
    there = [OLD, entry("2", 90, NOW - age)]
    assert next_step(CREATE, SEEN, there, there, sent_at=NOW).kind == verdict


def test_an_adopted_edit_knows_its_entry():
    assert next_step(CREATE, SEEN, [OLD, MINE], [OLD, MINE], sent_at=NOW).entry == MINE


@given(st.integers(1, 2000), st.floats(0, 1))
def test_the_pauses_grow_up_to_the_longest_and_are_spread_out(attempts, chance):
    longest = pause(attempts, 1)
    assert longest / 2 <= pause(attempts, chance) <= longest <= LONGEST_PAUSE
    assert pause(1, 1) == FIRST_PAUSE
    assert pause(attempts, chance) <= pause(attempts + 1, chance)


def test_a_closed_edit_never_opens_again():
    closed = {State.CONFIRMED, State.REFUSED, State.DISCARDED}
    assert set(State) - OPEN == closed
    assert all(not MOVES[state] for state in closed)


def test_a_person_may_discard_whatever_is_open():
    assert all(State.DISCARDED in MOVES[state] for state in OPEN)


def test_a_conflict_goes_on_only_where_its_person_says():
    assert MOVES[State.CONFLICT] == {State.QUEUED, State.DISCARDED}
    assert State.CONFLICT not in ON_THE_WAY
