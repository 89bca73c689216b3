"""The next step for an edit, once delivery knows what Asana has."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.asana.records import Entry
from timesheet.domain.cell import SeenEntry, Write, WriteKind
from timesheet.domain.journal import (
    FIRST_RETRY_DELAY,
    MAX_RETRY_DELAY,
    MOVES,
    ON_THE_WAY,
    OPEN,
    SERVER_SKEW,
    NextStepKind,
    Precondition,
    State,
    next_step,
    retry_delay,
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
def test_an_unsent_edit_is_sent_if_asana_has_what_was_seen(write):
    assert next_step(write, SEEN, [OLD], [OLD], sent=False).kind == NextStepKind.SEND


@pytest.mark.parametrize("entries", [[], [entry("1", 61)], [OLD, MINE]])
@pytest.mark.parametrize("write", [CREATE, UPDATE])
def test_an_unsent_edit_conflicts_if_asana_has_something_else(write, entries):
    assert next_step(write, SEEN, entries, entries, sent=False).kind == NextStepKind.CONFLICT


def test_deleting_a_deleted_entry_is_done():
    assert next_step(DELETE, SEEN, [], [], sent=False).kind == NextStepKind.ADOPT


def test_an_entry_that_moved_to_another_day_still_exists():
    assert next_step(DELETE, SEEN, [OLD], [], sent=False).kind == NextStepKind.CONFLICT
    assert next_step(DELETE, SEEN, [OLD], [], sent=True, since=NOW).kind == NextStepKind.CONFLICT


@pytest.mark.parametrize(
    ("write", "entries", "expected"),
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
def test_an_edit_in_doubt_is_settled_by_what_asana_has(write, entries, expected):
    assert next_step(write, SEEN, entries, entries, sent=True, since=NOW).kind == expected
    early = next_step(write, SEEN, entries, entries, sent=True, since=NOW, settled=False).kind
    assert early == (expected if expected == NextStepKind.ADOPT else NextStepKind.WAIT)


def test_an_entry_that_another_edit_created_is_not_adopted():
    expected = next_step(
        CREATE, SEEN, [OLD, MINE], [OLD, MINE], sent=True, since=NOW, claimed={"2"}
    )
    assert expected.kind == NextStepKind.CONFLICT


@pytest.mark.parametrize(
    ("age", "expected"),
    [(SERVER_SKEW, NextStepKind.ADOPT), (SERVER_SKEW + SECOND, NextStepKind.CONFLICT)],
)
def test_an_entry_created_long_before_the_write_was_sent_is_not_adopted(age, expected):
    entries = [OLD, entry("2", 90, NOW - age)]
    assert next_step(CREATE, SEEN, entries, entries, sent=True, since=NOW).kind == expected


def test_an_adopted_edit_knows_its_entry():
    assert next_step(CREATE, SEEN, [OLD, MINE], [OLD, MINE], sent=True, since=NOW).entry == MINE


@given(st.integers(1, 2000), st.floats(0, 1))
def test_retry_delays_grow_up_to_the_longest_and_are_spread_out(attempts, jitter):
    longest = retry_delay(attempts, 1)
    assert longest / 2 <= retry_delay(attempts, jitter) <= longest <= MAX_RETRY_DELAY
    assert retry_delay(1, 1) == FIRST_RETRY_DELAY
    assert retry_delay(attempts, jitter) <= retry_delay(attempts + 1, jitter)


def test_a_closed_edit_never_opens_again():
    closed = {State.CONFIRMED, State.REFUSED, State.DISCARDED}
    assert set(State) - OPEN == closed
    assert all(not MOVES[state] for state in closed)


def test_every_open_edit_can_be_discarded():
    assert all(State.DISCARDED in MOVES[state] for state in OPEN)


def test_only_its_person_moves_a_conflict_on():
    assert MOVES[State.CONFLICT] == {State.QUEUED, State.DISCARDED}
    assert State.CONFLICT not in ON_THE_WAY
