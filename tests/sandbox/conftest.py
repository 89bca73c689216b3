"""What the tests of the sandbox talk about: gids by name, and a day nobody has logged on."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.sandbox_process import Sandbox


@pytest.fixture
def monday() -> date:
    # The sandbox's days are this machine's.
    today = date.today()  # noqa: DTZ011
    return today - timedelta(days=today.weekday())


@pytest.fixture
def studio(sandbox: Sandbox) -> str:
    return sandbox.get("/workspaces")[0]["gid"]


@pytest.fixture
def task(sandbox: Sandbox, studio: str) -> str:
    """One of Ada's, in one project."""
    tasks = sandbox.get(
        "/tasks", assignee="me", workspace=studio, opt_fields="projects", completed_since="now"
    )
    return next(task["gid"] for task in tasks if len(task["projects"]) == 1)


@pytest.fixture
def entry(sandbox: Sandbox, task: str, monday: date) -> dict:
    """An hour of Ada's on this week's Sunday."""
    return sandbox.post(
        f"/tasks/{task}/time_tracking_entries",
        duration_minutes=60,
        entered_on=str(monday + timedelta(days=6)),
    )
