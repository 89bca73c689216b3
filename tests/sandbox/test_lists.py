"""Pages of lists, and the fields of their records."""

from __future__ import annotations

import pytest

MINE = {"user": "me"}


def test_a_list_without_limit_has_no_next_page(sandbox):
    assert sorted(sandbox.call("GET", "/users?limit=100").json()) == ["data", "next_page"]
    assert sorted(sandbox.call("GET", "/users").json()) == ["data"]


def test_the_pages_have_everything_once(sandbox):
    everything = sandbox.get("/time_tracking_entries", **MINE)
    url, records = f"{sandbox.api}/time_tracking_entries?user=me&limit=50", []
    while url:
        page = sandbox.call("GET", url.removeprefix(sandbox.api)).json()
        records += page["data"]
        url = page["next_page"] and page["next_page"]["uri"]
    assert records == everything


def test_the_next_page_is_given_in_three_ways(sandbox):
    next_page = sandbox.call("GET", "/users?limit=1&opt_fields=email").json()["next_page"]
    assert next_page["path"].startswith("/users?limit=1&opt_fields=email&offset=")
    assert next_page["uri"] == sandbox.api + next_page["path"]
    again = sandbox.get("/users", limit=1, opt_fields="email", offset=next_page["offset"])
    assert again == sandbox.call("GET", next_page["path"]).json()["data"]


@pytest.mark.parametrize("limit", ["0", "101", "-1", "ten", "", "9" * 5000])
def test_a_limit_is_between_1_and_100(sandbox, limit):
    assert sandbox.call("GET", "/users", params={"limit": limit}).status_code == 400


@pytest.mark.parametrize("offset", ["", "nonsense", "Mg:1xVaT2:zObaAAr-G95kyU0WAqBW6Tw6hXEkXVJBl"])
def test_an_offset_that_was_not_given_is_invalid(sandbox, offset):
    response = sandbox.call("GET", "/users", params={"limit": 1, "offset": offset})
    assert response.status_code == 400
    message = response.json()["errors"][0]["message"]
    assert message == "offset: Your pagination token is invalid."


def test_an_offset_expires(sandbox):
    next_page = sandbox.call("GET", "/users?limit=1").json()["next_page"]
    sandbox.settings(offset_seconds=1, clock_offset_seconds=2)
    message = sandbox.call("GET", next_page["path"]).json()["errors"][0]["message"]
    assert message == "offset: Your pagination token has expired."


def test_lists_are_compact_and_single_records_full(sandbox, task):
    listed = sandbox.get("/time_tracking_entries", limit=1, **MINE)[0]
    assert list(listed) == [
        *("gid", "resource_type", "duration_minutes", "entered_on", "attributable_to"),
        *("created_by", "categories"),
    ]
    full = sandbox.get(f"/time_tracking_entries/{listed['gid']}")
    more = {"task", "created_at", "approval_status", "billable_status", "description"}
    assert set(full) == set(listed) | more
    assert set(full["task"]) == {"gid", "resource_type", "name", "resource_subtype"}


def test_opt_fields_gives_exactly_these_and_the_gid(sandbox):
    fields = "duration_minutes,task.name,task.projects.name,created_by,nonsense"
    record = sandbox.get("/time_tracking_entries", limit=1, opt_fields=fields, **MINE)[0]
    assert sorted(record) == ["created_by", "duration_minutes", "gid", "task"]
    assert sorted(record["task"]) == ["gid", "name", "projects"]
    assert sorted(record["task"]["projects"][0]) == ["gid", "name"]
    assert sorted(record["created_by"]) == ["gid", "name", "resource_type"]


def test_opt_fields_may_be_grouped_and_start_with_this(sandbox, task):
    record = sandbox.get(f"/tasks/{task}", opt_fields="this.name,projects.(color|team.name)")
    assert sorted(record) == ["gid", "name", "projects"]
    assert sorted(record["projects"][0]) == ["color", "gid", "team"]


def test_opt_fields_may_come_in_the_body(sandbox, entry):
    path = f"/time_tracking_entries/{entry['gid']}"
    body = {"data": {"duration_minutes": 5}, "options": {"fields": ["entered_on"], "pretty": True}}
    response = sandbox.call("PUT", path, json=body)
    assert sorted(response.json()["data"]) == ["entered_on", "gid"]
    assert "\n  " in response.text


def test_opt_pretty_indents(sandbox):
    assert "\n  " in sandbox.call("GET", "/users/me?opt_pretty=true").text
    assert "\n" not in sandbox.call("GET", "/users/me").text


def test_lists_give_every_field_that_is_asked_for_unless_strict(sandbox):
    query = {"opt_fields": "duration_minutes,task.name,description,approval_status,created_at"}
    loose = sandbox.get("/time_tracking_entries", limit=1, **MINE, **query)[0]
    assert {"task", "description", "approval_status", "created_at"} < set(loose)
    sandbox.settings(strict_list_fields=True)
    strict = sandbox.get("/time_tracking_entries", limit=1, **MINE, **query)[0]
    assert sorted(strict) == ["duration_minutes", "gid"]
    assert "task" in sandbox.get(f"/time_tracking_entries/{strict['gid']}", **query)


def test_moments_are_utc_in_milliseconds(sandbox, task):
    moment = sandbox.get(f"/tasks/{task}", opt_fields="created_at")["created_at"]
    assert len(moment) == len("2026-11-23T08:00:00.000Z")
    assert moment.endswith("Z")
