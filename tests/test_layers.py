"""Imports go downwards only. An arrow that is wrong here means code that is in the wrong place."""

from __future__ import annotations

import pytest

from tests.source_code import Module, modules, within

# Lowest floor first. What is on a floor may import from those below it and from itself, and not
# from its neighbours on the same floor.
FLOORS: dict[str, list[tuple[str, ...]]] = {
    "accounts": [
        ("asana",),
        ("request_context",),
        ("encrypted_field",),
        ("caching", "lookups"),
        ("models",),
        ("forms", "problems", "audit", "heartbeats"),
        ("sessions",),
        ("sign_in",),
        ("workspaces",),
        ("connections",),
        ("setup",),
        ("http",),
        ("access",),
        ("middleware",),
    ],
    "timesheet": [
        ("domain",),
        ("core",),
        ("models",),
        ("sheets",),
        ("journal",),
        ("team", "web", "admin.roles", "admin.unsynced"),
        ("reminders", "reports"),
        (
            *("week", "admin.connections", "admin.audit", "admin.health", "admin.policy"),
            *("admin.reporting_connection", "admin.capacity", "me", "projects"),
            "scheduled_reports",
        ),
        ("admin.backups", "admin.doctor", "admin.home", "timer"),
    ],
}
# What each package may not import, and what of that it still may.
FORBIDDEN: dict[str, tuple[str, ...]] = {
    "accounts": ("timesheet", "sandbox", "bench"),
    "accounts.asana": ("django", "authlib", "environs", "accounts"),
    "timesheet": ("sandbox", "bench"),
    "timesheet.domain": ("django", "requests", "authlib", "accounts"),
    "sandbox": ("accounts", "timesheet", "bench"),
}
ALLOWED: dict[str, tuple[str, ...]] = {
    "accounts.asana": ("accounts.asana",),
    "timesheet.domain": ("accounts.asana.records",),
}
# Only these may import the library.
ONLY = {"requests": "accounts.asana.transport", "authlib": "accounts.sign_in.oauth"}
# What handles requests: all but views, and but for these, know nothing of it.
HTTP = ("django.http", "django.shortcuts")
KNOW_HTTP = (
    *("accounts.http", "accounts.access", "accounts.middleware"),
    *("timesheet.web.middleware", "timesheet.web.context_processors", "timesheet.web.downloads"),
    *("timesheet.core.debug_filter", "timesheet.reports.decorators", "accounts.sign_in.pending"),
    "timesheet.timer.context_processors",
)
# Modules of views and of their addresses, beside those called so.
VIEWS = ("views", "urls", "home", "probes", "csp_reports")


def is_view(name: str) -> bool:
    """Whether a module, or something imported from one, is of views or of their addresses."""
    return any(
        part in VIEWS or (part.endswith("_views") and part != "saved_views")
        for part in name.split(".")
    )


def floor(name: str) -> tuple[int, str]:
    """How high it is in its app, and the package that is on that floor."""
    app, _, rest = name.partition(".")
    floors = FLOORS[app]
    for height, packages in enumerate(floors):
        for package in packages:
            if within(rest, package):
                above = app == "accounts" and is_view(name)
                return (len(floors), name) if above else (height, package)
    return len(floors), name


def upwards(module: Module) -> list[str]:
    """Imports from a higher floor, or from another package on the same one."""
    app = module.name.partition(".")[0]
    height, package = floor(module.name)
    found = []
    for name in module.imports:
        if not within(name, app) or height == len(FLOORS[app]):
            continue
        its_height, its_package = floor(name)
        if its_height > height or (its_height == height and its_package != package):
            found.append(name)
    return found


def forbidden(module: Module) -> list[str]:
    """Imports of what is not for this package, or for one module alone."""
    ours = within(module.name, "accounts", "timesheet")
    return [
        name
        for name in module.imports
        if any(
            within(module.name, owner)
            and within(name, *prefixes)
            and not within(name, *ALLOWED.get(owner, ()))
            for owner, prefixes in FORBIDDEN.items()
        )
        or (ours and any(within(name, it) and module.name != owner for it, owner in ONLY.items()))
    ]


def about_requests(module: Module) -> list[str]:
    """Imports of views and of what handles requests, in modules that are no views."""
    if is_view(module.name):
        return []
    return [
        name
        for name in module.imports
        if (within(name, *HTTP) and module.name not in KNOW_HTTP)
        or (within(name, "accounts", "timesheet") and is_view(name))
    ]


RULES = {rule.__name__: rule for rule in (upwards, forbidden, about_requests)}


@pytest.mark.parametrize("rule", RULES)
def test_no_import_goes(rule):
    packages = ["accounts", "timesheet"] + (["sandbox"] if rule == "forbidden" else [])
    found = {module.name: RULES[rule](module) for module in modules(*packages)}
    assert len(found) > 150
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(
    ("rule", "name", "source"),
    [
        ("forbidden", "accounts.asana.client", "from django.conf import settings"),
        ("forbidden", "accounts.asana.client", "from accounts.models import User"),
        ("forbidden", "accounts.sign_in.views", "def view():\n    from timesheet import clock"),
        ("forbidden", "accounts.connections.service", "import requests"),
        ("forbidden", "accounts.connections.service", "from authlib.common import errors"),
        ("forbidden", "timesheet.domain.grid", "import django.utils.timezone"),
        ("forbidden", "timesheet.settings", "if TYPE_CHECKING:\n    from sandbox import settings"),
        ("forbidden", "timesheet.worker", "from bench.torture import run"),
        ("forbidden", "sandbox.api", "from accounts.asana import records"),
        ("upwards", "timesheet.domain.grid", "from timesheet.models import Edit"),
        ("upwards", "timesheet.models.rows", "from timesheet.sheets.rows import pin"),
        ("upwards", "timesheet.team.views", "from timesheet.admin.roles.views import roles"),
        ("upwards", "timesheet.journal.store", "from timesheet import worker"),
        ("upwards", "accounts.sign_in.oauth", "from accounts.connections import service"),
        ("upwards", "accounts.models.people", "import accounts.audit"),
        ("about_requests", "timesheet.week.edits", "from django.shortcuts import render"),
        ("about_requests", "timesheet.journal.store", "from timesheet.journal.views import status"),
        ("about_requests", "accounts.setup.service", "import django.http"),
    ],
)
def test_an_import_that_goes_there_is_found(rule, name, source):
    assert RULES[rule](Module(name, source))
