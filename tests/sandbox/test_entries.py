"""Time tracking entries: what may be written, who sees and changes what."""

from __future__ import annotations

from datetime import timedelta

import pytest


@pytest.fixture
def write(sandbox, task):
    """Tries to make an entry of these values on Ada's task."""

    def written(**values):
        path = f"/tasks/{task}/time_tracking_entries"
        return sandbox.call("POST", path, json={"data": values})

    return written


def message(response):
    return response.json()["errors"][0]["message"]


@pytest.mark.parametrize("minutes", [0, -5, 1.5, 30.0, "30", True, [], 10**12])
def test_minutes_are_an_integer_greater_than_0(write, minutes):
    response = write(duration_minutes=minutes)
    assert response.status_code == 400
    assert message(response).startswith("duration_minutes: Must be an integer greater than 0")


@pytest.mark.parametrize("values", [{}, {"duration_minutes": None}])
def test_minutes_cannot_be_left_out(write, values):
    assert message(write(**values)) == "duration_minutes: Missing input"


@pytest.mark.parametrize("day", ["2026-13-01", "20261123", "2026-W48-1", "yesterday", 5])
def test_a_day_is_written_the_one_way(write, day):
    response = write(duration_minutes=5, entered_on=day)
    assert response.status_code == 400
    words = "entered_on: Date must be in ISO-8601 (yyyy-mm-dd) format, not: "
    assert message(response) == f"{words}{day}"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"task": "1"}, "task: Cannot write this property"),
        ({"created_by": "me"}, "created_by: Cannot write this property"),
        ({"billable_status": "non_billable"}, "billable_status: Not a valid value: non_billable"),
        ({"description": 5}, "description: Not a string: 5"),
        ({"attributable_to": 5}, "attributable_to: Not a valid GID type: number"),
        ({"attributable_to": "5"}, "attributable_to: Unknown object: 5"),
        ({"categories": "5"}, "categories: Not an array: 5"),
        ({"categories": ["5"]}, "categories: [0]: Unknown object: 5"),
        ({"categories": ["5", "6"]}, "categories: Only one category is allowed"),
    ],
)
def test_other_values_are_checked(write, values, words):
    response = write(duration_minutes=5, **values)
    assert (response.status_code, message(response)) == (400, words)


def test_a_new_entry_says_where_it_is(sandbox, write, monday):
    response = write(duration_minutes=90, entered_on=str(monday))
    made = response.json()["data"]
    assert response.status_code == 201
    assert response.headers["Location"] == f"{sandbox.api}/time_tracking_entries/{made['gid']}"
    assert len(made["gid"]) == 16
    assert (made["duration_minutes"], made["entered_on"]) == (90, str(monday))
    assert (made["approval_status"], made["billable_status"]) == ("DRAFT", "notApplicable")


def test_an_entry_belongs_to_the_only_project_of_its_task(sandbox, task, entry):
    projects = sandbox.get(f"/tasks/{task}")["projects"]
    assert entry["attributable_to"] == projects[0]


def test_a_form_is_as_good_as_json(sandbox, task):
    path = f"/tasks/{task}/time_tracking_entries"
    form = {"duration_minutes": "15", "opt_fields": "duration_minutes"}
    made = sandbox.call("POST", path, data=form).json()["data"]
    assert sorted(made) == ["duration_minutes", "gid"]


def test_an_update_changes_only_what_was_sent(sandbox, entry):
    path = f"/time_tracking_entries/{entry['gid']}"
    changed = sandbox.put(path, duration_minutes=61, description="Second draft")
    assert changed == {**entry, "duration_minutes": 61, "description": "Second draft"}


def test_a_deleted_entry_is_gone(sandbox, entry):
    path = f"/time_tracking_entries/{entry['gid']}"
    assert sandbox.delete(path) == {}
    assert sandbox.call("GET", path).status_code == 404


