"""Every operation that the sandbox serves, in an order in which all of them can be called.

One list for all SDKs: `values` are by the names of the SDKs' parameters, `$name` stands for the gid
that a step before has saved under this name.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

# Omar administers the studio.
TOKEN = "sandbox-omar"
STUDIO, TEAM = "1200000000000001", "1203000000000001"
ADA, PROJECT, TASK = "1201000000000001", "1204000000000001", "1205000000000001"


@dataclass(frozen=True)
class Step:
    """A call of one operation; `opts` are its optional parameters."""

    operation: str
    values: dict[str, Any] = field(default_factory=dict)
    opts: dict[str, Any] = field(default_factory=dict)
    saves: str = ""


def body(**values: Any) -> dict[str, Any]:
    return {"body": {"data": values}}


def steps(target: str) -> list[dict[str, Any]]:
    """Return all steps; `target` is an address that answers the handshake of webhooks."""
    return [asdict(step) for step in [*_people(), *_work(), *_time(), *_planning(), *_rest(target)]]


def _people() -> list[Step]:
    of_studio = {"workspace_gid": STUDIO}
    return [
        Step("getUser", {"user_gid": "me"}, saves="me"),
        Step("getUsers", {}, {"workspace": STUDIO, "limit": 5}),
        Step("getUsersForWorkspace", of_studio),
        Step("getUsersForTeam", {"team_gid": TEAM}),
        Step("updateUser", {**body(name="Omar"), "user_gid": "me"}),
        Step("getWorkspaces", {}, {"limit": 5}),
        Step("getWorkspace", of_studio),
        Step("updateWorkspace", {**body(name="Studio"), **of_studio}),
        Step("getWorkspaceMembershipsForWorkspace", of_studio, {"user": "me"}, "membership"),
        Step("getWorkspaceMembershipsForUser", {"user_gid": "me"}),
        Step("getWorkspaceMembership", {"workspace_membership_gid": "$membership"}),
        Step("getTeamsForWorkspace", of_studio),
        Step("getTeamsForUser", {"user_gid": ADA, "organization": STUDIO}),
        Step(
            "createOooEntry",
            body(user="me", workspace=STUDIO, start_date="2026-12-24", end_date="2026-12-31"),
            saves="ooo",
        ),
        Step("getOooEntries", {"user": "me", "workspace": STUDIO}, {"limit": 5}),
        Step("getOooEntry", {"ooo_entry_gid": "$ooo"}),
        Step("updateOooEntry", {**body(end_date="2027-01-02"), "ooo_entry_gid": "$ooo"}),
        Step("deleteOooEntry", {"ooo_entry_gid": "$ooo"}),
    ]


def _work() -> list[Step]:
    of_studio = {"workspace_gid": STUDIO}
    return [
        Step("createProject", body(name="New", workspace=STUDIO), saves="project"),
        Step("createProjectForWorkspace", {**body(name="x"), **of_studio}, saves="other"),
        Step("getProject", {"project_gid": "$project"}, {"opt_fields": "name,members.name"}),
        Step("getProjects", {}, {"workspace": STUDIO, "archived": False}),
        Step("getProjectsForWorkspace", of_studio, {"archived": False, "limit": 5}),
        Step("updateProject", {**body(notes="Notes"), "project_gid": "$project"}),
        Step("createTask", body(name="A task", projects=["$project"]), saves="task"),
        Step("getTask", {"task_gid": "$task"}),
        Step("getTasks", {}, {"project": "$project", "completed_since": "now"}),
        Step("getTasksForProject", {"project_gid": "$project"}),
        Step("updateTask", {**body(assignee="me", completed=True), "task_gid": "$task"}),
        Step("searchTasksForWorkspace", of_studio, {"text": "task", "completed": True}),
        Step("typeaheadForWorkspace", {**of_studio, "resource_type": "task"}, {"query": "a"}),
        Step("getUserTaskListForUser", {"user_gid": "me", "workspace": STUDIO}, saves="task_list"),
        Step("getUserTaskList", {"user_task_list_gid": "$task_list"}),
        Step("getTasksForUserTaskList", {"user_task_list_gid": "$task_list"}),
    ]


def _time() -> list[Step]:
    week = {"start_date": "2027-01-04", "end_date": "2027-01-10"}
    return [
        Step("createTimeTrackingCategory", body(workspace=STUDIO, name="Travel"), saves="category"),
        Step("getTimeTrackingCategories", {"workspace": STUDIO}),
        Step("getTimeTrackingCategory", {"time_tracking_category_gid": "$category"}),
        Step(
            "updateTimeTrackingCategory",
            {**body(color="aqua"), "time_tracking_category_gid": "$category"},
        ),
        Step(
            "createTimeTrackingEntry",
            {
                **body(duration_minutes=30, entered_on="2027-01-05", categories=["$category"]),
                "task_gid": "$task",
            },
            saves="entry",
        ),
        Step("getTimeTrackingEntry", {"time_tracking_entry_gid": "$entry"}),
        Step("getTimeTrackingEntriesForTask", {"task_gid": "$task"}, {"limit": 5}),
        Step("getTimeTrackingEntries", {}, {"task": "$task"}),
        Step(
            "getTimeTrackingEntriesForTimeTrackingCategory",
            {"time_tracking_category_gid": "$category"},
        ),
        Step(
            "updateTimeTrackingEntry",
            {**body(duration_minutes=45), "time_tracking_entry_gid": "$entry"},
        ),
        Step(
            "createTimesheetApprovalStatus",
            body(user="$me", workspace=STUDIO, **week),
            saves="timesheet",
        ),
        Step("getTimesheetApprovalStatus", {"timesheet_approval_status_gid": "$timesheet"}),
        Step(
            "getTimesheetApprovalStatuses",
            {"workspace": STUDIO},
            {"user": "me", "from_date": "2027-01-04"},
        ),
        Step(
            "updateTimesheetApprovalStatus",
            {
                **body(approval_status="submitted"),
                "timesheet_approval_status_gid": "$timesheet",
            },
        ),
        Step(
            "updateTimesheetApprovalStatus",
            {**body(approval_status="draft"), "timesheet_approval_status_gid": "$timesheet"},
        ),
    ]


def _planning() -> list[Step]:
    days = {"start_date": "2027-01-04", "end_date": "2027-01-08"}
    effort = {"effort": {"type": "hours", "value": 4}}
    return [
        Step(
            "createBudget",
            body(parent="$project", budget_type="time", total={"enabled": True, "value": 600}),
            saves="budget",
        ),
        Step("getBudgets", {"parent": "$project"}),
        Step("getBudget", {"budget_gid": "$budget"}),
        Step(
            "updateBudget",
            {**body(total={"enabled": True, "value": 900}), "budget_gid": "$budget"},
        ),
        Step("deleteBudget", {"budget_gid": "$budget"}),
        Step("createRate", body(parent="$project", resource="$me", rate=90), saves="rate"),
        Step("getRates", {}, {"parent": "$project"}),
        Step("getRate", {"rate_gid": "$rate"}),
        Step("updateRate", {**body(rate=95), "rate_gid": "$rate"}),
        Step("deleteRate", {"rate_gid": "$rate"}),
        Step(
            "createAllocation",
            body(parent="$project", assignee="$me", **days, **effort),
            saves="allocation",
        ),
        Step("getAllocations", {}, {"parent": "$project"}),
        Step("getAllocation", {"allocation_gid": "$allocation"}),
        Step(
            "updateAllocation",
            {**body(end_date="2027-01-15"), "allocation_gid": "$allocation"},
        ),
        Step("deleteAllocation", {"allocation_gid": "$allocation"}),
    ]


def _rest(target: str) -> list[Step]:
    action = {"relative_path": "/users/me", "method": "get"}
    return [
        Step("createBatchRequest", body(actions=[action])),
        Step("getEvents", {"resource": "$task"}, {"sync": "$sync"}),
        Step("getWorkspaceEvents", {"workspace_gid": STUDIO}, {"sync": "$workspace_sync"}),
        Step("createWebhook", body(resource="$task", target=target), saves="webhook"),
        Step("getWebhooks", {"workspace": STUDIO}),
        Step("getWebhook", {"webhook_gid": "$webhook"}),
        Step(
            "updateWebhook",
            {**body(filters=[{"action": "changed"}]), "webhook_gid": "$webhook"},
        ),
        Step("deleteWebhook", {"webhook_gid": "$webhook"}),
        Step("deleteTimeTrackingEntry", {"time_tracking_entry_gid": "$entry"}),
        Step("deleteTimeTrackingCategory", {"time_tracking_category_gid": "$category"}),
        Step("deleteTask", {"task_gid": "$task"}),
        Step("deleteProject", {"project_gid": "$project"}),
    ]
