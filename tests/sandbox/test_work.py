"""Projects, tasks and the search while typing: what is visible, and to whom."""

from __future__ import annotations

import pytest


def names(records):
    return [record["name"] for record in records]


def test_tasks_need_exactly_one_filter(sandbox, studio):
    for query in ({}, {"workspace": studio}, {"project": "1", "assignee": "me"}):
        response = sandbox.call("GET", "/tasks", params=query)
        assert response.status_code == 400
        assert "exactly one of project" in response.json()["errors"][0]["message"]


def test_completed_since_now_leaves_out_what_is_done(sandbox, studio):
    query = {"assignee": "me", "workspace": studio, "opt_fields": "completed"}
    everything = sandbox.get("/tasks", **query)
    left = sandbox.get("/tasks", **query, completed_since="now")
    assert left == [task for task in everything if not task["completed"]]
    assert sandbox.get("/tasks", **query, completed_since="2000-01-01") == everything


def test_a_task_says_where_it_lies(sandbox, task):
    read = sandbox.get(f"/tasks/{task}")
    assert [place["project"] for place in read["memberships"]] == read["projects"]
    assert read["memberships"][0]["section"]["resource_type"] == "section"


def test_a_section_has_the_tasks_of_its_project(sandbox, task):
    place = sandbox.get(f"/tasks/{task}")["memberships"][0]
    in_section = sandbox.get("/tasks", section=place["section"]["gid"])
    assert in_section == sandbox.get("/tasks", project=place["project"]["gid"])
    assert sandbox.call("GET", "/tasks?section=5").status_code == 404


def test_archived_projects_can_be_left_out(sandbox, studio):
    query = {"workspace": studio, "opt_fields": "archived"}
    everything = sandbox.get("/projects", **query)
    kept = sandbox.get("/projects", **query, archived="false")
    assert kept == [project for project in everything if not project["archived"]] != everything


def test_a_private_project_is_for_its_members_and_admins(sandbox, studio):
    seen = sandbox.get("/projects", "sandbox-omar", workspace=studio, opt_fields="public,members")
    private = next(project for project in seen if not project["public"])
    people = sandbox.get("/users", "sandbox-omar", workspace=studio, opt_fields="email")
    inside = {member["gid"] for member in private["members"]}
    outside = next(
        person
        for person in people
        if person["gid"] not in inside and person["email"].startswith(("ada", "ben"))
    )
    token = f"sandbox-{outside['email'].partition('@')[0]}"
    response = sandbox.call("GET", f"/projects/{private['gid']}/tasks", token)
    assert response.status_code == 403


@pytest.fixture
def search(sandbox, studio):
    def search_for(query, kind="task", **more):
        path = f"/workspaces/{studio}/typeahead"
        return sandbox.get(path, resource_type=kind, query=query, **more)

    return search_for


@pytest.mark.parametrize("query", ["ACCOUNT over", "overview account", "large PRINT acc"])
def test_each_word_starts_a_word_of_the_name(search, query):
    assert names(search(query)) == ["Account overview: balance in large print"]


@pytest.mark.parametrize("query", ["verview", "account nothing"])
def test_the_middle_of_a_word_is_not_searched(search, query):
    assert search(query) == []


def test_odd_names_are_found(search):
    assert names(search("<script>alert")) == ["<script>alert(1)</script>"]
    assert names(search("🔐")) == ["👩🏽‍💻 Pair on the biometric login 🔐"]
    assert names(search("مراجعة")) == ["مراجعة واجهة تسجيل الدخول"]


def test_my_tasks_come_first(search, sandbox):
    me = sandbox.get("/users/me")["gid"]
    tasks = search("", count=100, opt_fields="assignee,followers")
    mine = [
        me in [person["gid"] for person in [task["assignee"] or {"gid": ""}, *task["followers"]]]
        for task in tasks
    ]
    assert mine[0]
    assert mine == sorted(mine, reverse=True)


def test_people_and_projects_are_found_and_the_rest_is_empty(search):
    assert names(search("ada", "user")) == ["Ada Lindqvist"]
    assert names(search("fjord", "project")) == ["Fjord Bank mobile app"]
    assert search("a", "portfolio") == []


@pytest.mark.parametrize(
    "query", [{}, {"resource_type": "cat"}, {"resource_type": "task", "count": 0}]
)
def test_a_search_says_what_it_looks_for(sandbox, studio, query):
    response = sandbox.call("GET", f"/workspaces/{studio}/typeahead", params=query)
    assert response.status_code == 400


def test_my_task_list_is_mine_and_others_show_what_i_see(sandbox, studio):
    mine = sandbox.get("/users/me/user_task_list", workspace=studio)
    assert mine["name"] == "My tasks in Nordlicht Studio"
    ben = sandbox.get("/users/ben@nordlicht.example/user_task_list", workspace=studio)
    own = sandbox.get(f"/user_task_lists/{ben['gid']}/tasks", "sandbox-ben")
    seen = sandbox.get(f"/user_task_lists/{ben['gid']}/tasks")
    assert {task["gid"] for task in seen} <= {task["gid"] for task in own}
    assert sandbox.call("GET", f"/user_task_lists/{ben['gid']}", "sandbox-zoe").status_code == 403


def test_roles_can_be_read_of_the_membership(sandbox, studio):
    path = f"/workspaces/{studio}/workspace_memberships"
    query = {"user": "me", "opt_fields": "is_admin,is_active"}
    assert sandbox.get(path, "sandbox-omar", **query)[0]["is_admin"] is True
    assert sandbox.get(path, **query)[0]["is_admin"] is False
