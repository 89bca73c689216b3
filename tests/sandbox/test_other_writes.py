"""Projects, categories, days off, users and workspaces are written, by those who may."""

from __future__ import annotations

import pytest

OMAR, ZOE = "sandbox-omar", "sandbox-zoe"


def status(sandbox, method, path, token, **values):
    return sandbox.call(method, path, token, json={"data": values}).status_code


# Projects


def test_a_project_is_created_changed_and_deleted(sandbox, studio):
    made = sandbox.post("/projects", name="New", workspace=studio, color="dark-blue")
    assert (made["owner"]["name"], made["members"][0]["name"]) == ("Ada Lindqvist",) * 2
    path = f"/projects/{made['gid']}"
    changed = sandbox.put(path, archived=True, notes="Done", due_on="2026-12-24", icon="rocket")
    expected = {"archived": True, "notes": "Done", "due_on": "2026-12-24", "icon": "rocket"}
    assert {name: changed[name] for name in expected} == expected
    assert sandbox.get(path)["due_date"] == "2026-12-24"
    task = sandbox.post("/tasks", name="Stays", projects=[made["gid"]])["gid"]
    assert sandbox.delete(path) == {}
    assert sandbox.get(f"/tasks/{task}", opt_fields="projects")["projects"] == []


def test_a_private_project_is_for_its_members(sandbox, studio):
    made = sandbox.post(
        f"/workspaces/{studio}/projects", name="Ours", privacy_setting="private", followers="me"
    )
    assert status(sandbox, "GET", f"/projects/{made['gid']}", "sandbox-ben") == 403
    sandbox.put(f"/projects/{made['gid']}", public=True)
    assert status(sandbox, "GET", f"/projects/{made['gid']}", "sandbox-ben") == 200


def test_the_team_of_a_project_is_deprecated(sandbox, studio):
    team = sandbox.get(f"/workspaces/{studio}/teams")[0]["gid"]
    sent = {"data": {"name": "Team's", "team": team}}
    response = sandbox.call("POST", "/projects", json=sent)
    assert response.json()["data"]["team"]["gid"] == team
    assert "affected=true" in response.headers["Asana-Change"]
    plain = sandbox.call("POST", "/projects", json={"data": {"name": "x", "workspace": studio}})
    assert "Asana-Change" not in plain.headers


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": "x"}, "workspace: Missing input"),
        ({"workspace": "5"}, "workspace: Unknown object: 5"),
        ({"workspace": "1200000000000001", "color": "beige"}, "color: Not a valid value"),
        ({"workspace": "1200000000000001", "team": "5"}, "team: Unknown object: 5"),
        ({"workspace": "1200000000000001", "start_on": "2026-01-01"}, "needs a due date"),
        ({"workspace": "1200000000000001", "owner": "5"}, "owner: Unknown object: 5"),
        ({"workspace": "1200000000000001", "members": []}, "members: Cannot write"),
    ],
)
def test_what_is_no_project_is_refused(sandbox, values, words):
    response = sandbox.call("POST", "/projects", json={"data": values})
    assert response.status_code == 400
    assert words in response.json()["errors"][0]["message"]


# Categories


def test_an_admin_manages_categories(sandbox, studio, entry):
    path = "/time_tracking_categories"
    made = sandbox.post(path, OMAR, name="Travel", workspace=studio, color="aqua")
    assert (made["name"], made["color"], made["is_archived"]) == ("Travel", "aqua", False)
    sandbox.put(f"/time_tracking_entries/{entry['gid']}", categories=[made["gid"]])
    changed = sandbox.put(f"{path}/{made['gid']}", OMAR, name="Trips", is_archived=True)
    assert (changed["name"], changed["is_archived"]) == ("Trips", True)
    assert made["gid"] not in [row["gid"] for row in sandbox.get(path, workspace=studio)]
    assert sandbox.delete(f"{path}/{made['gid']}", OMAR) == {}
    assert sandbox.get(f"/time_tracking_entries/{entry['gid']}")["categories"] == []


def test_others_do_not(sandbox, studio):
    path = "/time_tracking_categories"
    gid = sandbox.get(path, workspace=studio)[0]["gid"]
    assert status(sandbox, "POST", path, "sandbox-ada", name="x", workspace=studio) == 403
    assert status(sandbox, "PUT", f"{path}/{gid}", "sandbox-ada", name="x") == 403
    assert status(sandbox, "DELETE", f"{path}/{gid}", "sandbox-ada") == 403
    assert status(sandbox, "POST", path, OMAR, name=" ", workspace=studio) == 400
    assert status(sandbox, "POST", path, OMAR, name="x", workspace=studio, color="beige") == 400
    sandbox.settings(plan="none")
    assert status(sandbox, "POST", path, OMAR, name="x", workspace=studio) == 402


# Out of office


def test_days_off_are_written(sandbox, studio):
    days = {"start_date": "2099-12-24", "end_date": "2099-12-31"}
    made = sandbox.post("/ooo_entries", user="me", workspace=studio, **days)
    assert (made["user"], made["end_date"]) == (made["created_by"], "2099-12-31")
    path = f"/ooo_entries/{made['gid']}"
    assert sandbox.put(path, end_date="2100-01-02")["end_date"] == "2100-01-02"
    query = {"user": "me", "workspace": studio, "start_date": "2100-01-01"}
    assert [row["gid"] for row in sandbox.get("/ooo_entries", **query)] == [made["gid"]]
    assert status(sandbox, "PUT", path, "sandbox-ada", end_date="2099-12-01") == 400
    assert status(sandbox, "DELETE", path, "sandbox-ben") == 403
    assert sandbox.delete(path) == {}


def test_an_admin_writes_the_days_off_of_others(sandbox, studio):
    days = {"start_date": "2026-12-24", "end_date": "2026-12-24", "workspace": studio}
    made = sandbox.post("/ooo_entries", OMAR, user="1201000000000001", **days)
    assert (made["user"]["name"], made["created_by"]["name"][:4]) == ("Ada Lindqvist", "Omar")
    ada = {"user": "1201000000000001", **days}
    assert status(sandbox, "POST", "/ooo_entries", "sandbox-ben", **ada) == 403


# Users and workspaces


def test_people_rename_themselves_and_admins_the_workspace(sandbox, studio):
    assert sandbox.put("/users/me", name="Ada L.")["name"] == "Ada L."
    assert status(sandbox, "PUT", "/users/1201000000000001", "sandbox-ben", name="x") == 403
    assert status(sandbox, "PUT", "/users/me", "sandbox-ada", name="") == 400
    assert sandbox.put(f"/workspaces/{studio}", OMAR, name="Studio")["name"] == "Studio"
    assert status(sandbox, "PUT", f"/workspaces/{studio}", "sandbox-ada", name="x") == 403
