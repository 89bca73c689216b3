"""Entries and open edits laid out as a week."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from accounts.asana.records import Entry, Named, OutOfOffice, Task
from timesheet.domain import grid
from timesheet.domain.cell import SeenEntry
from timesheet.domain.grid import NO_TASK, Cell, Kept, Pending
from timesheet.domain.journal import State
from timesheet.domain.target import Target, Total, targets
from timesheet.domain.week import Week
from timesheet.templatetags.timesheet import in_asana, text

WEEK = Week(2026, 48)
MONDAY, TUESDAY = WEEK.days[:2]
BANK = [Named("p1", "Bank")]
LOGIN = Task("1", "Login", projects=BANK)
ACCOUNTS = Task("2", "accounts", projects=BANK)
TALK = Task("3", "A talk", projects=[Named("p2", "Studio")])
QUEUED = Pending(uuid4(), State.QUEUED, "1:30", "Still on its way")


def entry(gid, minutes, day=MONDAY, task=LOGIN, **more):
    return Entry(gid, minutes, day, task=task, **more)


def names(laid_out):
    return [row.task.name for row in laid_out.rows]


def test_rows_stand_by_project_and_name_then_those_without_hours():
    laid_out = grid.build(
        WEEK,
        [entry("1", 5, task=TALK), entry("2", 5), entry("3", 5, task=ACCOUNTS)],
        Kept((Task("9", "Zebra"), Task("8", "Ant"))),
    )
    assert names(laid_out) == ["accounts", "Login", "A talk", "Zebra", "Ant"]


def test_time_without_a_task_stands_last_and_cannot_be_edited():
    laid_out = grid.build(WEEK, [entry("1", 5, task=None), entry("2", 5)])
    assert [row.task.gid for row in laid_out.rows] == ["1", NO_TASK]
    assert not laid_out.rows[-1].editable


def test_a_kept_task_with_hours_has_one_row():
    laid_out = grid.build(WEEK, [entry("1", 5)], Kept((LOGIN,)))
    assert names(laid_out) == ["Login"]
    assert not laid_out.rows[0].removable


def test_a_kept_task_without_hours_may_be_removed():
    assert grid.build(WEEK, [], Kept((LOGIN,))).rows[0].removable


def test_an_open_edit_shows_what_was_typed_but_counts_nothing():
    laid_out = grid.build(WEEK, [], pending={("7", TUESDAY): QUEUED})
    cell = laid_out.cell("7", TUESDAY)
    assert (text(cell), cell.state, cell.minutes) == ("1:30", "queued", 0)
    assert not laid_out.rows[0].removable


def test_totals_of_rows_days_and_week():
    laid_out = grid.build(
        WEEK, [entry("1", 60), entry("2", 30, TUESDAY), entry("3", 15, task=TALK)]
    )
    assert [row.minutes for row in laid_out.rows] == [90, 15]
    assert [day.total.minutes for day in laid_out.days] == [75, 30, 0, 0, 0, 0, 0]
    assert laid_out.total.minutes == 105


def test_several_entries_of_a_cell_stay_several():
    cell = grid.build(WEEK, [entry("2", 30), entry("1", 60)]).cell("1", MONDAY)
    assert (cell.state, in_asana(cell), cell.seen) == ("several", "1:30", "1=60,2=30")


@pytest.mark.parametrize(
    ("entries", "state"),
    [((), "empty"), ((entry("1", 5),), "value"), ((entry("1", 5), entry("2", 5)), "several")],
)
def test_the_state_of_a_cell(entries, state):
    assert Cell("1", MONDAY, entries).state == state


def test_a_cell_as_seen_stands_in_when_asana_cannot_be_asked():
    cell = Cell.as_seen("1", MONDAY, (SeenEntry("5", 60),), QUEUED)
    assert (in_asana(cell), text(cell), cell.seen) == ("1:00", "1:30", "5=60")


def test_a_note_is_told():
    assert Cell("1", MONDAY, (entry("1", 5, description="Call"),)).noted
    assert not Cell("1", MONDAY, (entry("1", 5),)).noted


def test_a_cell_can_be_shown_in_place_of_another():
    laid_out = grid.build(WEEK, [entry("1", 60), entry("2", 5, TUESDAY)])
    shown = laid_out.showing(Cell("1", MONDAY, (), QUEUED))
    assert text(shown.cell("1", MONDAY)) == "1:30"
    assert text(shown.cell("1", TUESDAY)) == "0:05"


def test_a_write_takes_its_place_among_the_entries():
    there = [entry("1", 60), entry("2", 5)]
    assert grid.put(there, "1", entry("1", 90)) == [there[1], entry("1", 90)]
    assert grid.put(there, "1", None) == [there[1]]
    assert grid.put(there, "", entry("3", 1)) == [*there, entry("3", 1)]


def test_the_minutes_of_a_day():
    there = [entry("1", 60), entry("2", 30), entry("3", 300, MONDAY + timedelta(days=1))]
    assert grid.minutes_of(there, MONDAY) == 90


def test_rows_stand_by_name_where_that_is_preferred():
    entries = [entry("1", 5, task=TALK), entry("2", 5), entry("3", 5, task=ACCOUNTS)]
    assert names(grid.build(WEEK, entries, Kept(by_name=True))) == ["A talk", "accounts", "Login"]


def test_a_pinned_task_is_marked():
    laid_out = grid.build(WEEK, [], Kept((LOGIN, TALK), frozenset({"1"})))
    assert [row.pinned for row in laid_out.rows] == [True, False]


@pytest.mark.parametrize(
    ("minutes", "target", "told"),
    [
        (390, Target(480), (90, 0, False)),
        (480, Target(480), (0, 0, True)),
        (525, Target(480), (0, 45, False)),
        (60, Target(off=True), (0, 0, False)),
        (0, Target(), (0, 0, False)),
    ],
)
def test_a_total_beside_its_target(minutes, target, told):
    total = Total(minutes, target)
    assert (total.missing, total.over, total.met) == told


def test_a_day_off_wants_no_hours():
    away = OutOfOffice("1", MONDAY, TUESDAY)
    wanted = targets(WEEK.days, [480] * 5 + [0, 0], [away])
    assert [one.minutes for one in wanted] == [0, 0, 480, 480, 480, 0, 0]
    assert [one.off for one in wanted] == [True, True, False, False, False, False, False]


def test_a_task_that_is_not_there_has_an_empty_row():
    assert [cell.state for cell in grid.build(WEEK, []).row("1").cells] == ["empty"] * 7
