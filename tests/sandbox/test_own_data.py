"""Your own data: added to a running sandbox, or instead of the made-up company from a file."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from tests.sandbox_process import ROOT, start_sandbox

STUDIO = "1200000000000001"
ADA = "1201000000000001"

DATA: dict[str, Any] = {
    "workspaces": [{"key": "lab", "name": "Acme Lab", "plan": "timesheets"}],
    "people": [
        {
            "name": "Grace Hopper",
            "email": "grace@acme.example",
            "memberships": [{"workspace": "lab", "is_admin": True}],
        },
        {
            "gid": "42",
            "name": "Alan Turing",
            "email": "alan@acme.example",
            "slug": "alan",
            "tokens": ["alans-own-token"],
            "memberships": [{"workspace": "Acme Lab"}],
        },
    ],
    "teams": [{"name": "Compilers", "workspace": "lab", "people": ["grace", "alan"]}],
    "projects": [
        {
            "key": "cobol",
            "name": "COBOL",
            "workspace": "lab",
            "team": "Compilers",
            "owner": "grace@acme.example",
            "members": ["42"],
        }
    ],
    "tasks": [
        {"key": "parser", "name": "Write the parser", "projects": ["cobol"], "assignee": "alan"},
        {"name": "Read", "workspace": "lab", "assignee": "Grace Hopper", "followers": ["alan"]},
    ],
    "categories": [{"key": "dev", "name": "Development", "workspace": "lab"}],
    "entries": [
        {
            "task": "parser",
            "person": "alan",
            "duration_minutes": 90,
            "entered_on": "2026-11-23",
            "description": "The first half",
            "category": "dev",
        }
    ],
    "timesheets": [
        {
            "person": "alan",
            "workspace": "lab",
            "start_date": "2026-11-16",
            "approval_status": "APPROVED",
        }
    ],
    "out_of_office": [
        {
            "person": "alan",
            "workspace": "lab",
            "start_date": "2026-12-24",
            "end_date": "2026-12-31",
        }
    ],
    "apps": [
        {
            "client_id": "acme-app",
            "client_secret": "acme-secret",
            "name": "Acme",
            "redirect_uris": ["https://acme.example/back"],
        }
    ],
}


def check(sandbox, workspace):
    """Everything of the data is there, as the people in it see it."""
    alan, grace = "alans-own-token", "sandbox-grace"
    assert sandbox.get("/users/me", alan)["gid"] == "42"
    assert [row["gid"] for row in sandbox.get("/workspaces", grace)] == [workspace]
    tasks = sandbox.get("/tasks", alan, assignee="me", workspace=workspace)
    assert [task["name"] for task in tasks] == ["Write the parser"]
    task = sandbox.get(f"/tasks/{tasks[0]['gid']}", alan)
    assert (task["projects"][0]["name"], task["actual_time_minutes"]) == ("COBOL", 90)
    project = sandbox.get(f"/projects/{task['projects'][0]['gid']}", grace)
    assert (project["team"]["name"], project["owner"]["name"]) == ("Compilers", "Grace Hopper")
    listed = sandbox.get("/time_tracking_entries", alan, user="me")
    entry = sandbox.get(f"/time_tracking_entries/{listed[0]['gid']}", grace)
    assert (entry["duration_minutes"], entry["description"]) == (90, "The first half")
    assert entry["categories"][0]["name"] == "Development"
    assert entry["attributable_to"]["name"] == "COBOL"
    weeks = sandbox.get("/timesheet_approval_statuses", alan, workspace=workspace)
    assert [(week["end_date"], week["approval_status"]) for week in weeks] == [
        ("2026-11-22", "APPROVED")
    ]
    absence = sandbox.get("/ooo_entries", alan, user="me", workspace=workspace)[0]
    assert (absence["start_date"], absence["end_date"]) == ("2026-12-24", "2026-12-31")


def test_a_running_sandbox_takes_data_and_a_reset_forgets_it(sandbox):
    gids = sandbox.add_data(**DATA)
    assert {name: len(values) for name, values in gids.items()} == {
        name: len(values) for name, values in DATA.items()
    }
    assert gids["people"][1] == "42"
    check(sandbox, gids["workspaces"][0])
    assert sandbox.get("/users/me")["name"] == "Ada Lindqvist"
    sandbox.reset()
    assert sandbox.call("GET", "/users/me", "alans-own-token").status_code == 401


def test_a_file_takes_the_place_of_the_company(tmp_path):
    file = tmp_path / "data.json"
    file.write_text(json.dumps(DATA))
    with start_sandbox("--data", str(file)) as sandbox:
        workspace = sandbox.get("/workspaces", "sandbox-grace")[0]["gid"]
        check(sandbox, workspace)
        assert sandbox.call("GET", "/users/me").status_code == 401
        mine = {"assignee": "me", "workspace": workspace}
        task = sandbox.get("/tasks", "sandbox-grace", **mine)[0]["gid"]
        sandbox.post(f"/tasks/{task}/time_tracking_entries", "sandbox-grace", duration_minutes=5)
        sandbox.reset()
        check(sandbox, workspace)
        assert sandbox.get("/time_tracking_entries", "sandbox-grace", user="me") == []


def test_a_file_may_be_yaml_and_add_to_the_company(tmp_path):
    file = tmp_path / "data.yaml"
    file.write_text(
        "people:\n"
        "- name: Grace Hopper\n"
        "  email: grace@acme.example\n"
        "  memberships:\n"
        f"  - workspace: '{STUDIO}'\n"
    )
    with start_sandbox("--data", str(file), "--size", "small") as sandbox:
        names = [row["name"] for row in sandbox.get("/users", workspace=STUDIO)]
        assert {"Ada Lindqvist", "Grace Hopper"} < set(names)


def test_an_app_of_ones_own_signs_people_in(sandbox):
    sandbox.add_data(apps=DATA["apps"])
    redirect = "https://acme.example/back"
    query = {"client_id": "acme-app", "redirect_uri": redirect, "response_type": "code"}
    form = {"person": "ada", "decision": "allow"}
    url = f"{sandbox.url}/-/oauth_authorize"
    back = requests.post(url, params=query, data=form, allow_redirects=False, timeout=60)
    assert back.headers["Location"].startswith(redirect)
    exchange = {
        "grant_type": "authorization_code",
        "code": back.headers["Location"].rpartition("code=")[2],
        "client_id": "acme-app",
        "client_secret": "acme-secret",
        "redirect_uri": redirect,
    }
    token = requests.post(f"{sandbox.url}/-/oauth_token", data=exchange, timeout=60).json()
    assert token["data"]["gid"] == ADA


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ([], "Expected `object`, got `array`"),
        ({"cats": []}, "unknown field `cats`"),
        ({"people": [{"name": "X"}]}, "missing required field `email` - at `$.people[0]`"),
        ({"people": [{"name": "X", "email": "x"}]}, "$.people[0].email"),
        ({"people": [{"name": "X", "email": "ada@nordlicht.example"}]}, "is there already"),
        ({"people": [{"name": "Ada", "email": "a@b", "slug": "ada"}]}, "has the slug ada"),
        ({"people": [{"name": "X", "email": "x@y", "gid": ADA}]}, "is there already"),
        ({"people": [{"name": "X", "email": "x@y", "gid": "x"}]}, "$.people[0].gid"),
        (
            {"projects": [{"name": "X", "workspace": "nowhere"}]},
            "projects[0]: There is no workspace nowhere",
        ),
        ({"tasks": [{"name": "X"}]}, "tasks[0]: A task needs projects of one workspace"),
        (
            {"tasks": [{"name": "X", "workspace": STUDIO, "assignee": "zoe"}]},
            "tasks[0]: Zoe Castellanos is not in the workspace Nordlicht Studio",
        ),
        (
            {"timesheets": [{"person": "ben", "workspace": STUDIO, "start_date": "2026-11-24"}]},
            "timesheets[0]: start_date: Must be a Monday",
        ),
        (
            {"timesheets": [{"person": "ben", "workspace": STUDIO, "start_date": "9999-12-27"}]},
            "No Sunday comes after",
        ),
        (
            {
                "out_of_office": [
                    {
                        "person": "ben",
                        "workspace": STUDIO,
                        "start_date": "2026-01-02",
                        "end_date": "2026-01-01",
                    }
                ]
            },
            "The last day comes before the first",
        ),
        (
            {
                "entries": [
                    {
                        "task": "1205000000000001",
                        "person": "ben",
                        "duration_minutes": 0,
                        "entered_on": "2026-01-01",
                    }
                ]
            },
            "$.entries[0].duration_minutes",
        ),
    ],
)
def test_bad_data_is_refused_whole_in_a_sentence(sandbox, data, words):
    if isinstance(data, dict):
        data = {"teams": [{"name": "New team", "workspace": STUDIO}], **data}
    response = requests.post(f"{sandbox.url}/sandbox/data", json=data, timeout=60)
    assert response.status_code == 400
    assert words in response.json()["error"]
    names = [team["name"] for team in sandbox.get(f"/workspaces/{STUDIO}/teams")]
    assert "New team" not in names


@pytest.mark.parametrize(
    ("content", "words"),
    [("{", "data.json: "), ('{"cats": []}', "unknown field `cats`"), (None, "No such file")],
)
def test_a_bad_file_stops_the_start_and_is_named(tmp_path, content, words):
    file = tmp_path / "data.json"
    if content is not None:
        file.write_text(content)
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--db", str(tmp_path / "db")]
    ended = subprocess.run(
        [*command, "--data", str(file)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_dates_can_be_fixed(tmp_path):
    with start_sandbox("--now", "2027-03-03") as sandbox:
        days = [entry["entered_on"] for entry in sandbox.get("/time_tracking_entries", user="me")]
        assert max(days) == "2027-03-01"
        task = sandbox.get("/tasks", assignee="me", workspace=STUDIO)[0]["gid"]
        made = sandbox.post(f"/tasks/{task}/time_tracking_entries", duration_minutes=5)
        assert made["entered_on"] == "2027-03-03"
        offset = sandbox.settings()["clock_offset_seconds"]
        sandbox.settings(clock_offset_seconds=0)
        sandbox.reset()
        assert sandbox.settings()["clock_offset_seconds"] == offset
        created_at = sandbox.post(f"/tasks/{task}/time_tracking_entries", duration_minutes=5)[
            "created_at"
        ]
        assert datetime.fromisoformat(created_at) > datetime(2027, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    "now", ["yesterday", "1999-01-01", "9999-12-31", "0001-01-01", "2026-13-01"]
)
def test_a_time_that_cannot_be_is_refused(tmp_path, now):
    command = [sys.executable, "-m", "sandbox", "--db", str(tmp_path / "db"), "--now", now]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert now in ended.stderr


@pytest.fixture
def two_plans(sandbox):
    """A workspace without time tracking and one without the add-on, both Grace's."""
    person = {"name": "Grace Hopper", "email": "grace@acme.example"}
    gids = sandbox.add_data(
        workspaces=[
            {"key": "free", "name": "Free", "plan": "none"},
            {"key": "plain", "name": "Plain", "plan": "time_tracking"},
        ],
        people=[{**person, "memberships": [{"workspace": "free"}, {"workspace": "plain"}]}],
        tasks=[
            {"key": "a", "name": "A", "workspace": "free", "assignee": "grace"},
            {"key": "b", "name": "B", "workspace": "plain", "assignee": "grace"},
        ],
        entries=[
            {"task": task, "person": "grace", "duration_minutes": 5, "entered_on": "2026-01-05"}
            for task in ("a", "b")
        ],
    )
    return gids["workspaces"], gids["tasks"], gids["entries"]


