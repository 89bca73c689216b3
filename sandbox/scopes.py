"""Granular scopes: which operation needs which, and what a record shows without the others.

https://developers.asana.com/docs/oauth-scopes. A token with `default` may do everything, a personal
token too. An operation that the documentation gives no scope needs `default`.
"""

from __future__ import annotations

import re
from functools import cache

from django.http import HttpRequest

from sandbox import operations
from sandbox.access import FULL_SCOPE, Viewer
from sandbox.envelope import API_ROOT
from sandbox.errors import ApiError
from sandbox.fields import COMPACT, FieldTree, Resource

IDENTITY_SCOPES = ("openid", "email", "profile")
# What records show of each other in any case.
ALWAYS_SHOWN = frozenset(("gid", "name", "title", "resource_type", "resource_subtype"))

# By the first part of the operation's name: that of a read, a write or a deletion is added.
_READ = {
    "getOooEntries": "ooo_entries",
    "getOooEntry": "ooo_entries",
    "getProject": "projects",
    "getProjects": "projects",
    "getProjectsForWorkspace": "projects",
    "getTask": "tasks",
    "getTasks": "tasks",
    "getTasksForProject": "tasks",
    "getTasksForUserTaskList": "tasks",
    "searchTasksForWorkspace": "tasks",
    "getUserTaskList": "tasks",
    "getUserTaskListForUser": "tasks",
    "getTeamsForUser": "teams",
    "getTeamsForWorkspace": "teams",
    "getTimeTrackingCategories": "time_tracking_categories",
    "getTimeTrackingCategory": "time_tracking_categories",
    "getTimeTrackingEntriesForTimeTrackingCategory": "time_tracking_categories",
    "getTimeTrackingEntries": "time_tracking_entries",
    "getTimeTrackingEntriesForTask": "time_tracking_entries",
    "getTimeTrackingEntry": "time_tracking_entries",
    "getTimesheetApprovalStatus": "timesheet_approval_statuses",
    "getTimesheetApprovalStatuses": "timesheet_approval_statuses",
    "typeaheadForWorkspace": "workspaces.typeahead",
    "getUser": "users",
    "getUsers": "users",
    "getUsersForTeam": "users",
    "getUsersForWorkspace": "users",
    "getWebhook": "webhooks",
    "getWebhooks": "webhooks",
    "getWorkspace": "workspaces",
    "getWorkspaces": "workspaces",
}
_WRITE = {
    "createOooEntry": "ooo_entries",
    "updateOooEntry": "ooo_entries",
    "createProject": "projects",
    "createProjectForWorkspace": "projects",
    "updateProject": "projects",
    "createTask": "tasks",
    "updateTask": "tasks",
    "createTimeTrackingCategory": "time_tracking_categories",
    "updateTimeTrackingCategory": "time_tracking_categories",
    "createTimesheetApprovalStatus": "timesheet_approval_statuses",
    "updateTimesheetApprovalStatus": "timesheet_approval_statuses",
    "createWebhook": "webhooks",
    "updateWebhook": "webhooks",
}
_DELETE = {
    "deleteOooEntry": "ooo_entries",
    "deleteProject": "projects",
    "deleteTask": "tasks",
    "deleteTimeTrackingCategory": "time_tracking_categories",
    "deleteWebhook": "webhooks",
}
SCOPES = {
    name: f"{resource}:{act}"
    for act, names in (("read", _READ), ("write", _WRITE), ("delete", _DELETE))
    for name, resource in names.items()
}


def known_scopes() -> frozenset[str]:
    """Return all scopes that the sandbox knows."""
    return frozenset((FULL_SCOPE, *IDENTITY_SCOPES, *SCOPES.values(), "project_sections:read"))


def require(viewer: Viewer, request: HttpRequest) -> None:
    """Raise `ApiError` 403 if the viewer's token lacks the scope of the operation."""
    if FULL_SCOPE in viewer.scopes:
        return
    match = request.resolver_match
    name = _names_by_route().get((request.method or "", _generic(match.route if match else "")))
    scope = SCOPES.get(name or "", FULL_SCOPE)
    if scope not in viewer.scopes:
        raise missing_scope(scope)


def missing_scope(scope: str) -> ApiError:
    """Return the 403 for a token that lacks a scope; Asana's words are not documented."""
    return ApiError(403, f"Your app lacks the scope {scope} for this request.")


def restrict(tree: FieldTree, resource: Resource, viewer: Viewer, *, explicit: bool) -> FieldTree:
    """Return what the viewer's token may show of a record.

    Raises `ApiError` 403 for a field that was asked for by name (`explicit`) and needs another
    scope.
    """
    if FULL_SCOPE in viewer.scopes:
        return tree
    if COMPACT in tree:
        compact: FieldTree = {name: {COMPACT: {}} for name in resource.compact}
        tree = {**compact, **{name: tree[name] for name in tree if name != COMPACT}}
        named = set(tree) - set(resource.compact) if explicit else set[str]()
    else:
        named = set(tree) if explicit else set[str]()
    return {
        name: restricted
        for name, subtree in tree.items()
        if (restricted := _restrict_field(name, subtree, resource, viewer, name in named))
        is not None
    }


def _restrict_field(
    name: str, subtree: FieldTree, resource: Resource, viewer: Viewer, is_named: bool
) -> FieldTree | None:
    field = resource.fields.get(name)
    if field is None:
        return subtree
    if field.scope and not viewer.has_scope(field.scope):
        if is_named:
            raise missing_scope(field.scope)
        return None
    if field.resource is None:
        return subtree
    nested = field.resource
    if not nested.scope or viewer.has_scope(nested.scope):
        return restrict(subtree, nested, viewer, explicit=is_named)
    if set(subtree) - ALWAYS_SHOWN - {COMPACT}:
        raise missing_scope(nested.scope)
    names = set(subtree) - {COMPACT}
    shown = [it for it in nested.compact if it in ALWAYS_SHOWN] if COMPACT in subtree else []
    return {it: {COMPACT: {}} for it in (*shown, *names)}


@cache
def _names_by_route() -> dict[tuple[str, str], str]:
    return {
        (operation.method, _generic(f"{API_ROOT}{operation.path}"[1:])): operation.name
        for operation in operations.all_operations()
    }


def _generic(route: str) -> str:
    return re.sub(r"<\w+>|{\w+}", "*", route)
