"""Timesheet approval statuses: who may move a week on, and what that locks; and the plans."""

from __future__ import annotations

from datetime import timedelta

import pytest

PATH = "/timesheet_approval_statuses"


@pytest.fixture
def week(sandbox, studio, monday):
    days = {"start_date": str(monday), "end_date": str(monday + timedelta(days=6))}
    return {"user": sandbox.get("/users/me")["gid"], "workspace": studio, **days}


@pytest.fixture
def gid(sandbox, week):
    return sandbox.post(PATH, **week)["gid"]


@pytest.fixture
def move(sandbox, gid):
    def moved(status, who="ada"):
        data = {"data": {"approval_status": status, "message": "Thanks"}}
        return sandbox.call("PUT", f"{PATH}/{gid}", f"sandbox-{who}", json=data)

    return moved


def test_a_week_goes_its_way(move):
    steps = [
        *(("submitted", "ada"), ("draft", "ada"), ("submitted", "ada"), ("rejected", "mia")),
        *(("submitted", "ada"), ("approved", "omar"), ("draft", "mia")),
    ]
    for status, who in steps:
        response = move(status, who)
        assert response.json()["data"]["approval_status"] == status.upper()


@pytest.mark.parametrize("status", ["approved", "rejected", "draft", "nonsense", None])
def test_a_draft_can_only_be_submitted(move, status):
    assert move(status).status_code == 400


@pytest.mark.parametrize(("status", "who"), [("approved", "ada"), ("approved", "ben")])
def test_nobody_approves_their_own_week_or_without_the_right(move, status, who):
    move("submitted")
    assert move(status, who).status_code == 403
    assert move("draft", "mia").status_code == 403


def test_a_week_has_one_record(sandbox, week, gid):
    response = sandbox.call("POST", PATH, json={"data": week})
    assert response.status_code == 400
    assert "already" in response.json()["errors"][0]["message"]


@pytest.mark.parametrize(("first", "last"), [(1, 7), (0, 5), (0, 13)])
def test_a_week_starts_on_monday_and_ends_on_its_sunday(sandbox, week, monday, first, last):
    days = {"start_date": monday + timedelta(days=first), "end_date": monday + timedelta(days=last)}
    data = {**week, **{name: str(day) for name, day in days.items()}}
    assert sandbox.call("POST", PATH, json={"data": data}).status_code == 400


def test_a_member_makes_weeks_for_themselves_only(sandbox, week):
    assert sandbox.call("POST", PATH, "sandbox-ben", json={"data": week}).status_code == 403
    assert sandbox.call("POST", PATH, "sandbox-mia", json={"data": week}).status_code == 201


def test_the_list_is_narrowed_by_day_and_status(sandbox, studio, gid, monday):
    query = {"workspace": studio, "from_date": str(monday), "to_date": str(monday), "user": "me"}
    assert [week["gid"] for week in sandbox.get(PATH, **query)] == [gid]
    assert sandbox.get(PATH, **query, approval_statuses="submitted, approved") == []
    assert (
        sandbox.call(
            "GET", PATH, params={"workspace": studio, "approval_statuses": "x"}
        ).status_code
        == 400
    )
    assert sandbox.call("GET", PATH).status_code == 400


def test_members_see_their_own_weeks(sandbox, studio):
    mine = sandbox.get(PATH, workspace=studio)
    assert {week["user"]["name"] for week in mine} == {"Ada Lindqvist"}
    assert len(sandbox.get(PATH, "sandbox-mia", workspace=studio)) > len(mine)


def test_a_submitted_week_locks_its_entries(sandbox, task, entry, move):
    move("submitted")
    own = f"/time_tracking_entries/{entry['gid']}"
    body = {"data": {"duration_minutes": 5, "entered_on": entry["entered_on"]}}
    refused = [
        sandbox.call("POST", f"/tasks/{task}/time_tracking_entries", json=body),
        sandbox.call("PUT", own, json=body),
        sandbox.call("DELETE", own),
    ]
    assert [response.status_code for response in refused] == [403, 403, 403]
    assert "is submitted" in refused[0].json()["errors"][0]["message"]
    assert sandbox.get(own)["approval_status"] == "SUBMITTED"
    sandbox.settings(lock_approved=False)
    assert sandbox.put(own, duration_minutes=5)["duration_minutes"] == 5


def test_an_entry_cannot_be_moved_into_a_locked_week(sandbox, studio, entry):
    locked = sandbox.get(PATH, workspace=studio, user="me", approval_statuses="approved")[0]
    body = {"data": {"entered_on": locked["start_date"]}}
    response = sandbox.call("PUT", f"/time_tracking_entries/{entry['gid']}", json=body)
    assert response.status_code == 403
    assert locked["start_date"] in response.json()["errors"][0]["message"]


@pytest.mark.parametrize("path", ["/time_tracking_entries", "/time_tracking_categories", PATH])
def test_without_time_tracking_everything_about_time_is_402(sandbox, path):
    sandbox.settings(plan="none")
    assert sandbox.call("GET", path).status_code == 402
    assert (
        sandbox.call("POST", "/tasks/1/time_tracking_entries", json={"data": {}}).status_code == 402
    )
    assert sandbox.call("GET", "/users/me").status_code == 200


@pytest.mark.parametrize("field", ["billable_status", "description", "attributable_to"])
def test_without_the_add_on_its_fields_are_402(sandbox, task, entry, field):
    sandbox.settings(plan="time_tracking")
    path = f"/tasks/{task}/time_tracking_entries"
    minutes = {"duration_minutes": 5, "entered_on": entry["entered_on"]}
    response = sandbox.call("POST", path, json={"data": {**minutes, field: "x"}})
    assert response.status_code == 402
    assert response.json()["errors"][0]["message"].startswith(f"{field}: ")
    assert sandbox.post(path, **minutes)["duration_minutes"] == 5


def test_without_the_add_on_weeks_are_only_read(sandbox, studio, week):
    sandbox.settings(plan="time_tracking")
    assert sandbox.get(PATH, workspace=studio)
    assert sandbox.call("POST", PATH, json={"data": week}).status_code == 402
    assert sandbox.call("PUT", f"{PATH}/1", json={"data": {}}).status_code == 402


def test_the_list_may_need_the_first_day_and_the_user(sandbox, studio, gid, monday):
    sandbox.settings(timesheets_need_user=True)
    query = {"workspace": studio, "from_date": str(monday), "user": "me"}
    assert gid in [week["gid"] for week in sandbox.get(PATH, **query)]
    for missing in ("from_date", "user"):
        others = {name: value for name, value in query.items() if name != missing}
        answer = sandbox.call("GET", PATH, params=others)
        assert answer.status_code == 400
        assert missing in answer.json()["errors"][0]["message"]
