"""What the served operations do beyond their description, with the source of each behaviour.

`coverage` writes a table of it.
"""

from __future__ import annotations

SOURCES = {
    "official": "Asana's OpenAPI description, reference or guides",
    "observed": "seen at the real Asana, or told by Asana's staff or users with its own words",
    "our choice": "not documented; decided here, often with a setting",
}

Behaviour = tuple[str, str]

EVERYWHERE: tuple[Behaviour, ...] = (
    ("Personal tokens and OAuth tokens; 401 without one", "official"),
    ("The words of a 401 for an unknown and for an expired token", "observed"),
    ("Granular scopes, by operation and by field; a missing one is a 403", "official"),
    ("The words of that 403", "our choice"),
    ("`limit`, `offset`, `next_page`; 1 to 100 a page", "official"),
    ("Without `limit` up to 1,000 records, then a 400", "observed"),
    ("An offset is for one person, one address and its filters, for 15 minutes", "our choice"),
    ("`opt_fields`, `opt_pretty`, `options` in a body; opt-in fields only by name", "official"),
    ("Unknown names in `opt_fields` are left out", "our choice"),
    ("400 for a missing input, a wrong gid, an unknown field: the words", "observed"),
    ("404 for an unknown object, 403 for a hidden one", "observed"),
    ("404 for an unknown address or method, before the token is checked", "observed"),
    ("Order of checks: token, limits, scope, form, plan, existence, access, values", "our choice"),
    ("1,500 or 150 requests a minute, 50 reads and 15 writes at once", "official"),
    ("No `Retry-After` for too many at once", "observed"),
    ("View-only people write nothing", "our choice"),
    ("`photo` of a user: six sizes, or null", "official"),
    ("Four of five people have one, drawn by the sandbox", "our choice"),
    ("A body has at most 10 MB", "our choice"),
)

_ENTRY_WRITE: tuple[Behaviour, ...] = (
    ("402 without time tracking; 402 for a field of the add-on", "official"),
    ("Which fields need the add-on", "observed"),
    ("Submitted and approved weeks are locked (`lock_approved`)", "our choice"),
)
_OWN_OR_ADMIN: Behaviour = ("The author or an admin may", "our choice")
_VISIBLE_TIME: Behaviour = ("One's own time; all of it for admins and reviewers", "observed")
_ADMINS: Behaviour = ("Only admins may", "official")
_TASK_WRITE: tuple[Behaviour, ...] = (
    ("All documented fields but custom fields, tags and custom types, which are a 400", "official"),
    ("Everybody who sees the task may, but view-only people", "our choice"),
    ("A start date needs a due date", "official"),
)
_PROJECT_WRITE: tuple[Behaviour, ...] = (
    ("`Asana-Change` for the deprecated `team`", "official"),
    ("The name in that header", "our choice"),
    ("Custom fields are a 400", "our choice"),
)
_CATEGORY: Behaviour = ("402 without time tracking", "official")
_TIMESHEET_ROLES: Behaviour = ("Owners submit and recall, reviewers decide", "official")
_WEBHOOK: tuple[Behaviour, ...] = (
    ("One's own webhooks of the same app; others are a 403", "our choice"),
)
_PLANNING_PLAN: Behaviour = ("402 without the add-on", "official")
_BUDGET_ACCESS: Behaviour = ("For project owners and admins; a 403 for others", "our choice")
_ALLOCATION: tuple[Behaviour, ...] = (
    ("402 without time tracking", "our choice"),
    ("Hours are hours a working day", "our choice"),
)

