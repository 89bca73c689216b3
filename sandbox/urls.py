"""Every address of the sandbox; those of the API are Asana's."""

from __future__ import annotations

from django.urls import include, path

from sandbox import control, openid, pages, photos, sign_in
from sandbox.api import (
    allocations,
    batch,
    budgets,
    categories,
    entries,
    events,
    out_of_office,
    people,
    project_writes,
    projects,
    rates,
    search,
    task_writes,
    tasks,
    timesheets,
    typeahead,
    webhooks,
)
from sandbox.api_request import endpoint

handler400 = "sandbox.pages.bad_request"
handler404 = "sandbox.pages.not_found"
handler500 = "sandbox.pages.server_error"

time_urls = [
    path(
        "tasks/<task_gid>/time_tracking_entries",
        endpoint(GET=entries.list_of_task, POST=entries.create),
    ),
    path("time_tracking_entries", endpoint(GET=entries.list_filtered)),
    path(
        "time_tracking_entries/<entry_gid>",
        endpoint(GET=entries.show, PUT=entries.update, DELETE=entries.delete),
    ),
    path(
        "time_tracking_categories",
        endpoint(GET=categories.list_filtered, POST=categories.create),
    ),
    path(
        "time_tracking_categories/<category_gid>",
        endpoint(GET=categories.show, PUT=categories.update, DELETE=categories.delete),
    ),
    path(
        "time_tracking_categories/<category_gid>/time_tracking_entries",
        endpoint(GET=entries.list_of_category),
    ),
    path(
        "timesheet_approval_statuses",
        endpoint(GET=timesheets.list_filtered, POST=timesheets.create),
    ),
    path(
        "timesheet_approval_statuses/<timesheet_gid>",
        endpoint(GET=timesheets.show, PUT=timesheets.update),
    ),
]

work_urls = [
    path("tasks", endpoint(GET=tasks.list_filtered, POST=task_writes.create)),
    path(
        "tasks/<task_gid>",
        endpoint(GET=tasks.show, PUT=task_writes.update, DELETE=task_writes.delete),
    ),
    path("projects", endpoint(GET=projects.list_filtered, POST=project_writes.create)),
    path(
        "projects/<project_gid>",
        endpoint(GET=projects.show, PUT=project_writes.update, DELETE=project_writes.delete),
    ),
    path("projects/<project_gid>/tasks", endpoint(GET=tasks.list_of_project)),
    path(
        "workspaces/<workspace_gid>/projects",
        endpoint(GET=projects.list_of_workspace, POST=project_writes.create_in_workspace),
    ),
    path("workspaces/<workspace_gid>/tasks/search", endpoint(GET=search.search)),
    path("workspaces/<workspace_gid>/typeahead", endpoint(GET=typeahead.search)),
    path("users/<user_gid>/user_task_list", endpoint(GET=tasks.show_task_list_of_user)),
    path("user_task_lists/<task_list_gid>", endpoint(GET=tasks.show_task_list)),
    path("user_task_lists/<task_list_gid>/tasks", endpoint(GET=tasks.list_of_task_list)),
]

planning_urls = [
    path("budgets", endpoint(GET=budgets.list_filtered, POST=budgets.create)),
    path(
        "budgets/<budget_gid>",
        endpoint(GET=budgets.show, PUT=budgets.update, DELETE=budgets.delete),
    ),
    path("rates", endpoint(GET=rates.list_filtered, POST=rates.create)),
    path("rates/<rate_gid>", endpoint(GET=rates.show, PUT=rates.update, DELETE=rates.delete)),
    path("allocations", endpoint(GET=allocations.list_filtered, POST=allocations.create)),
    path(
        "allocations/<allocation_gid>",
        endpoint(GET=allocations.show, PUT=allocations.update, DELETE=allocations.delete),
    ),
]

people_urls = [
    path("users", endpoint(GET=people.list_users)),
    path("users/<user_gid>", endpoint(GET=people.show_user, PUT=people.update_user)),
    path("users/<user_gid>/teams", endpoint(GET=people.list_teams_of_user)),
    path("users/<user_gid>/workspace_memberships", endpoint(GET=people.list_memberships_of_user)),
    path("workspaces", endpoint(GET=people.list_workspaces)),
    path(
        "workspaces/<workspace_gid>",
        endpoint(GET=people.show_workspace, PUT=people.update_workspace),
    ),
    path("workspaces/<workspace_gid>/users", endpoint(GET=people.list_users_of_workspace)),
    path("workspaces/<workspace_gid>/teams", endpoint(GET=people.list_teams_of_workspace)),
    path(
        "workspaces/<workspace_gid>/workspace_memberships",
        endpoint(GET=people.list_memberships_of_workspace),
    ),
    path("workspace_memberships/<membership_gid>", endpoint(GET=people.show_membership)),
    path("teams/<team_gid>/users", endpoint(GET=people.list_users_of_team)),
    path("ooo_entries", endpoint(GET=out_of_office.list_of_user, POST=out_of_office.create)),
    path(
        "ooo_entries/<ooo_gid>",
        endpoint(GET=out_of_office.show, PUT=out_of_office.update, DELETE=out_of_office.delete),
    ),
]

integration_urls = [
    path("batch", endpoint(POST=batch.execute)),
    path("events", endpoint(GET=events.list_of_resource)),
    path("workspaces/<workspace_gid>/events", endpoint(GET=events.list_of_workspace)),
    path("webhooks", endpoint(GET=webhooks.list_filtered, POST=webhooks.create)),
    path(
        "webhooks/<webhook_gid>",
        endpoint(GET=webhooks.show, PUT=webhooks.update, DELETE=webhooks.delete),
    ),
    path(".well-known/openid-configuration", openid.discovery),
    path("openid_connect/userinfo", openid.user_info),
    path("openid_connect/keys", openid.keys),
]

urlpatterns = [
    path(
        "api/1.0/",
        include([*time_urls, *work_urls, *planning_urls, *people_urls, *integration_urls]),
    ),
    path("-/oauth_authorize", sign_in.authorize),
    path("-/oauth_token", sign_in.token),
    path("-/oauth_revoke", sign_in.revoke),
    path("-/token_info", sign_in.token_info),
    path(".well-known/oauth-authorization-server", sign_in.metadata),
    path("sandbox/requests", control.requests),
    path("sandbox/memberships", control.membership),
    path("sandbox/data", control.data),
    path("sandbox/people", control.people),
    path("sandbox/operations", control.all_operations),
    path("sandbox/faults", control.fault_rules),
    path("sandbox/faults/fired", control.fired),
    path("sandbox/faults/pending", control.pending),
    path("sandbox/writes", control.writes),
    path("sandbox/secrets", control.secrets),
    path("sandbox/deliveries", control.deliveries),
    path("sandbox/contract", control.contract_report),
    path("sandbox/settings", control.settings),
    path("sandbox/reset", control.reset),
    path("sandbox/snapshots", control.snapshots),
    path("sandbox/snapshots/<slug:name>", control.named_snapshot),
    path("sandbox/snapshots/<slug:name>/restore", control.restore_snapshot),
    path("sandbox/expire_tokens", control.expire_tokens),
    path("sandbox/revoke_tokens", control.revoke_tokens),
    path("sandbox/photos/<gid>/<int:size>.<slug:kind>", photos.photo),
    path("sandbox/style.css", pages.style),
    path("favicon.ico", pages.favicon),
    path("", pages.start),
]
