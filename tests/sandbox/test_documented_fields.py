"""The fields that Asana's reference names for `opt_fields`, operation by operation, are all there.

The names are from https://github.com/Asana/openapi (defs/asana_oas.yaml, 2026-06-11). Left out are
those below fields that are empty or null here, as `custom_fields.enum_value.name`.
"""

from __future__ import annotations

import pytest

PROJECT = """
archived color completed completed_at completed_by created_at created_from_template current_status
current_status_update custom_field_settings custom_fields default_access_level default_view due_date
due_on followers followers.name html_notes icon members members.name
minimum_access_level_for_customization minimum_access_level_for_sharing modified_at name notes owner
permalink_url privacy_setting project_brief public start_on team team.name workspace workspace.name
"""
TASK = """
actual_time_minutes assigned_by assigned_by.name assignee assignee.name assignee_section
assignee_section.name assignee_status completed completed_at completed_by completed_by.name
created_at created_by custom_fields custom_fields.asana_created_field custom_fields.created_by
custom_fields.currency_code custom_fields.custom_label custom_fields.custom_label_position
custom_fields.date_value custom_fields.default_access_level custom_fields.description
custom_fields.display_value custom_fields.enabled custom_fields.enum_options
custom_fields.enum_value custom_fields.format custom_fields.has_notifications_enabled
custom_fields.html_text_value custom_fields.id_prefix custom_fields.input_restrictions
custom_fields.is_formula_field custom_fields.is_global_to_workspace
custom_fields.is_value_read_only custom_fields.multi_enum_values custom_fields.name
custom_fields.number_value custom_fields.people_value custom_fields.precision
custom_fields.privacy_setting custom_fields.reference_value custom_fields.representation_type
custom_fields.resource_subtype custom_fields.text_value custom_fields.type custom_type
custom_type_status_option dependencies dependents
due_at due_on external followers followers.name hearted hearts html_notes is_rendered_as_separator
liked likes memberships memberships.project memberships.project.name memberships.section
memberships.section.name modified_at name notes num_hearts num_likes num_subtasks parent
permalink_url projects projects.name resource_subtype start_at start_on tags workspace
workspace.name
"""
TEAM = """
custom_field_settings description edit_team_name_or_description_access_level
edit_team_visibility_or_trash_team_access_level endorsed guest_invite_management_access_level
html_description join_request_management_access_level member_invite_management_access_level name
organization organization.name permalink_url team_content_management_access_level
team_member_removal_access_level visibility
"""
USER = "custom_fields email name photo workspaces workspaces.name"
ENTRY_IN_LIST = """
attributable_to attributable_to.name categories categories.color categories.name created_by
created_by.name duration_minutes entered_on
"""
ENTRY = f"""
{ENTRY_IN_LIST} approval_status billable_status created_at description task task.created_by
task.name task.resource_subtype
"""
TIMESHEET = """
approval_status created_at end_date start_date user user.name workspace workspace.name
"""
MEMBERSHIP = """
created_at is_active is_admin is_guest is_view_only user user.name user_task_list
user_task_list.name user_task_list.owner user_task_list.workspace vacation_dates workspace
workspace.name
"""
CATEGORY = "color is_archived name"
OUT_OF_OFFICE = "created_by created_by.name end_date start_date user user.name"
WORKSPACE = "email_domains is_organization name"
TASK_LIST = "name owner workspace"

BUDGET = """
actual actual.billable_status_filter actual.units actual.value budget_type estimate
estimate.billable_status_filter estimate.enabled estimate.source estimate.units estimate.value
parent parent.name total total.enabled total.units total.value
"""
RATE = """
created_by created_by.name currency_code parent parent.name rate resource resource.name
"""
ALLOCATION = """
assignee assignee.name created_by created_by.name effort effort.type effort.value end_date parent
parent.name resource_subtype start_date
"""

