"""A printed month is one page."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from playwright.sync_api import Page

from tests.support.people import WORKSPACE
from timesheet.domain.date_range import DateRange


def test_the_longest_month_is_one_page(signed_in: Callable[..., Page], app: str):
    month = DateRange.month_of(date.today()).previous  # noqa: DTZ011
    while month.length < 31:
        month = month.previous
    page = signed_in("Ada")
    page.goto(f"{app}/{WORKSPACE}/reports/month/{month.start:%Y-%m}/")
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
