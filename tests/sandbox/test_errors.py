"""What a request is refused with, and in which order it is looked at."""

from __future__ import annotations

import pytest


def refusal(response):
    return response.status_code, response.json()["errors"][0]["message"]


def test_an_unknown_address_is_named_before_the_token_is_looked_at(sandbox):
    for method, path in [("GET", "/nothing"), ("PATCH", "/users/me"), ("DELETE", "/users/me")]:
        response = sandbox.call(method, path, token="")
        assert refusal(response) == (404, "No matching route for request")


@pytest.mark.parametrize("token", ["", "nonsense"])
def test_a_missing_or_unknown_token_is_not_authorized(sandbox, token):
    response = sandbox.call("GET", "/users/me", token=token)
    assert refusal(response) == (401, "Not Authorized")
    assert "https://developers.asana.com/docs/errors" in response.json()["errors"][0]["help"]


def test_every_answer_is_json_in_utf_8(sandbox):
    for path in ("/users/me", "/nothing", "/tasks/foo"):
        kind = sandbox.call("GET", path).headers["Content-Type"]
        assert kind == "application/json; charset=UTF-8"


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("/tasks/foo", 400, "task: Not a recognized ID: foo"),
        ("/tasks/123", 404, "task: Unknown object: 123"),
        ("/users/nobody@example.com", 404, "user: Unknown object: nobody@example.com"),
        ("/time_tracking_entries/9", 404, "time_tracking_entry: Unknown object: 9"),
        ("/workspaces/9/typeahead?resource_type=task", 404, "workspace: Unknown object: 9"),
    ],
)
def test_a_bad_gid_is_400_and_an_unknown_one_404(sandbox, path, status, message):
    assert refusal(sandbox.call("GET", path)) == (status, message)


def test_what_one_may_not_see_is_403(sandbox, studio, task):
    response = sandbox.call("GET", f"/tasks/{task}", token="sandbox-zoe")
    assert refusal(response) == (403, "You do not have access to this task.")
    response = sandbox.call("GET", f"/workspaces/{studio}/users", token="sandbox-zoe")
    assert refusal(response) == (403, "You do not have access to this workspace.")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("{", "Could not parse request data, invalid JSON"),
        ("[]", "data: Missing input"),
        ("{}", "data: Missing input"),
        ('{"data": 5}', "data: Missing input"),
        (
            '{"duration_minutes": 5}',
            "Unrecognized request field duration_minutes . "
            "The only allowed keys at the top level are: data, options.",
        ),
    ],
)
def test_a_body_of_the_wrong_form_is_400(sandbox, task, body, message):
    path = f"/tasks/{task}/time_tracking_entries"
    response = sandbox.call("POST", path, data=body, headers={"Content-Type": "application/json"})
    assert refusal(response) == (400, message)


def test_the_form_of_the_body_is_looked_at_before_the_task(sandbox):
    response = sandbox.call("POST", "/tasks/1/time_tracking_entries", data="{")
    assert refusal(response) == (400, "Could not parse request data, invalid JSON")


def test_an_entry_of_an_unknown_task_is_404_before_its_values_are_read(sandbox):
    path = "/tasks/1/time_tracking_entries"
    response = sandbox.call("POST", path, json={"data": {"duration_minutes": -1}})
    assert refusal(response) == (404, "task: Unknown object: 1")


def test_the_500_has_a_phrase(sandbox):
    sandbox.faults({"kind": "status", "status": 500, "path": "users"})
    error = sandbox.call("GET", "/users/me").json()["errors"][0]
    assert len(error["phrase"].split()) == 5
