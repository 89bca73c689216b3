"""Tests of the example: they need nothing but the plugin of asana-sandbox."""

from __future__ import annotations

from datetime import date

import pytest
from timesheet_export import NotInPlan, SignInAgain, Timesheet

MONDAY = date(2026, 11, 16)
TASK = {"name": "Write the parser", "workspace": "Acme Lab", "assignee": "grace", "gid": "77"}
COMPANY = {
    "workspaces": [{"name": "Acme Lab", "gid": "11"}],
    "people": [
        {
            "name": "Grace Hopper",
            "email": "grace@acme.example",
            "memberships": [{"workspace": "Acme Lab"}],
        }
    ],
    "tasks": [TASK],
    "entries": [
        {"task": "77", "person": "grace", "duration_minutes": 5, "entered_on": "2026-11-18"}
        for _ in range(60)
    ],
}


@pytest.fixture
def grace(asana):
    asana.add(**COMPANY)
    return Timesheet(asana.url, asana.tokens["grace"])


def test_adds_up_all_pages_of_a_week(grace, asana):
    assert grace.minutes_of_week("11", MONDAY) == 300
    assert len(asana.requests()) == 2


def test_logs_time(grace, asana):
    gid = grace.log("77", MONDAY, 30)
    entry = asana.client("grace").get(f"/time_tracking_entries/{gid}")
    assert (entry["duration_minutes"], entry["task"]["name"]) == (30, "Write the parser")


def test_waits_and_tries_again_after_a_rate_limit(grace, asana):
    asana.fail(429, retry_after=1, times=1)
    assert grace.minutes_of_week("11", MONDAY) == 300
    assert [request["status"] for request in asana.requests()] == [429, 200, 200]


def test_logs_time_once_if_the_response_is_lost(grace, asana):
    asana.lose_response(method="POST")
    gid = grace.log("77", MONDAY, 30)
    assert [write["entry"] for write in asana.writes()] == [gid]


def test_tells_that_the_plan_has_no_time_tracking(grace, asana):
    asana.settings(plan="none")
    with pytest.raises(NotInPlan, match="Time tracking is not available"):
        grace.minutes_of_week("11", MONDAY)


def test_asks_to_sign_in_again_with_a_revoked_token(grace, asana):
    asana.revoke_tokens("grace")
    with pytest.raises(SignInAgain):
        grace.log("77", MONDAY, 30)