def test_the_filters_narrow_the_list_together(sandbox, studio, task, entry):
    day = entry["entered_on"]
    week = {"entered_on_start_date": day, "entered_on_end_date": day}
    for more in ({"task": task}, {"user": "me"}, {"user": "ada@nordlicht.example"}):
        records = sandbox.get("/time_tracking_entries", workspace=studio, **week, **more)
        assert [record["gid"] for record in records] == [entry["gid"]]
    assert sandbox.get("/time_tracking_entries", portfolio="1", user="me") == []


@pytest.mark.parametrize("query", [{}, {"entered_on_start_date": "2026-01-01"}, {"workspace": 1}])
def test_a_list_needs_a_filter_and_a_workspace_a_day(sandbox, studio, query):
    if "workspace" in query:
        query = {"workspace": studio}
    assert sandbox.call("GET", "/time_tracking_entries", params=query).status_code == 400


def test_members_see_their_own_time_and_managers_everybodys(sandbox, studio, task, entry):
    path = f"/tasks/{task}/time_tracking_entries"
    authors = {
        who: {record["created_by"]["name"] for record in sandbox.get(path, token=f"sandbox-{who}")}
        for who in ("ben", "mia", "omar")
    }
    assert "Ada Lindqvist" not in authors["ben"]
    assert "Ada Lindqvist" in authors["mia"] & authors["omar"]
    own = f"/time_tracking_entries/{entry['gid']}"
    assert sandbox.call("GET", own, token="sandbox-ben").status_code == 403
    assert sandbox.get(own, token="sandbox-mia")["gid"] == entry["gid"]


@pytest.mark.parametrize(("who", "status"), [("ben", 403), ("mia", 403), ("omar", 200)])
def test_only_the_author_and_admins_change_an_entry(sandbox, entry, who, status):
    path, token = f"/time_tracking_entries/{entry['gid']}", f"sandbox-{who}"
    response = sandbox.call("PUT", path, token, json={"data": {"duration_minutes": 5}})
    assert response.status_code == status
    assert sandbox.call("DELETE", path, token).status_code == status


def test_an_archived_category_is_not_for_new_entries(sandbox, studio, write):
    old = sandbox.get("/time_tracking_categories", workspace=studio, is_archived="true")[0]["gid"]
    response = write(duration_minutes=5, categories=[old])
    assert message(response) == "categories: [0]: An archived category cannot be assigned"


def test_the_minutes_of_a_task_add_up(sandbox, task, entry):
    minutes = "actual_time_minutes"
    before = sandbox.get(f"/tasks/{task}", opt_fields=minutes)[minutes]
    sandbox.put(f"/time_tracking_entries/{entry['gid']}", duration_minutes=100)
    assert sandbox.get(f"/tasks/{task}", opt_fields=minutes)[minutes] == before + 40
    assert sandbox.get(f"/tasks/{task}")[minutes] == before + 40


def test_a_category_lists_its_entries_between_two_days(sandbox, studio, entry):
    category = sandbox.get("/time_tracking_categories", workspace=studio)[0]["gid"]
    sandbox.put(f"/time_tracking_entries/{entry['gid']}", categories=[category])
    days = {"start_date": entry["entered_on"], "end_date": entry["entered_on"]}
    records = sandbox.get(f"/time_tracking_categories/{category}/time_tracking_entries", **days)
    assert [record["gid"] for record in records] == [entry["gid"]]
    assert records[0]["categories"][0]["gid"] == category


def test_the_entries_of_a_timesheet_are_those_of_its_week(sandbox, studio, monday):
    path = "/timesheet_approval_statuses"
    week = sandbox.get(path, workspace=studio, user="me")[0]
    records = sandbox.get("/time_tracking_entries", timesheet_approval_status=week["gid"])
    last = str(monday.fromisoformat(week["start_date"]) + timedelta(days=6))
    assert records
    assert all(week["start_date"] <= record["entered_on"] <= last for record in records)
