"""Which tasks are suggested for a week that lacks hours."""

from __future__ import annotations

from datetime import UTC, date, datetime

from accounts.asana.records import Entry, Task, TouchedTask
from timesheet.domain import grid
from timesheet.domain.suggestions import Reason, suggest
from timesheet.domain.target import Target
from timesheet.domain.week import Week

WEEK = Week(2026, 48)
MONDAY, TUESDAY, SATURDAY = WEEK.days[0], WEEK.days[1], WEEK.days[5]
TARGETS = (*[Target(480)] * 5, Target(), Target())


def touched(gid: str, day: date, *, completed: bool = False) -> TouchedTask:
    moment = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return TouchedTask(gid, gid, completed_at=moment if completed else None, modified_at=moment)


def suggested(found: dict[Reason, list[TouchedTask]], *, today: date = SATURDAY, mine=(), most=5):
    entries = [Entry("1", 480, MONDAY, task=Task("logged", "Logged"))]
    week = grid.build(WEEK, entries, targets=TARGETS)
    return [
        (one.task.gid, one.reason, one.day, one.minutes)
        for one in suggest(found, mine, week, today, day_of=datetime.date, most=most)
    ]


def test_what_was_completed_comes_first_with_what_its_day_lacks():
    found = {
        Reason.COMMENTED: [touched("talk", TUESDAY)],
        Reason.COMPLETED: [touched("done", TUESDAY, completed=True)],
    }
    assert suggested(found, mine=[Task("open"), Task("talk")], today=TUESDAY) == [
        ("done", Reason.COMPLETED, TUESDAY, 480),
        ("talk", Reason.COMMENTED, TUESDAY, 480),
        ("open", Reason.MINE, TUESDAY, 480),
    ]


def test_a_full_day_a_day_to_come_and_a_task_of_the_week_are_left_out():
    found = {
        Reason.ASSIGNED: [
            touched("on a full day", MONDAY),
            touched("to come", WEEK.days[2]),
            touched("logged", TUESDAY),
        ]
    }
    assert suggested(found, today=TUESDAY) == []


def test_a_free_day_has_no_hours_to_fill_in():
    found = {Reason.COMPLETED: [touched("done", SATURDAY, completed=True)]}
    assert suggested(found) == [("done", Reason.COMPLETED, SATURDAY, 0)]


def test_there_are_not_too_many():
    assert len(suggested({}, mine=[Task(str(gid)) for gid in range(9)])) == 5
