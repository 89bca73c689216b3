"""Bodies that are JSON, but not what Asana expects: each is refused, none is a failure."""

from __future__ import annotations

import pytest
import requests

JSON = {"Content-Type": "application/json"}
WRONG = [None, True, 5, 1.5, "text", "", [], [1], [[]], {}, {"gid": "1"}, "9" * 40, 10**30]
WEEK = {"workspace": "1200000000000001", "user": "me"}


@pytest.fixture
def writes(sandbox, task, entry, studio, monday):
    """Every write that the API has, with the fields that it takes."""
    entry_fields = (
        *("duration_minutes", "entered_on", "billable_status", "description"),
        *("attributable_to", "categories", "nonsense"),
    )
    week = sandbox.post(
        "/timesheet_approval_statuses",
        **{**WEEK, "workspace": studio},
        start_date=str(monday),
        end_date=str(monday.fromordinal(monday.toordinal() + 6)),
    )
    return {
        ("POST", f"/tasks/{task}/time_tracking_entries"): entry_fields,
        ("PUT", f"/time_tracking_entries/{entry['gid']}"): entry_fields,
        ("POST", "/timesheet_approval_statuses"): ("user", "workspace", "start_date", "end_date"),
        ("PUT", f"/timesheet_approval_statuses/{week['gid']}"): ("approval_status", "message"),
    }


GOOD = {
    "duration_minutes": 5,
    "entered_on": "2026-01-05",
    "user": "me",
    "workspace": "1200000000000001",
    "start_date": "2026-01-05",
    "end_date": "2026-01-11",
    "approval_status": "submitted",
}


def test_a_value_of_the_wrong_type_is_no_failure(sandbox, writes):
    for (method, path), fields in writes.items():
        for field in fields:
            for value in WRONG:
                good = {name: GOOD[name] for name in fields if name in GOOD}
                body = {"data": {**good, field: value}}
                response = sandbox.call(method, path, json=body)
                assert response.status_code < 500, (method, path, body)


@pytest.mark.parametrize(
    "body",
    [
        *("null", "5", '"text"', "[]", "{}", '{"data": null}', '{"data": []}', '{"data": "x"}'),
        *('{"data": {}, "options": []}', '{"data": {}, "options": 5}', "\ufeff{}", "", " ", "\0"),
        *('{"data": {"description": "\\ud800"}}', '{"data": {}', '{"data": {}}{}', "NaN"),
    ],
)
def test_a_body_of_the_wrong_shape_is_refused(sandbox, writes, body):
    for method, path in writes:
        response = sandbox.call(method, path, data=body.encode(), headers=JSON)
        assert response.status_code == 400
        assert response.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    "body", ["[" * 100_000, '{"data":' * 100_000, '{"data":{"x":' + "[" * 100_000, "9" * 100_000]
)
def test_a_body_that_is_nested_too_deeply_is_refused(sandbox, writes, body):
    for method, path in writes:
        assert sandbox.call(method, path, data=body, headers=JSON).status_code == 400
    for name in ("settings", "faults"):
        response = requests.put(f"{sandbox.url}/sandbox/{name}", data=body, timeout=60)
        assert response.status_code == 400
    response = requests.post(f"{sandbox.url}/sandbox/revoke_tokens", data=body, timeout=60)
    assert response.status_code == 400


@pytest.mark.parametrize("fields", [[1], [None], [["name"]], {"a": 1}, 5, True])
def test_the_option_fields_is_a_list_of_names(sandbox, task, entry, fields):
    body = {"data": {"duration_minutes": 5}, "options": {"fields": fields}}
    before = len(sandbox.writes())
    for method, path in (
        ("POST", f"/tasks/{task}/time_tracking_entries"),
        ("PUT", f"/time_tracking_entries/{entry['gid']}"),
    ):
        response = sandbox.call(method, path, json=body)
        assert response.status_code == 400
        assert response.json()["errors"][0]["message"].startswith("options: fields: ")
    assert len(sandbox.writes()) == before


@pytest.mark.parametrize("value", [None, True, "yes", 1, [1], {"a": 1}])
def test_the_option_pretty_may_be_anything(sandbox, task, value):
    body = {"data": {"duration_minutes": 5}, "options": {"pretty": value}}
    response = sandbox.call("POST", f"/tasks/{task}/time_tracking_entries", json=body)
    assert response.status_code == 201


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("9999-12-27", "9999-12-31"),
        ("9999-12-27", "0001-01-01"),
        ("0001-01-01", "0001-01-06"),
        ("2026-01-05", "2026-01-04"),
    ],
)
def test_a_week_that_the_calendar_does_not_have_is_refused(sandbox, studio, first, last):
    week = {**WEEK, "workspace": studio, "start_date": first, "end_date": last}
    response = sandbox.call("POST", "/timesheet_approval_statuses", json={"data": week})
    assert response.status_code == 400
    assert response.json()["errors"][0]["message"].startswith("end_date: Must be the Sunday after")


def test_the_first_week_of_the_calendar_is_a_week(sandbox, studio):
    days = {"start_date": "0001-01-01", "end_date": "0001-01-07"}
    week = sandbox.post("/timesheet_approval_statuses", **{**WEEK, "workspace": studio}, **days)
    assert week["start_date"] == "0001-01-01"


@pytest.mark.parametrize("rule", [{"kind": "latency"}, {"kind": "hang_before"}])
@pytest.mark.parametrize("ms", [10**12, 10**18, 10**30, -1, 1.5])
def test_a_fault_that_cannot_be_waited_for_is_refused(sandbox, rule, ms):
    response = requests.put(f"{sandbox.url}/sandbox/faults", json=[{**rule, "ms": ms}], timeout=60)
    assert response.status_code == 400


@pytest.mark.parametrize("content", ["Basic %%%", "Basic /w==", "Basic Og==", "Basic", "Basic é"])
def test_a_strange_authorization_of_a_client_is_refused(sandbox, content):
    form = {"grant_type": "refresh_token", "refresh_token": "x", "token": "x"}
    for name in ("oauth_token", "oauth_revoke"):
        response = requests.post(
            f"{sandbox.url}/-/{name}",
            data=form,
            headers={"Authorization": content.encode()},
            timeout=60,
        )
        assert response.status_code == 400
        assert response.json()["error"]
