"""The demo's manager has weeks to approve, whenever the demo was first started."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from sandbox.demo_weeks import SUBMIT, submit_last_week

STUDIO = "1200000000000001"


def statuses(sandbox, monday: date) -> dict[str, str]:
    """The approval status of everybody's week, by gid, as Mia sees it."""
    records = sandbox.get(
        "/timesheet_approval_statuses",
        "sandbox-mia",
        workspace=STUDIO,
        from_date=monday,
        to_date=monday,
        opt_fields="user,approval_status",
    )
    return {record["user"]["gid"]: record["approval_status"] for record in records}


def minutes(sandbox, monday: date, slug: str) -> int:
    entries = sandbox.get(
        "/time_tracking_entries",
        f"sandbox-{slug}",
        workspace=STUDIO,
        user="me",
        entered_on_start_date=monday,
        entered_on_end_date=monday + timedelta(days=6),
        opt_fields="duration_minutes",
    )
    return sum(entry["duration_minutes"] for entry in entries)


@pytest.fixture
def last_monday(monday) -> date:
    return monday - timedelta(days=7)


def test_last_week_is_submitted_once(sandbox, monday, last_monday):
    before = statuses(sandbox, last_monday)
    assert "SUBMITTED" not in before.values()
    assert submit_last_week(sandbox.url, monday) == len(SUBMIT)
    now = statuses(sandbox, last_monday)
    assert list(now.values()).count("SUBMITTED") == len(SUBMIT)
    assert {gid: now[gid] for gid in before} == before
    assert submit_last_week(sandbox.url, monday) == 0
    assert statuses(sandbox, last_monday) == now


@pytest.mark.parametrize("days", [0, 5, 6])
def test_last_week_is_that_which_ended_last_sunday(sandbox, monday, last_monday, days):
    submit_last_week(sandbox.url, monday + timedelta(days=days))
    assert "SUBMITTED" in statuses(sandbox, last_monday).values()


def test_a_demo_that_was_started_weeks_ago_has_hours_to_approve(sandbox, monday):
    later = monday + timedelta(weeks=5)
    submit_last_week(sandbox.url, later)
    week = later - timedelta(weeks=1)
    assert list(statuses(sandbox, week).values()).count("SUBMITTED") == len(SUBMIT)
    for slug in SUBMIT:
        assert minutes(sandbox, week, slug) > 0
