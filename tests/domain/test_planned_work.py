"""What allocations mean in minutes a week."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.asana.records import Allocation, Effort, Named, OutOfOffice
from timesheet.domain.planned_work import WeeksAhead, plan_of
from timesheet.domain.week import Week

WEEK = Week(2026, 48)


def each_week(*minutes):
    return lambda day: minutes[day.weekday()]


FULL = each_week(480, 480, 480, 480, 480, 0, 0)


def allocation(start, end, effort, project="4"):
    days = date(2026, 11, start), date(2026, 11, end)
    return Allocation("9", *days, effort, Named(project))


@pytest.mark.parametrize(
    ("planned", "minutes"),
    [
        (allocation(1, 30, Effort("hours", 2)), 5 * 120),
        (allocation(25, 30, Effort("hours", 2)), 3 * 120),
        (allocation(28, 29, Effort("hours", 2)), 0),
        (allocation(1, 30, Effort("percent", 50)), 5 * 240),
        (allocation(1, 30, None), 0),
        (allocation(1, 22, Effort("hours", 2)), 0),
    ],
)
def test_an_allocation_counts_on_working_days(planned, minutes):
    assert plan_of(WEEK, [planned], FULL, [], {}, None).planned == minutes


def test_nothing_is_planned_for_days_off():
    off = [OutOfOffice("1", date(2026, 11, 23), date(2026, 11, 24))]
    holidays = {date(2026, 11, 25): "Thanksgiving"}
    plan = plan_of(WEEK, [allocation(1, 30, Effort("hours", 9))], FULL, off, holidays, 300)
    assert (plan.planned, plan.capacity, plan.logged) == (2 * 540, 2 * 480, 300)
    assert (plan.free, plan.is_over) == (-120, True)


def test_several_allocations_add_up_by_project():
    planned = [
        allocation(1, 30, Effort("hours", 1)),
        allocation(1, 30, Effort("percent", 25)),
        allocation(1, 30, Effort("hours", 1), project="5"),
    ]
    plan = plan_of(WEEK, planned, FULL, [], {}, None)
    assert plan.by_project == {"4": 5 * 180, "5": 5 * 60}
    assert (plan.planned, plan.percent) == (1200, 50)


def test_a_part_timer_has_less_time():
    part_time = each_week(240, 240, 0, 0, 0, 0, 0)
    plan = plan_of(WEEK, [allocation(1, 30, Effort("percent", 100))], part_time, [], {}, None)
    assert (plan.planned, plan.capacity, plan.free) == (480, 480, 0)


def test_hidden_plans_are_neither_over_nor_free():
    plan = plan_of(WEEK, None, FULL, [], {}, 300)
    assert (plan.planned, plan.free, plan.over, plan.percent) == (None, None, 0, 0)
    assert WeeksAhead.of([plan]) == WeeksAhead(0, 0)


def test_weeks_ahead_add_up_what_is_over_and_what_is_free():
    over = plan_of(WEEK, [allocation(1, 30, Effort("hours", 9))], FULL, [], {}, None)
    free = plan_of(WEEK, [allocation(1, 30, Effort("hours", 6))], FULL, [], {}, None)
    assert WeeksAhead.of([over, free, free]) == WeeksAhead(300, 2 * 600)
