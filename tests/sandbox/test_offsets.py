"""Offsets: pages that lose and repeat nothing, whatever is written meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.sandbox_process import ADA

LISTS = [
    "/users?workspace={studio}",
    "/workspaces/{studio}/users?opt_fields=name",
    "/projects?workspace={studio}",
    "/projects/{project}/tasks?opt_fields=name",
    "/user_task_lists/{task_list}/tasks?completed_since=now",
    "/time_tracking_entries?user=me&entered_on_start_date={monday}",
    "/timesheet_approval_statuses?workspace={studio}",
    "/workspaces/{studio}/workspace_memberships?opt_fields=user.name",
    "/workspaces/{studio}/teams?opt_fields=name",
    "/time_tracking_categories?workspace={studio}",
    "/ooo_entries?workspace={studio}&user=me",
]


@pytest.fixture
def filled_in(sandbox, studio, task, monday):
    """Puts the gids of this sandbox into the address of a list."""
    place = {
        "studio": studio,
        "project": sandbox.get(f"/tasks/{task}")["projects"][0]["gid"],
        "task_list": sandbox.get("/users/me/user_task_list", workspace=studio)["gid"],
        "monday": monday - timedelta(weeks=1),
    }
    return lambda path: path.format(**place)


def read_all(sandbox, path, token=ADA):
    rows = []
    while path:
        page = sandbox.call("GET", path, token).json()
        rows += page["data"]
        path = page["next_page"] and page["next_page"]["path"]
    return rows


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("limit", [2, 7])
def test_the_pages_have_everything_once_in_order(sandbox, filled_in, path, limit):
    path = filled_in(path)
    everything = sandbox.call("GET", path, "sandbox-mia").json()["data"]
    assert read_all(sandbox, f"{path}&limit={limit}", "sandbox-mia") == everything


@pytest.fixture
def entries(sandbox, task):
    """Six entries of a task that has no others: their gids in the order of the list."""
    path = f"/tasks/{task}/time_tracking_entries"
    for entry in sandbox.get(path, "sandbox-omar"):
        sandbox.delete(f"/time_tracking_entries/{entry['gid']}", "sandbox-omar")
    return [sandbox.post(path, duration_minutes=number)["gid"] for number in range(1, 7)]


@pytest.fixture(autouse=True)
def _weeks_are_not_locked(sandbox):
    sandbox.settings(lock_approved=False)


@pytest.mark.parametrize("deleted", range(6))
def test_a_deletion_between_pages_skips_no_entry(sandbox, task, entries, deleted):
    page = sandbox.call("GET", f"/tasks/{task}/time_tracking_entries?limit=3").json()
    sandbox.delete(f"/time_tracking_entries/{entries[deleted]}")
    rest = read_all(sandbox, page["next_page"]["path"])
    expected = [gid for gid in entries[3:] if gid != entries[deleted]]
    assert [entry["gid"] for entry in rest] == expected


def test_all_of_the_first_page_may_be_deleted(sandbox, task, entries):
    page = sandbox.call("GET", f"/tasks/{task}/time_tracking_entries?limit=3").json()
    for gid in entries[:3]:
        sandbox.delete(f"/time_tracking_entries/{gid}")
    rest = read_all(sandbox, page["next_page"]["path"])
    assert [entry["gid"] for entry in rest] == entries[3:]


def test_an_entry_that_is_added_meanwhile_moves_no_other(sandbox, task, entries):
    path = f"/tasks/{task}/time_tracking_entries"
    page = sandbox.call("GET", f"{path}?limit=3").json()
    added = sandbox.post(path, duration_minutes=7)["gid"]
    rest = read_all(sandbox, page["next_page"]["path"])
    assert [entry["gid"] for entry in rest] == [*entries[3:], added]


def test_an_entry_that_is_changed_meanwhile_stays_in_its_place(sandbox, task, entries):
    page = sandbox.call("GET", f"/tasks/{task}/time_tracking_entries?limit=3").json()
    sandbox.put(f"/time_tracking_entries/{entries[0]}", entered_on="2026-01-05")
    rest = read_all(sandbox, page["next_page"]["path"])
    assert [entry["gid"] for entry in rest] == entries[3:]


def offset_of(sandbox, path, **query):
    return sandbox.call("GET", path, params={"limit": 1, **query}).json()["next_page"]["offset"]


@pytest.mark.parametrize(
    ("path", "query", "other"),
    [
        ("/time_tracking_entries", {"user": "me"}, {"entered_on_start_date": "2026-01-05"}),
        ("/time_tracking_entries", {"user": "me"}, {"user": "ada@nordlicht.example"}),
        ("/projects", {"archived": "false"}, {"archived": "true"}),
        ("/projects", {"archived": "false"}, {"archived": ["false", "true"]}),
        ("/users", {}, {"workspace": "1200000000000001"}),
    ],
)
def test_an_offset_is_for_the_filters_it_was_given_for(sandbox, path, query, other):
    offset = offset_of(sandbox, path, **query)
    response = sandbox.call("GET", path, params={**query, **other, "limit": 1, "offset": offset})
    assert response.status_code == 400
    assert "token is invalid" in response.json()["errors"][0]["message"]


def test_an_offset_is_for_the_person_it_was_given_to(sandbox):
    params = {"limit": 1, "offset": offset_of(sandbox, "/users")}
    assert sandbox.call("GET", "/users", params=params).status_code == 200
    assert sandbox.call("GET", "/users", "sandbox-mia", params=params).status_code == 400


def test_an_offset_is_for_the_address_it_was_given_for(sandbox, studio):
    params = {"limit": 1, "offset": offset_of(sandbox, "/users")}
    assert sandbox.call("GET", f"/workspaces/{studio}/users", params=params).status_code == 400


def test_the_limit_and_the_fields_may_change_from_page_to_page(sandbox):
    params = {"offset": offset_of(sandbox, "/users", opt_fields="name"), "opt_pretty": "1"}
    rest = sandbox.get("/users", **params, limit=100, opt_fields="email")
    assert [row["email"] for row in rest] == [
        row["email"] for row in sandbox.get("/users", opt_fields="email")[1:]
    ]


def test_a_search_has_one_page(sandbox, studio):
    query = {"resource_type": "task", "query": "a", "limit": 2}
    page = sandbox.call("GET", f"/workspaces/{studio}/typeahead", params=query).json()
    assert (len(page["data"]), page["next_page"]) == (2, None)