GRACE = "sandbox-grace"


def test_a_plan_is_of_one_workspace(sandbox, two_plans):
    (free, plain), (a, b), (first, second) = two_plans
    days = {"entered_on_start_date": "2026-01-01"}
    week = {"user": "me", "start_date": "2026-01-05", "end_date": "2026-01-11"}
    for workspace, task, entry, status in ((free, a, first, 402), (plain, b, second, 200)):
        reads = [
            ("/time_tracking_entries", {"workspace": workspace, **days}),
            ("/time_tracking_entries", {"task": task}),
            (f"/tasks/{task}/time_tracking_entries", {}),
            (f"/time_tracking_entries/{entry}", {}),
            ("/time_tracking_categories", {"workspace": workspace}),
            ("/timesheet_approval_statuses", {"workspace": workspace}),
        ]
        for path, query in reads:
            response = sandbox.call("GET", path, GRACE, params=query)
            assert response.status_code == status, path
        body: dict[str, Any] = {"data": {"duration_minutes": 6}}
        path = f"/time_tracking_entries/{entry}"
        assert sandbox.call("PUT", path, GRACE, json=body).status_code == status
        body["data"]["description"] = "Notes"
        assert sandbox.call("PUT", path, GRACE, json=body).status_code == 402
        path, body = "/timesheet_approval_statuses", {"data": {**week, "workspace": workspace}}
        assert sandbox.call("POST", path, GRACE, json=body).status_code == 402


def test_a_list_over_workspaces_leaves_out_those_without_time_tracking(sandbox, two_plans):
    _, (a, b), (_, second) = two_plans
    entries = sandbox.get("/time_tracking_entries", GRACE, user="me")
    assert [entry["gid"] for entry in entries] == [second]
    minutes = [sandbox.get(f"/tasks/{task}", GRACE)["actual_time_minutes"] for task in (a, b)]
    assert minutes == [None, 5]


def test_the_other_workspaces_have_the_plan_of_the_settings(sandbox, two_plans):
    sandbox.settings(plan="none")
    assert sandbox.call("GET", "/time_tracking_entries?user=me").status_code == 402
    assert sandbox.get("/time_tracking_entries", GRACE, user="me")
