"""Workspaces in which Asana lists timesheet statuses only of a `user` that is named."""

from __future__ import annotations

import pytest

from accounts.connections import reporting
from accounts.connections.service import client_for
from accounts.models import Connection
from tests.support.pages import marks, page, person_rows
from tests.support.people import STUDIO, WORKSPACE

PATH = "/timesheet_approval_statuses"
ADA = "1201000000000001"


@pytest.fixture(params=[False, True])
def mias(request, mia, manages, asana):
    """Mia, at her people's last week, which Ada has submitted; in a workspace of either kind."""
    asana.settings(timesheets_need_user=request.param)
    browser = manages(mia)
    days = {"start_date": str(browser.week.start), "end_date": str(browser.week.end)}
    weeks = asana.get(
        PATH,
        workspace=WORKSPACE,
        user="me",
        from_date=browser.week.start,
        to_date=browser.week.start,
    )
    week = weeks[0] if weeks else asana.post(PATH, user="me", workspace=WORKSPACE, **days)
    if week["approval_status"] == "DRAFT":
        asana.put(f"{PATH}/{week['gid']}", approval_status="submitted")
    return browser


def team(browser, path: str = "", **query) -> str:
    answer = browser.get(f"/{WORKSPACE}/team/{browser.week}/{path}", query)
    assert answer.status_code == 200
    return page(answer)


def asked(asana) -> list[bool]:
    """Whether each request for statuses named somebody."""
    found = [one for one in asana.requests() if one["path"].endswith(PATH)]
    return ["user" in one["query"] for one in found if one["method"] == "GET"]


def test_the_team_shows_the_statuses_whichever_way_the_workspace_lists_them(mias):
    assert "Submitted" in person_rows(team(mias))[ADA]


def test_a_week_is_approved_whichever_way_the_workspace_lists_them(mias, asana):
    seen = marks(team(mias, "decide/", action="approve", person=[ADA]))
    answer = mias.post(f"/{WORKSPACE}/team/{mias.week}/approve/", {"person": [ADA], **seen})
    assert answer.status_code in (200, 302)
    start = str(mias.week.start)
    weeks = asana.get(PATH, workspace=WORKSPACE, user="me", from_date=start, to_date=start)
    assert [week["approval_status"] for week in weeks] == ["APPROVED"]


def test_which_way_it_is_is_remembered(mia, manages, asana):
    asana.settings(timesheets_need_user=True)
    manages(mia)
    team(mia)
    assert asked(asana).count(False) == 1
    assert asked(asana).count(True) == len(STUDIO)
    asana.forget_requests()
    team(mia, fresh="1")
    assert asked(asana) == [True] * len(STUDIO)


def test_one_request_has_all_where_the_workspace_allows_it(mia, manages, asana):
    team(manages(mia))
    assert asked(asana) == [False]


@pytest.mark.parametrize("need_user", [False, True])
def test_an_account_is_checked_whichever_way_the_workspace_lists_them(
    asana, need_user, manages, mia
):
    manages(mia)
    asana.settings(timesheets_need_user=need_user)
    with client_for(Connection.objects.get(user=mia.user), WORKSPACE) as client:
        _account, sample = reporting._sample(client, WORKSPACE, mia.week)
    assert sample.asked
    assert sample.weeks
