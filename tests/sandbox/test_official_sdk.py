"""Asana's own Python client, unchanged, pointed at the sandbox."""

from __future__ import annotations

from datetime import timedelta

import asana
import pytest
from asana.rest import ApiException

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture
def client(sandbox):
    configuration = asana.Configuration()
    configuration.host = sandbox.api
    configuration.access_token = "sandbox-ada"
    client = asana.ApiClient(configuration)
    yield client
    client.rest_client.pool_manager.clear()


@pytest.fixture
def entries_api(client):
    return asana.TimeTrackingEntriesApi(client)


def body(**values):
    return {"data": values}


def test_creates_reads_changes_and_deletes_an_entry(entries_api, task, monday):
    made = entries_api.create_time_tracking_entry(
        body(duration_minutes=30, entered_on=monday), task, {}
    )
    assert made["task"]["gid"] == task
    entries_api.update_time_tracking_entry(body(duration_minutes=45), made["gid"], {})
    read = entries_api.get_time_tracking_entry(made["gid"], {"opt_fields": "duration_minutes"})
    assert read == {"gid": made["gid"], "duration_minutes": 45}
    assert entries_api.delete_time_tracking_entry(made["gid"]) == {}
    with pytest.raises(ApiException) as refused:
        entries_api.get_time_tracking_entry(made["gid"], {})
    assert refused.value.status == 404


def test_lists_the_entries_of_a_task(entries_api, task, entry):
    records = list(entries_api.get_time_tracking_entries_for_task(task, {}))
    assert entry["gid"] in [record["gid"] for record in records]


def test_lists_all_pages_of_my_entries(entries_api, sandbox):
    records = list(entries_api.get_time_tracking_entries({"user": "me", "limit": 50}))
    assert len(records) == len({entry["gid"] for entry in records}) > 100
    assert len(sandbox.requests()) == len(records) // 50 + 1


def test_reads_me_and_the_people_of_a_workspace(client, studio):
    users = asana.UsersApi(client)
    assert users.get_user("me", {})["email"] == "ada@nordlicht.example"
    names = [user["name"] for user in users.get_users_for_workspace(studio, {})]
    assert names == sorted(names)
    assert len(list(users.get_users({"workspace": studio}))) == len(names)


def test_reads_workspaces(client, studio):
    workspaces = asana.WorkspacesApi(client)
    assert [record["gid"] for record in workspaces.get_workspaces({})] == [studio]
    assert workspaces.get_workspace(studio, {})["is_organization"] is True


def test_reads_tasks_and_projects(client, studio, task):
    tasks, projects = asana.TasksApi(client), asana.ProjectsApi(client)
    read = tasks.get_task(task, {})
    project = projects.get_project(read["projects"][0]["gid"], {})
    assert project["gid"] in [p["gid"] for p in projects.get_projects_for_workspace(studio, {})]
    assert task in [record["gid"] for record in tasks.get_tasks_for_project(project["gid"], {})]
    assert task in [record["gid"] for record in tasks.get_tasks({"project": project["gid"]})]


def test_reads_my_tasks(client, studio, task):
    mine = asana.UserTaskListsApi(client).get_user_task_list_for_user("me", studio, {})
    records = asana.TasksApi(client).get_tasks_for_user_task_list(
        mine["gid"], {"completed_since": "now"}
    )
    assert task in [record["gid"] for record in records]


def test_finds_tasks_while_typing(client, studio):
    records = asana.TypeaheadApi(client).typeahead_for_workspace(
        studio, "task", {"query": "bankid SIGN", "count": 5}
    )
    assert [task["name"] for task in records] == ["Sign-in with BankID: flow and prototype"]


def test_reads_categories_and_their_entries(client, studio):
    categories = asana.TimeTrackingCategoriesApi(client)
    records = list(categories.get_time_tracking_categories(studio, {}))
    read = categories.get_time_tracking_category(records[0]["gid"], {})
    assert read["is_archived"] is False
    entries = categories.get_time_tracking_entries_for_time_tracking_category(read["gid"], {})
    assert all(entry["categories"][0]["gid"] == read["gid"] for entry in entries)


def test_submits_a_week(client, studio, monday):
    api = asana.TimesheetApprovalStatusesApi(client)
    me = asana.UsersApi(client).get_user("me", {})["gid"]
    week = {"start_date": monday, "end_date": monday + timedelta(days=6)}
    made = api.create_timesheet_approval_status(body(user=me, workspace=studio, **week), {})
    assert made["approval_status"] == "DRAFT"
    sent = api.update_timesheet_approval_status(body(approval_status="submitted"), made["gid"], {})
    assert sent["approval_status"] == "SUBMITTED"
    records = api.get_timesheet_approval_statuses(
        studio, {"user": "me", "approval_statuses": "submitted"}
    )
    assert made["gid"] in [record["gid"] for record in records]


def test_reads_memberships_teams_and_days_off(client, studio):
    memberships = asana.WorkspaceMembershipsApi(client)
    mine = list(memberships.get_workspace_memberships_for_workspace(studio, {"user": "me"}))
    assert memberships.get_workspace_membership(mine[0]["gid"], {})["is_admin"] is False
    teams = list(asana.TeamsApi(client).get_teams_for_workspace(studio, {}))
    assert list(asana.UsersApi(client).get_users_for_team(teams[0]["gid"], {}))
    days_off = list(asana.OooEntriesApi(client).get_ooo_entries("me", studio, {}))
    assert days_off[0]["user"]["name"] == "Ada Lindqvist"
