"""How a person's week looks to their manager: what is odd, and who comes first."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.asana.records import AsanaUser, Entry, Task
from timesheet.domain.approval import Status
from timesheet.domain.target import USUAL, Target, targets
from timesheet.domain.team_week import (
    FlagKind,
    PersonWeek,
    assess_week,
    by_attention,
    fingerprint_of,
)
from timesheet.domain.week import Week

WEEK = Week(2026, 46)
AFTER = WEEK.end + timedelta(days=1)
ADA = AsanaUser("1", "Ada")
FULL = targets(WEEK.days, USUAL, ())


def entry(day: int, minutes: int, gid: str = "", **told) -> Entry:
    told = {"task": Task("7"), "description": "said", **told}
    gid = gid or f"{day}{minutes}{told['task'] and told['task'].gid}"
    return Entry(gid, minutes, WEEK.days[day], **told)


def kinds(entries, *, wanted=FULL, today=AFTER, **known) -> list[FlagKind]:
    return [one.kind for one in assess_week(ADA, WEEK, entries, wanted, today, **known).flags]


def full() -> list[Entry]:
    return [entry(day, 480) for day in range(5)]


def test_a_full_week_has_nothing_odd():
    assert kinds(full()) == []


@pytest.mark.parametrize(
    ("entries", "odd"),
    [
        (full()[:4], [FlagKind.SHORT]),
        ([*full(), entry(0, 30)], [FlagKind.OVER]),
        ([*full()[1:], entry(0, 740)], [FlagKind.OVER, FlagKind.LONG_DAY]),
        ([*full()[1:], entry(5, 480)], [FlagKind.WEEKEND]),
        ([*full()[1:], entry(0, 240), entry(0, 240, "b")], [FlagKind.TWICE]),
        ([entry(0, 700)], [FlagKind.SHORT, FlagKind.ONE_DAY]),
        ([], [FlagKind.SHORT]),
    ],
)
def test_what_is_odd_is_named(entries, odd):
    assert kinds(entries) == odd


def test_hours_on_a_day_off_are_odd_and_the_day_is_not_missed():
    wanted = (Target(off=True), *FULL[1:])
    assert kinds(full()[1:], wanted=wanted) == []
    assert kinds([*full()[1:], entry(0, 60)], wanted=wanted) == [FlagKind.OVER, FlagKind.DAY_OFF]


def test_a_missing_note_is_odd_only_where_notes_are_required():
    bare = [*full()[1:], entry(0, 480, description="")]
    assert kinds(bare) == []
    assert kinds(bare, notes_required=True) == [FlagKind.NO_NOTE]


def test_hours_that_are_others_than_those_handed_in_are_odd():
    mark = fingerprint_of(full())
    known = {"status": Status.SUBMITTED, "mark_then": mark}
    assert kinds(full(), **known) == []
    moved = [*full()[1:], entry(0, 480, task=Task("8"))]
    assert kinds(moved, **known) == [FlagKind.CHANGED]


def test_nothing_is_missing_of_days_that_are_not_over():
    wednesday = WEEK.days[2]
    assert kinds(full()[:2], today=wednesday) == []
    assert kinds(full()[:1], today=wednesday) == [FlagKind.SHORT]
    assert kinds([], today=WEEK.start) == []


def test_of_entries_whose_task_is_not_told_nothing_is_called_twice():
    bare = [entry(0, 240, "a", task=None), entry(0, 240, "b", task=None), *full()[1:]]
    assert kinds(bare, notes_required=True) == []


def test_who_is_missing_comes_first_then_what_waits_the_odd_before_the_rest():
    def week(name: str, entries, status=Status.DRAFT) -> PersonWeek:
        return assess_week(AsanaUser(name, name), WEEK, entries, FULL, AFTER, status=status)

    over = [*full(), entry(0, 30)]
    found = by_attention(
        [
            week("approved", full(), Status.APPROVED),
            week("complete", full()),
            week("clean", full(), Status.SUBMITTED),
            week("odd", over, Status.SUBMITTED),
            week("less", full()[:4]),
            week("least", full()[:1]),
            PersonWeek(AsanaUser("unseen", "unseen"), (), 0, hidden=True),
        ]
    )
    assert [one.person.name for one in found] == [
        *("least", "less", "odd", "clean", "complete", "unseen", "approved"),
    ]


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(1, 1440)), max_size=30), st.randoms())
def test_the_mark_is_that_of_the_hours_in_whatever_order_they_come(hours, random):
    entries = [entry(day, minutes, f"{place}") for place, (day, minutes) in enumerate(hours)]
    before = fingerprint_of(entries)
    random.shuffle(entries)
    assert fingerprint_of(entries) == before
    if entries:
        assert fingerprint_of(entries[1:]) != before


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(1, 1440)), max_size=30))
def test_whoever_is_short_is_not_over(hours):
    entries = [entry(day, minutes, f"{place}") for place, (day, minutes) in enumerate(hours)]
    looked = assess_week(ADA, WEEK, entries, FULL, date(2026, 11, 30))
    assert not (looked.missing and looked.over)
    assert looked.total.minutes == sum(minutes for _day, minutes in hours)
