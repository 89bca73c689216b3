"""People with a view-only license: they see, but write nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

VIEWER = "sandbox-maximiliana"
GID = "1201000000000008"
WORDS = "You have view-only access to this workspace."
WEEKS = "/timesheet_approval_statuses"


@pytest.fixture
def written(sandbox, studio, task, monday):
    """An entry and a week of the person, from the time before they lost their license."""
    sandbox.change_membership(GID, studio, is_view_only=False)
    entry = sandbox.post(f"/tasks/{task}/time_tracking_entries", VIEWER, duration_minutes=5)
    days = {"start_date": str(monday), "end_date": str(monday + timedelta(days=6))}
    week = sandbox.post(WEEKS, VIEWER, user="me", workspace=studio, **days)
    sandbox.change_membership(GID, studio, is_view_only=True)
    return entry["gid"], week["gid"]


@pytest.fixture
def all_writes(sandbox, studio, task, written, monday):
    """Each write of the API, as far as this person could make it with a license."""
    entry, week = written
    last = monday - timedelta(days=7)
    days = {"start_date": str(last), "end_date": str(last + timedelta(days=6))}
    return [
        ("POST", f"/tasks/{task}/time_tracking_entries", {"duration_minutes": 5}),
        ("PUT", f"/time_tracking_entries/{entry}", {"duration_minutes": 6}),
        ("DELETE", f"/time_tracking_entries/{entry}", {}),
        ("POST", WEEKS, {"user": "me", "workspace": studio, **days}),
        ("PUT", f"{WEEKS}/{week}", {"approval_status": "submitted"}),
    ]


def test_every_write_is_refused(sandbox, all_writes):
    before = sandbox.writes()
    for method, path, data in all_writes:
        response = sandbox.call(method, path, VIEWER, json={"data": data})
        assert response.status_code == 403, (method, path)
        assert response.json()["errors"][0]["message"] == WORDS
    assert sandbox.writes() == before


def test_with_a_license_the_same_writes_are_made(sandbox, studio, all_writes):
    sandbox.change_membership(GID, studio, is_view_only=False)
    for method, path, data in all_writes:
        response = sandbox.call(method, path, VIEWER, json={"data": data})
        assert response.status_code in (200, 201), (method, path)


def test_a_view_only_admin_changes_nobodys_entry(sandbox, studio, entry):
    sandbox.change_membership(GID, studio, is_admin=True)
    path = f"/time_tracking_entries/{entry['gid']}"
    assert sandbox.get(path, VIEWER)["gid"] == entry["gid"]
    assert sandbox.call("DELETE", path, VIEWER).status_code == 403


def test_what_they_see_is_not_limited(sandbox, written, studio):
    entry, week = written
    assert sandbox.get(f"/time_tracking_entries/{entry}", VIEWER)["duration_minutes"] == 5
    assert sandbox.get(f"{WEEKS}/{week}", VIEWER)["gid"] == week
    assert sandbox.get("/projects", VIEWER, workspace=studio)


def test_what_they_may_not_see_is_refused_for_that_reason(sandbox, entry):
    response = sandbox.call("DELETE", f"/time_tracking_entries/{entry['gid']}", VIEWER)
    assert "do not have access" in response.json()["errors"][0]["message"]


def test_the_license_is_of_one_workspace(sandbox, studio):
    sandbox.change_membership("1201000000000003", studio, is_view_only=True)
    festival = sandbox.get("/projects", "sandbox-mia", workspace="1200000000000002")[0]["gid"]
    task = sandbox.get(f"/projects/{festival}/tasks", "sandbox-mia", limit=1)[0]["gid"]
    path = f"/tasks/{task}/time_tracking_entries"
    assert sandbox.post(path, "sandbox-mia", duration_minutes=5)["duration_minutes"] == 5
