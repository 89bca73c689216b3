"""Imports go downwards only. An arrow that is wrong here means code that is in the wrong place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# A module whose name begins with the first may import nothing that begins with one of the others.
FORBIDDEN: dict[str, tuple[str, ...]] = {
    "accounts": ("timesheet", "sandbox", "bench"),
    "accounts.asana": ("django", "authlib", "environs", "accounts"),
    "timesheet": ("sandbox", "bench"),
    "timesheet.domain": ("django", "requests", "authlib", "accounts", "timesheet"),
    "sandbox": ("accounts", "timesheet", "bench"),
}
ALLOWED: dict[str, tuple[str, ...]] = {
    "accounts.asana": ("accounts.asana",),
    "timesheet.domain": ("accounts.asana.records", "timesheet.domain"),
}
# Only these may import the library.
ONLY: dict[str, str] = {
    "requests": "accounts.asana.transport",
    "authlib": "accounts.sign_in.oauth",
}
# Packages of the timesheet, lowest floor first: each imports from its own and lower floors only.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("domain",),
    ("models",),
    ("core",),
    ("sheets",),
    ("journal",),
)
# What handles requests; all other modules know nothing of it.
HTTP = ("django.http", "django.shortcuts")


def within(name: str, prefix: str) -> bool:
    return name == prefix or name.startswith(f"{prefix}.")


def imports(source: str) -> Iterator[str]:
    """Every imported name, wherever in the file it is imported."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def wrong(module: str, source: str) -> list[str]:
    """The imports of `module` that point upwards or sideways."""
    return [name for name in imports(source) if _upwards(module, name) or _reserved(module, name)]


def _upwards(module: str, name: str) -> bool:
    return any(
        within(module, owner)
        and any(within(name, prefix) for prefix in prefixes)
        and not any(within(name, prefix) for prefix in ALLOWED.get(owner, ()))
        for owner, prefixes in FORBIDDEN.items()
    )


def _reserved(module: str, name: str) -> bool:
    ours = within(module, "accounts") or within(module, "timesheet")
    return ours and any(within(name, prefix) and module != owner for prefix, owner in ONLY.items())


def modules() -> dict[str, str]:
    files = [
        path
        for package in ("accounts", "timesheet", "sandbox")
        for path in (ROOT / package).rglob("*.py")
    ]
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): path.read_text() for path in files
    }


@pytest.mark.parametrize(("module", "source"), modules().items(), ids=modules())
def test_imports_go_downwards(module, source):
    assert wrong(module, source) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("accounts.asana.client", "from django.conf import settings"),
        ("accounts.asana.client", "from accounts.models import User"),
        ("accounts.sign_in.views", "def view():\n    from timesheet import clock"),
        ("accounts.connections.service", "import requests"),
        ("timesheet.domain.grid", "import django.utils.timezone"),
        ("timesheet.domain.grid", "from timesheet.models import Edit"),
        ("timesheet.week.edits", "from django.shortcuts import render"),
        ("timesheet.week.views.week", "from accounts.asana.client import Client"),
        ("timesheet.settings", "if TYPE_CHECKING:\n    from sandbox import settings"),
        ("sandbox.api", "from accounts.asana import records"),
    ],
)
def test_an_import_that_goes_upwards_is_found(module, source):
    assert wrong(module, source)


def test_packages_have_no_code_of_their_own():
    packages = [path for path in ROOT.glob("*/**/__init__.py") if ".venv" not in path.parts]
    assert packages
    assert [path for path in packages if path.read_text()] == []


def test_only_the_clock_reads_the_time_in_the_timesheet():
    reading = ("timezone.now(", "timezone.localdate(", "datetime.now(", "date.today(")
    found = {
        module
        for module, source in modules().items()
        if within(module, "timesheet") and any(call in source for call in reading)
    }
    assert found == {"timesheet.core.clock"}