BEHAVIOURS: dict[str, tuple[Behaviour, ...]] = {
    "createBatchRequest": (
        ("1 to 10 actions, always 200 with a result for each, no batch in a batch", "official"),
        ("Each action counts in both limits, and one too many is a 429 for all", "official"),
        ("The actions run one after the other", "our choice"),
    ),
    "getEvents": (
        ("412 with a new token without a valid one; 24 hours; 100 events", "official"),
        ("Changes of tasks are heard at their projects and above", "official"),
        ("Time entries cause no events", "our choice"),
        ("A token stays valid when it was used", "official"),
    ),
    "getWorkspaceEvents": (
        ("1,000 events", "official"),
        ("412 as for other streams", "our choice"),
        ("Everybody hears of what they may see", "our choice"),
    ),
    "createWebhook": (
        ("The handshake, and `X-Hook-Secret` in the response", "official"),
        ("Signed deliveries, heartbeats, 24 hours of retries", "official"),
        ("Pauses between retries: a second, doubled up to an hour", "our choice"),
        ("Targets on this machine are allowed (`local_webhooks`)", "our choice"),
        ("The limits of 1,000 and 10,000", "official"),
    ),
    "getWebhook": _WEBHOOK,
    "getWebhooks": (("Only one's own of this app", "official"),),
    "updateWebhook": (("Replaces all filters", "official"), *_WEBHOOK),
    "deleteWebhook": _WEBHOOK,
    "createTask": (
        *_TASK_WRITE,
        ("Workspace from projects or parent", "official"),
        ("The creator follows it", "our choice"),
    ),
    "updateTask": (*_TASK_WRITE, ("An approval is completed when it is decided", "official")),
    "deleteTask": (
        ("Deletes subtasks and time too, at once; Asana has a trash", "our choice"),
        ("Everybody who sees the task may, but view-only people", "our choice"),
    ),
    "getTasks": (
        ("Exactly one of project, section, tag, task list, or assignee and workspace", "observed"),
    ),
    "searchTasksForWorkspace": (
        ("402 for a free plan: the words", "observed"),
        ("No pages; up to 100 tasks; 60 a minute (`searches_per_minute`)", "official"),
        ("Lags behind (`search_lag_seconds`)", "official"),
        ("Unknown parameters are ignored", "observed"),
        ("`commented_on_by.any`, and `null` as a value", "our choice"),
        ("A text matches if each of its words is in the name or notes", "our choice"),
        ("Relevance and likes sort as the latest change", "our choice"),
        ("`before` and `after` leave out the day itself", "our choice"),
    ),
    "createProject": (
        *_PROJECT_WRITE,
        ("The creator is its owner and a member", "our choice"),
        ("A team is optional, though the description asks for one", "our choice"),
    ),
    "createProjectForWorkspace": _PROJECT_WRITE,
    "updateProject": (*_PROJECT_WRITE, ("Guests only as members", "our choice")),
    "deleteProject": (("Its tasks stay", "our choice"), ("Guests only as members", "our choice")),
    "getProjects": (("Archived ones too, unless `archived` is sent", "official"),),
    "createTimeTrackingEntry": (
        *_ENTRY_WRITE,
        ("In the name of the token's owner", "official"),
        ("A task in one project has its time attributed to that", "official"),
    ),
    "updateTimeTrackingEntry": (*_ENTRY_WRITE, _OWN_OR_ADMIN),
    "deleteTimeTrackingEntry": (*_ENTRY_WRITE[::2], _OWN_OR_ADMIN),
    "getTimeTrackingEntry": (_VISIBLE_TIME,),
    "getTimeTrackingEntriesForTask": (_VISIBLE_TIME, ("In the order of creation", "our choice")),
    "getTimeTrackingEntries": (
        _VISIBLE_TIME,
        ("Filters are all applied; none is a 400", "our choice"),
        ("`workspace` needs a date", "official"),
        ("Both dates are inclusive", "observed"),
        ("More fields than documented (`strict_list_fields`)", "observed"),
    ),
    "getTimeTrackingEntriesForTimeTrackingCategory": (_VISIBLE_TIME,),
    "getTimeTrackingCategories": (
        _CATEGORY,
        ("Archived ones only with `is_archived`", "official"),
    ),
    "getTimeTrackingCategory": (_CATEGORY,),
    "createTimeTrackingCategory": (_CATEGORY, _ADMINS, ("The color is none", "our choice")),
    "updateTimeTrackingCategory": (_CATEGORY, _ADMINS),
    "deleteTimeTrackingCategory": (_CATEGORY, _ADMINS, ("Its entries stay", "our choice")),
    "createTimesheetApprovalStatus": (
        ("402 without the add-on; a Monday and the Sunday after it", "official"),
        ("Starts as DRAFT; a second one for a week is a 400", "our choice"),
    ),
    "updateTimesheetApprovalStatus": (
        _TIMESHEET_ROLES,
        ("Reviewers may reopen, owners submit again", "our choice"),
    ),
    "getTimesheetApprovalStatuses": (
        ("Needs user and date, or not (`timesheets_need_user`): sources disagree", "official"),
    ),
    "typeaheadForWorkspace": (
        ("Own and followed tasks first, projects by recency", "official"),
        ("Words match the starts of words", "our choice"),
    ),
    "getOooEntries": (("Everybody of the workspace sees them", "our choice"),),
    "createOooEntry": (("One's own, admins for all", "our choice"),),
    "updateOooEntry": (("One's own, admins for all", "our choice"),),
    "deleteOooEntry": (("One's own, admins for all", "our choice"),),
    "updateUser": (("Oneself, or anyone of a workspace one administers", "our choice"),),
    "updateWorkspace": (("Only the name", "official"), ("Only admins may", "our choice")),
    "getUsersForTeam": (("Sorted by name; no `limit`", "official"),),
    "getUsersForWorkspace": (("Sorted by name; no `limit`", "official"),),
    **dict.fromkeys(
        ("getBudgets", "getBudget", "createBudget", "updateBudget", "deleteBudget"),
        (_PLANNING_PLAN, _BUDGET_ACCESS),
    ),
    **dict.fromkeys(
        ("getRates", "getRate", "createRate", "updateRate", "deleteRate"),
        (_PLANNING_PLAN, _BUDGET_ACCESS),
    ),
    **dict.fromkeys(
        (
            *("getAllocations", "getAllocation", "createAllocation", "updateAllocation"),
            "deleteAllocation",
        ),
        _ALLOCATION,
    ),
}
