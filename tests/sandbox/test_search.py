"""Task search: what its parameters find, and its plan, quota and lag."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

LAB, GRACE, ALAN = "31", "32", "33"
GRACES_TOKEN = "sandbox-grace"
COMPANY = {
    "workspaces": [{"gid": LAB, "name": "Lab"}],
    "people": [
        {
            "gid": gid,
            "name": name,
            "email": f"{name}@lab.example",
            "memberships": [{"workspace": LAB}],
        }
        for gid, name in ((GRACE, "grace"), (ALAN, "alan"))
    ],
    "projects": [{"gid": "34", "name": "Compiler", "workspace": LAB}],
    "tasks": [
        {
            "gid": "41",
            "name": "Write the PARSER",
            "projects": ["34"],
            "assignee": GRACE,
            "created_by": ALAN,
            "due_on": "2026-11-20",
        },
        {"gid": "42", "name": "Test it", "projects": ["34"], "notes": "the parser", "parent": "41"},
        {
            "gid": "43",
            "name": "Break a code",
            "workspace": LAB,
            "assignee": ALAN,
            "followers": [GRACE],
            "commented_on_by": [GRACE],
            "completed": True,
        },
    ],
}
TODAY = date.today()  # noqa: DTZ011


@pytest.fixture
def lab(sandbox):
    sandbox.add_data(**COMPANY)
    return sandbox


def found(lab, token=GRACES_TOKEN, **query):
    rows = lab.get(f"/workspaces/{LAB}/tasks/search", token, sort_by="created_at", **query)
    return sorted(row["gid"] for row in rows)


@pytest.mark.parametrize(
    ("query", "gids"),
    [
        ({}, ["41", "42", "43"]),
        ({"text": "parser"}, ["41", "42"]),
        ({"text": "parser write"}, ["41"]),
        ({"assignee.any": "me"}, ["41"]),
        ({"assignee.any": f"{GRACE},{ALAN}"}, ["41", "43"]),
        ({"assignee.any": "null"}, ["42"]),
        ({"assignee.not": "me"}, ["42", "43"]),
        ({"commented_on_by.any": "me"}, ["43"]),
        ({"commented_on_by.not": "me"}, ["41", "42"]),
        ({"followers.any": "me"}, ["43"]),
        ({"created_by.any": ALAN}, ["41", "43"]),
        ({"projects.any": "34"}, ["41", "42"]),
        ({"projects.not": "34"}, ["43"]),
        ({"projects.all": "34", "completed": "false"}, ["41", "42"]),
        ({"completed": "True"}, ["43"]),
        ({"completed_at.after": f"{TODAY - timedelta(days=2)}T00:00:00Z"}, ["43"]),
        ({"completed_at.before": f"{TODAY - timedelta(days=2)}T00:00:00Z"}, []),
        ({"completed_on.after": str(TODAY - timedelta(days=2))}, ["43"]),
        ({"due_on": "2026-11-20"}, ["41"]),
        ({"due_on": "null"}, ["42", "43"]),
        ({"due_on.before": "2026-11-20"}, []),
        ({"due_on.before": "2026-11-21"}, ["41"]),
        ({"is_subtask": "true"}, ["42"]),
        ({"is_blocked": "true"}, []),
        ({"tags.any": "5"}, []),
        ({"teams.any": "5"}, []),
        ({"unknown": "5"}, ["41", "42", "43"]),
    ],
)
def test_finds(lab, query, gids):
    assert found(lab, **query) == gids


def test_sorts_and_goes_on_after_the_last_one(lab):
    path = f"/workspaces/{LAB}/tasks/search"
    query = {"sort_by": "created_at", "limit": 2, "opt_fields": "created_at"}
    first = lab.get(path, "sandbox-grace", **query)
    assert len(first) == 2
    last = first[-1]["created_at"]
    rest = lab.get(path, "sandbox-grace", **query, **{"created_at.before": last})
    assert len(rest) <= 1
    ascending = lab.get(path, "sandbox-grace", sort_by="due_date", sort_ascending="true")
    assert ascending[0]["gid"] == "41"


@pytest.mark.parametrize(
    "query",
    [
        {"sort_by": "name"},
        {"limit": 101},
        {"completed": "maybe"},
        {"due_on.after": "soon"},
        {"completed_at.after": "soon"},
        {"resource_subtype": "x"},
    ],
)
def test_refuses_wrong_values(lab, query):
    response = lab.call("GET", f"/workspaces/{LAB}/tasks/search", "sandbox-grace", params=query)
    assert response.status_code == 400


def test_what_one_may_not_see_is_not_found(lab):
    lab.add_data(projects=[{"gid": "35", "name": "x", "workspace": LAB, "is_private": True}])
    lab.add_data(tasks=[{"gid": "44", "name": "secret", "projects": ["35"]}])
    assert found(lab, text="secret") == []
    assert lab.call("GET", f"/workspaces/{LAB}/tasks/search").status_code == 403


def test_a_free_plan_has_no_search(lab):
    lab.settings(plan="free")
    response = lab.call("GET", f"/workspaces/{LAB}/tasks/search", "sandbox-grace")
    assert response.status_code == 402
    words = "Search is only available to premium users."
    assert response.json()["errors"][0]["message"] == words
    lab.settings(plan="none")
    assert found(lab) == ["41", "42", "43"]


def test_searches_have_a_quota_of_their_own(lab):
    lab.settings(searches_per_minute=1)
    assert found(lab) == ["41", "42", "43"]
    response = lab.call("GET", f"/workspaces/{LAB}/tasks/search", "sandbox-grace")
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) >= 60
    assert lab.call("GET", "/users/me", "sandbox-grace").status_code == 200


def test_a_change_is_found_later(lab):
    lab.settings(search_lag_seconds=30)
    assert found(lab) == []
    lab.settings(clock_offset_seconds=31)
    assert found(lab) == ["41", "42", "43"]
