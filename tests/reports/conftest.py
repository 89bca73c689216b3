"""Managers at the reports of the company."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.support.people import ADA, BEN, MIA, ReportBrowser, make_manager


@pytest.fixture
def omar(connect) -> ReportBrowser:
    """An admin of the workspace."""
    browser = Client()
    browser.force_login(connect(4, "Omar"))
    return ReportBrowser(browser)


@pytest.fixture
def mias(mia) -> ReportBrowser:
    """Mia, who manages Ada and Ben, and may see everybody's hours in Asana."""
    make_manager(MIA, {ADA: "Ada", BEN: "Ben"})
    return ReportBrowser(mia)