OPERATIONS = {
    "/budgets/{budget}": BUDGET,
    "/rates/{rate}": RATE,
    "/allocations?assignee=me": ALLOCATION,
    "/allocations/{allocation}": ALLOCATION,
    "/projects?workspace={studio}": PROJECT,
    "/workspaces/{studio}/projects": PROJECT,
    "/projects/{project}": PROJECT,
    "/tasks?project={project}": TASK,
    "/tasks/{task}": TASK,
    "/projects/{project}/tasks": TASK,
    "/user_task_lists/{task_list}/tasks": TASK,
    "/workspaces/{studio}/teams": TEAM,
    "/users/me/teams?organization={studio}": TEAM,
    "/users?workspace={studio}": USER,
    "/users/me": USER,
    "/workspaces/{studio}/users": USER,
    "/teams/{team}/users": USER,
    "/tasks/{task}/time_tracking_entries": ENTRY_IN_LIST,
    "/time_tracking_entries?user=me": ENTRY_IN_LIST,
    "/time_tracking_categories/{category}/time_tracking_entries": ENTRY_IN_LIST,
    "/time_tracking_entries/{entry}": ENTRY,
    "/time_tracking_categories?workspace={studio}": CATEGORY,
    "/time_tracking_categories/{category}": CATEGORY,
    "/timesheet_approval_statuses?workspace={studio}": TIMESHEET,
    "/timesheet_approval_statuses/{timesheet}": TIMESHEET,
    "/workspaces/{studio}/typeahead?resource_type=task": "name",
    "/users/me/user_task_list?workspace={studio}": TASK_LIST,
    "/user_task_lists/{task_list}": TASK_LIST,
    "/users/me/workspace_memberships": MEMBERSHIP,
    "/workspaces/{studio}/workspace_memberships": MEMBERSHIP,
    "/workspace_memberships/{membership}": MEMBERSHIP,
    "/workspaces": WORKSPACE,
    "/workspaces/{studio}": WORKSPACE,
    "/ooo_entries?user=me&workspace={studio}": OUT_OF_OFFICE,
    "/ooo_entries/{ooo}": OUT_OF_OFFICE,
}

# Fields that only some records have, by the reference.
CONDITIONAL = ("assignee_section",)


@pytest.fixture
def path_of(sandbox, studio, task, entry):
    """Puts the gids of records that have everything into an address."""

    def first(path, **query):
        return sandbox.get(path, limit=1, **query)[0]["gid"]

    # Ada sees no budget by herself.
    bank = sandbox.get(f"/tasks/{task}")["projects"][0]["gid"]
    sandbox.change_membership(sandbox.get("/users/me")["gid"], studio, is_admin=True)
    category = first("/time_tracking_categories", workspace=studio)
    sandbox.put(f"/time_tracking_entries/{entry['gid']}", categories=[category])
    gids = {
        "studio": studio,
        "task": task,
        "entry": entry["gid"],
        "category": category,
        "project": sandbox.get(f"/tasks/{task}")["projects"][0]["gid"],
        "team": first(f"/workspaces/{studio}/teams"),
        "task_list": sandbox.get("/users/me/user_task_list", workspace=studio)["gid"],
        "membership": first("/users/me/workspace_memberships"),
        "timesheet": first("/timesheet_approval_statuses", workspace=studio),
        "budget": first("/budgets", parent=bank),
        "rate": first("/rates", parent=bank),
        "allocation": first("/allocations", assignee="me"),
        "ooo": first("/ooo_entries", user="me", workspace=studio),
    }
    return lambda path: path.format(**gids)


def missing(record, path):
    """Return whether a record lacks the field at this path."""
    name, _, rest = path.partition(".")
    if name not in record:
        return True
    values = record[name] if isinstance(record[name], list) else [record[name]]
    return bool(rest) and any(missing(value, rest) for value in values if value is not None)


@pytest.mark.parametrize(("path", "fields"), OPERATIONS.items())
def test_every_documented_field_is_given_when_it_is_requested(sandbox, path_of, path, fields):
    names = fields.split()
    data = sandbox.get(path_of(path), opt_fields=",".join(names))
    records = data if isinstance(data, list) else [data]
    assert records
    for record in records:
        lacking = {name for name in names if missing(record, name)}
        if not path.startswith("/tasks/"):
            lacking -= {name for name in lacking if name.startswith(CONDITIONAL)}
        assert lacking == set()


