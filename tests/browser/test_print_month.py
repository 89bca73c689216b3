"""A printed month is one page, whatever was worked on."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from playwright.sync_api import Page

from tests.sandbox_process import Sandbox
from tests.support.people import WORKSPACE
from timesheet.domain.date_range import DateRange

PROJECTS = 24


def test_the_longest_month_with_the_most_projects_is_one_page(
    signed_in: Callable[..., Page], app: str, sandbox: Sandbox
):
    month = DateRange.month_of(date.today()).previous  # noqa: DTZ011
    while month.length < 31:
        month = month.previous
    work_on_everything(sandbox, month)
    page = signed_in("Ada")
    page.goto(f"{app}/{WORKSPACE}/reports/month/{month.start:%Y-%m}/")
    assert page.locator(".sums span").count() >= PROJECTS
    for landscape in (False, True):
        pdf = page.pdf(prefer_css_page_size=True, print_background=True, landscape=landscape)
        assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1


def work_on_everything(sandbox: Sandbox, month: DateRange) -> None:
    """Adds eight projects with long names to each day of Ada's month."""
    numbers = range(PROJECTS)
    projects = [
        {"key": f"p{n}", "name": f"Annual report and website, part {n}", "workspace": WORKSPACE}
        for n in numbers
    ]
    tasks = [{"key": f"t{n}", "name": f"Texts {n}", "projects": [f"p{n}"]} for n in numbers]
    entries = [
        {
            "task": f"t{(day.day * 8 + n) % PROJECTS}",
            "person": "ada",
            "duration_minutes": 20,
            "entered_on": day.isoformat(),
        }
        for day in month.days
        for n in range(8)
    ]
    sandbox.add_data(projects=projects, tasks=tasks, entries=entries)
