"""What a workspace expects: its targets, and the days on which it does not work."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from accounts.asana.records import OutOfOffice
from tests.support.pages import page, total_of
from tests.support.people import WORKSPACE
from tests.support.report_entries import work
from timesheet.domain import charts
from timesheet.domain.capacity import Capacity
from timesheet.domain.date_range import DateRange
from timesheet.domain.target import Target, targets
from timesheet.domain.week import Week
from timesheet.models import Preferences, WorkspacePolicy
from timesheet.sheets import holidays

CHRISTMAS = Week(2026, 52)


@pytest.fixture
def tuesday(this_week):
    return this_week.days[1]


@pytest.fixture
def birthday(tuesday):
    """The workspace has a day off of its own on this week's Tuesday."""
    own = [[tuesday.isoformat(), "Studio birthday"]]
    return WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, own_days=own)


@pytest.mark.parametrize(
    ("workspace_policy", "names"),
    [
        (WorkspacePolicy(), {}),
        (WorkspacePolicy(country="DE"), {25: "Christmas Day", 26: "Second Day of Christmas"}),
        (
            WorkspacePolicy(country="DE", own_days=[["2026-12-24", "Eve"], ["2026-12-25", "Ours"]]),
            {24: "Eve", 25: "Ours", 26: "Second Day of Christmas"},
        ),
        (WorkspacePolicy(country="XX", own_days=[["2027-01-02", "Late"]]), {}),
    ],
)
def test_days_off_of_a_week(workspace_policy, names):
    found = holidays.days_off(workspace_policy, CHRISTMAS.start, CHRISTMAS.end)
    assert {day.day: name for day, name in found.items()} == names


def test_parts_of_a_country_have_days_of_their_own():
    """https://www.gesetze-bayern.de/Content/Document/BayFTG-1"""
    epiphany = date(2027, 1, 6)
    assert epiphany in holidays.days_off(
        WorkspacePolicy(country="DE", subdivision="BY"), epiphany, epiphany
    )
    for other in ("BE", "", "XX"):
        of_part = WorkspacePolicy(country="DE", subdivision=other)
        assert not holidays.days_off(of_part, epiphany, epiphany)


def test_days_off_reach_from_one_year_into_the_next():
    found = holidays.days_off(WorkspacePolicy(country="US"), date(2026, 12, 25), date(2027, 1, 1))
    assert list(found) == [date(2026, 12, 25), date(2027, 1, 1)]


def test_every_country_and_its_parts_fit_where_they_are_kept():
    kept = {field.name: field.max_length for field in WorkspacePolicy._meta.fields}
    names = holidays.countries()
    assert ("DE", "Germany") in names
    assert ("BA", "Bosnia and Herzegovina") in names
    assert all(len(code) <= kept["country"] for code, _name in names)
    parts = [part for code, _name in names for part in holidays.subdivisions(code)]
    assert all(len(code) <= kept["subdivision"] for code, _name in parts)
    assert ("BE", "Berlin") in holidays.subdivisions("DE")
    assert holidays.subdivisions("nowhere") == []


def test_nothing_is_wanted_on_a_holiday():
    day = CHRISTMAS.days[4]
    away = OutOfOffice("1", start_date=CHRISTMAS.start, end_date=CHRISTMAS.start)
    wanted = targets(CHRISTMAS.days, Capacity().on, [away], {day: "Christmas Day"})
    assert wanted[0] == Target(off=True)
    assert wanted[4] == Target(off=True, name="Christmas Day")
    assert [target.minutes for target in wanted] == [0, 480, 480, 480, 0, 0, 0]


def test_a_report_wants_nothing_on_holidays():
    span = DateRange(CHRISTMAS.start, CHRISTMAS.end)
    wanted = targets(CHRISTMAS.days, Capacity().on, [], {CHRISTMAS.days[4]: "Christmas Day"})
    by_day = {day: target.minutes for day, target in zip(CHRISTMAS.days, wanted, strict=True)}
    after = CHRISTMAS.end + timedelta(days=1)
    chart = charts.trend_chart([work(day=CHRISTMAS.start)], span, by_day, after)
    assert [bar.target for bar in chart.bars] == [4 * 480]


def test_the_week_names_them_and_wants_less(ada, birthday, tuesday):
    shown = page(ada.see())
    assert "Studio birthday</small>" in shown
    assert "/ 32:00" in shown
    assert "day off, Studio birthday" in shown
    assert total_of(shown, str(tuesday)) == "0:00"


def test_the_team_names_them_too(mia, manages, birthday, this_week):
    manages(mia)
    mia.week = this_week
    shown = page(mia.get(f"/{WORKSPACE}/team/{this_week}/"))
    assert "Holidays:" in shown
    assert "Studio birthday" in shown
    assert "/ 40:00" not in shown
    person = page(mia.get(f"/{WORKSPACE}/team/{this_week}/1201000000000001/"))
    assert "Studio birthday" in person


def test_the_targets_of_the_workspace_are_those_of_who_has_none(ada, ben):
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, targets=[360] * 5 + [0, 0])
    assert "/ 30:00" in page(ada.see())
    Preferences.objects.create(user=ben.user, targets=[300] * 5 + [0, 0])
    assert "/ 30:00" in page(ben.see())
    WorkspacePolicy.objects.update(own_targets_may_lower=True)
    assert "/ 25:00" in page(ben.see())


def test_they_count_for_the_team(mia, manages):
    manages(mia)
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, targets=[60] * 5 + [0, 0])
    assert "/ 5:00" in page(mia.get(f"/{WORKSPACE}/team/{mia.week}/"))