@pytest.mark.parametrize(
    ("path", "fields", "opt_in"),
    [
        (
            "/tasks/{task}",
            TASK,
            "created_by dependencies dependents external html_notes is_rendered_as_separator "
            "num_subtasks assigned_by",
        ),
        ("/projects/{project}", PROJECT, "created_from_template html_notes project_brief"),
        ("/users/me", USER, ""),
        ("/time_tracking_entries/{entry}", ENTRY, ""),
        ("/timesheet_approval_statuses/{timesheet}", TIMESHEET, ""),
        ("/workspace_memberships/{membership}", MEMBERSHIP, ""),
        ("/time_tracking_categories/{category}", CATEGORY, ""),
        ("/workspaces/{studio}", WORKSPACE, ""),
        ("/user_task_lists/{task_list}", TASK_LIST, ""),
        ("/ooo_entries/{ooo}", OUT_OF_OFFICE, ""),
    ],
)
def test_a_full_record_has_all_but_the_opt_in_fields(sandbox, path_of, path, fields, opt_in):
    names = {name for name in fields.split() if "." not in name}
    record = sandbox.get(path_of(path))
    assert set(record) - {"gid", "resource_type", "resource_subtype"} == (
        names - set(opt_in.split()) - {"resource_subtype"}
    )


def test_the_section_of_my_tasks_is_shown_to_its_owner_only(sandbox, task):
    query = {"opt_fields": "assignee_section.name"}
    section = sandbox.get(f"/tasks/{task}", **query)["assignee_section"]
    assert section["name"] == "Recently assigned"
    assert "assignee_section" not in sandbox.get(f"/tasks/{task}", "sandbox-omar", **query)


def test_a_task_says_by_whom_it_was_completed(sandbox, studio):
    query = {"assignee": "me", "workspace": studio, "opt_fields": "completed,completed_by"}
    tasks = sandbox.get("/tasks", **query)
    assert {(task["completed"], task["completed_by"] is not None) for task in tasks} == {
        (True, True),
        (False, False),
    }


def test_notes_come_as_html_too(sandbox, studio):
    query = {"assignee": "me", "workspace": studio, "opt_fields": "notes,html_notes"}
    tasks = [task for task in sandbox.get("/tasks", **query) if task["notes"]]
    assert tasks
    assert all(task["html_notes"] == f"<body>{task['notes']}</body>" for task in tasks)


def test_without_time_tracking_a_task_has_no_actual_time(sandbox, task):
    assert sandbox.get(f"/tasks/{task}")["actual_time_minutes"] > 0
    sandbox.settings(plan="none")
    assert sandbox.get(f"/tasks/{task}")["actual_time_minutes"] is None


GROUPS = [
    ".".join(["(a|b)"] * 25),
    ".".join(["(name|assignee)"] * 25),
    "(" * 10_000 + "name" + ")" * 10_000,
    "(name)" * 5_000,
    "(" + "|".join(["name"] * 5_000) + ")",
    "(a|(b|(c|(d|(e|f)))))" * 6,
]


@pytest.mark.parametrize("fields", GROUPS, ids=range(len(GROUPS)))
def test_groups_that_stand_for_too_many_fields_are_refused_at_once(sandbox, task, fields):
    response = sandbox.call("GET", f"/tasks/{task}?opt_fields={fields}")
    assert response.status_code == 400
    assert response.json()["errors"][0]["message"] == "opt_fields: Too many groups"
    assert sandbox.requests()[-1]["milliseconds"] < 2000


@pytest.mark.parametrize(
    "fields",
    [
        ".".join(["projects"] * 7_000),
        ",".join(["name"] * 10_000),
        "(" * 5_000,
        ")" * 5_000 + "|" * 5_000,
        "." * 10_000,
        "," * 10_000,
    ],
    ids=range(6),
)
def test_other_long_lists_of_fields_are_read_at_once(sandbox, task, fields):
    assert sandbox.call("GET", f"/tasks/{task}?opt_fields={fields}").status_code == 200
    assert sandbox.requests()[-1]["milliseconds"] < 2000


def test_groups_may_be_nested_and_follow_each_other(sandbox, task):
    fields = "(name|projects.(name|team.(name|gid))|(followers|assignee).(email|name))"
    record = sandbox.get(f"/tasks/{task}", opt_fields=fields)
    assert sorted(record) == ["assignee", "followers", "gid", "name", "projects"]
    assert sorted(record["assignee"]) == ["email", "gid", "name"]
    assert sorted(record["projects"][0]["team"]) == ["gid", "name"]
