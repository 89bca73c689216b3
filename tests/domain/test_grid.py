"""The grid of a week, built from entries and open edits."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from accounts.asana.records import Entry, OutOfOffice, Task, TaskProject
from timesheet.domain import grid
from timesheet.domain.capacity import Capacity
from timesheet.domain.cell import SeenEntry
from timesheet.domain.grid import NO_TASK, Cell, Pending, RowSettings
from timesheet.domain.journal import State
from timesheet.domain.target import Target, Total, targets
from timesheet.domain.week import Week
from timesheet.templatetags.timesheet import in_asana, text

WEEK = Week(2026, 48)
MONDAY, TUESDAY = WEEK.days[:2]
BANK = [TaskProject("p1", "Bank")]
LOGIN = Task("1", "Login", projects=BANK)
ACCOUNTS = Task("2", "accounts", projects=BANK)
TALK = Task("3", "A talk", projects=[TaskProject("p2", "Studio")])
QUEUED = Pending(uuid4(), State.QUEUED, "1:30", "Saving to Asana")


def entry(gid, minutes, day=MONDAY, task=LOGIN, **more):
    return Entry(gid, minutes, day, task=task, **more)


def names(week_grid):
    return [row.task.name for row in week_grid.rows]


def test_rows_are_sorted_by_project_and_name_with_empty_rows_last():
    week_grid = grid.build(
        WEEK,
        [entry("1", 5, task=TALK), entry("2", 5), entry("3", 5, task=ACCOUNTS)],
        RowSettings((Task("9", "Zebra"), Task("8", "Ant"))),
    )
    assert names(week_grid) == ["Ant", "Zebra", "accounts", "Login", "A talk"]


def test_time_without_a_task_is_last_and_cannot_be_edited():
    week_grid = grid.build(WEEK, [entry("1", 5, task=None), entry("2", 5)])
    assert [row.task.gid for row in week_grid.rows] == ["1", NO_TASK]
    assert not week_grid.rows[-1].editable


def test_an_added_task_with_hours_has_one_row():
    week_grid = grid.build(WEEK, [entry("1", 5)], RowSettings((LOGIN,)))
    assert names(week_grid) == ["Login"]
    assert not week_grid.rows[0].removable


def test_an_added_task_without_hours_can_be_removed():
    assert grid.build(WEEK, [], RowSettings((LOGIN,))).rows[0].removable


def test_an_open_edit_shows_its_text_but_adds_no_minutes():
    week_grid = grid.build(WEEK, [], pending={("7", TUESDAY): QUEUED})
    cell = week_grid.cell("7", TUESDAY)
    assert (text(cell), cell.state, cell.minutes) == ("1:30", "queued", 0)
    assert not week_grid.rows[0].removable


def test_totals_of_rows_days_and_week():
    week_grid = grid.build(
        WEEK, [entry("1", 60), entry("2", 30, TUESDAY), entry("3", 15, task=TALK)]
    )
    assert [row.minutes for row in week_grid.rows] == [90, 15]
    assert [day.total.minutes for day in week_grid.days] == [75, 30, 0, 0, 0, 0, 0]
    assert week_grid.total.minutes == 105


def test_entries_of_a_cell_are_not_merged():
    cell = grid.build(WEEK, [entry("2", 30), entry("1", 60)]).cell("1", MONDAY)
    assert (cell.state, in_asana(cell), cell.seen) == ("several", "1:30", "1=60,2=30")


@pytest.mark.parametrize(
    ("entries", "state"),
    [((), "empty"), ((entry("1", 5),), "value"), ((entry("1", 5), entry("2", 5)), "several")],
)
def test_the_state_of_a_cell(entries, state):
    assert Cell("1", MONDAY, entries).state == state


def test_a_cell_is_built_from_what_was_seen():
    cell = Cell.as_seen("1", MONDAY, (SeenEntry("5", 60),), QUEUED)
    assert (in_asana(cell), text(cell), cell.seen) == ("1:00", "1:30", "5=60")


def test_a_cell_knows_whether_it_has_a_note():
    assert Cell("1", MONDAY, (entry("1", 5, description="Call"),)).noted
    assert not Cell("1", MONDAY, (entry("1", 5),)).noted


def test_a_cell_replaces_the_one_in_its_place():
    week_grid = grid.build(WEEK, [entry("1", 60), entry("2", 5, TUESDAY)])
    changed = week_grid.with_cell(Cell("1", MONDAY, (), QUEUED))
    assert text(changed.cell("1", MONDAY)) == "1:30"
    assert text(changed.cell("1", TUESDAY)) == "0:05"


def test_an_entry_replaces_the_one_with_its_gid():
    entries = [entry("1", 60), entry("2", 5)]
    assert grid.replace_entry(entries, "1", entry("1", 90)) == [entries[1], entry("1", 90)]
    assert grid.replace_entry(entries, "1", None) == [entries[1]]
    assert grid.replace_entry(entries, "", entry("3", 1)) == [*entries, entry("3", 1)]


def test_minutes_on_a_day():
    entries = [entry("1", 60), entry("2", 30), entry("3", 300, MONDAY + timedelta(days=1))]
    assert grid.minutes_on(entries, MONDAY) == 90


def test_rows_are_sorted_by_name_if_preferred():
    entries = [entry("1", 5, task=TALK), entry("2", 5), entry("3", 5, task=ACCOUNTS)]
    assert names(grid.build(WEEK, entries, RowSettings(by_name=True))) == [
        "A talk",
        "accounts",
        "Login",
    ]


def test_a_pinned_task_has_a_pinned_row():
    week_grid = grid.build(WEEK, [], RowSettings((LOGIN, TALK), frozenset({"1"})))
    assert [row.pinned for row in week_grid.rows] == [True, False]


@pytest.mark.parametrize(
    ("minutes", "target", "expected"),
    [
        (390, Target(480), (90, 0, False)),
        (480, Target(480), (0, 0, True)),
        (525, Target(480), (0, 45, False)),
        (60, Target(off=True), (0, 0, False)),
        (0, Target(), (0, 0, False)),
    ],
)
def test_a_total_is_compared_with_its_target(minutes, target, expected):
    total = Total(minutes, target)
    assert (total.missing, total.over, total.met) == expected


def test_a_day_off_has_no_target():
    away = OutOfOffice("1", MONDAY, TUESDAY)
    days = targets(WEEK.days, Capacity().on, [away])
    assert [target.minutes for target in days] == [0, 0, 480, 480, 480, 0, 0]
    assert [target.off for target in days] == [True, True, False, False, False, False, False]


def test_an_unknown_task_has_an_empty_row():
    assert [cell.state for cell in grid.build(WEEK, []).row("1").cells] == ["empty"] * 7
