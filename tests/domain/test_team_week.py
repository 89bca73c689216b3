"""A person's week as their manager sees it: its flags, and whose is shown first."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.asana.records import AsanaUser, Entry, Task
from timesheet.domain.approval import Status
from timesheet.domain.capacity import Capacity
from timesheet.domain.target import Target, targets
from timesheet.domain.team_week import (
    FlagKind,
    PersonWeek,
    assess_week,
    fingerprint_of,
    sort_by_attention,
)
from timesheet.domain.week import Week

WEEK = Week(2026, 46)
AFTER = WEEK.end + timedelta(days=1)
ADA = AsanaUser("1", "Ada")
FULL = targets(WEEK.days, Capacity().on, ())


def entry(day: int, minutes: int, gid: str = "", **fields) -> Entry:
    fields = {"task": Task("7"), "description": "Call", **fields}
    gid = gid or f"{day}{minutes}{fields['task'] and fields['task'].gid}"
    return Entry(gid, minutes, WEEK.days[day], **fields)


def kinds(entries, *, day_targets=FULL, today=AFTER, **options) -> list[FlagKind]:
    week = assess_week(ADA, WEEK, entries, day_targets, today, **options)
    return [flag.kind for flag in week.flags]


def full() -> list[Entry]:
    return [entry(day, 480) for day in range(5)]


def test_a_full_week_has_no_flags():
    assert kinds(full()) == []


@pytest.mark.parametrize(
    ("entries", "expected"),
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
def test_a_week_has_its_flags(entries, expected):
    assert kinds(entries) == expected


def test_hours_on_a_day_off_are_flagged_and_no_hours_are_missing_on_it():
    day_targets = (Target(off=True), *FULL[1:])
    assert kinds(full()[1:], day_targets=day_targets) == []
    assert kinds([*full()[1:], entry(0, 60)], day_targets=day_targets) == [
        FlagKind.OVER,
        FlagKind.DAY_OFF,
    ]


def test_a_missing_note_is_flagged_only_if_notes_are_required():
    bare = [*full()[1:], entry(0, 480, description="")]
    assert kinds(bare) == []
    assert kinds(bare, notes_required=True) == [FlagKind.NO_NOTE]


def test_hours_that_differ_from_those_submitted_are_flagged():
    submitted = {
        "status": Status.SUBMITTED,
        "submitted_fingerprint": fingerprint_of(full()),
    }
    assert kinds(full(), **submitted) == []
    moved = [*full()[1:], entry(0, 480, task=Task("8"))]
    assert kinds(moved, **submitted) == [FlagKind.CHANGED]


def test_no_hours_are_missing_on_days_that_are_not_over():
    wednesday = WEEK.days[2]
    assert kinds(full()[:2], today=wednesday) == []
    assert kinds(full()[:1], today=wednesday) == [FlagKind.SHORT]
    assert kinds([], today=WEEK.start) == []


def test_entries_without_a_known_task_are_not_flagged_as_doubled():
    bare = [entry(0, 240, "a", task=None), entry(0, 240, "b", task=None), *full()[1:]]
    assert kinds(bare, notes_required=True) == []


def test_missing_hours_come_first_then_submitted_weeks_those_with_flags_on_top():
    def week(name: str, entries, status=Status.DRAFT) -> PersonWeek:
        return assess_week(AsanaUser(name, name), WEEK, entries, FULL, AFTER, status=status)

    over = [*full(), entry(0, 30)]
    weeks = sort_by_attention(
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
    assert [person_week.person.name for person_week in weeks] == [
        *("least", "less", "odd", "clean", "complete", "unseen", "approved"),
    ]


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(1, 1440)), max_size=30), st.randoms())
def test_the_fingerprint_is_the_same_in_any_order_of_entries(hours, random):
    entries = [entry(day, minutes, f"{number}") for number, (day, minutes) in enumerate(hours)]
    before = fingerprint_of(entries)
    random.shuffle(entries)
    assert fingerprint_of(entries) == before
    if entries:
        assert fingerprint_of(entries[1:]) != before


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(1, 1440)), max_size=30))
def test_a_week_is_never_both_short_and_over(hours):
    entries = [entry(day, minutes, f"{number}") for number, (day, minutes) in enumerate(hours)]
    week = assess_week(ADA, WEEK, entries, FULL, date(2026, 11, 30))
    assert not (week.missing and week.over)
    assert week.total.minutes == sum(minutes for _day, minutes in hours)
