"""Managers at the reports of the company."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import ManagedPerson, Manager
from tests.support.people import ADA, BEN, MIA, WORKSPACE, ReportBrowser


@pytest.fixture
def omar(connect) -> ReportBrowser:
    """An admin of the workspace."""
    browser = Client()
    browser.force_login(connect(4, "Omar"))
    return ReportBrowser(browser)


@pytest.fixture
def look_after():
    """Makes somebody the manager of others."""

    def look_after(gid: str, **people: str) -> None:
        manager = Manager.objects.create(workspace_gid=WORKSPACE, gid=gid)
        for name, other in people.items():
            ManagedPerson.objects.create(manager=manager, gid=other, name=name)

    return look_after


@pytest.fixture
def mias(mia, look_after) -> ReportBrowser:
    """Mia, who looks after Ada and Ben, and may see everybody's hours in Asana."""
    look_after(MIA, Ada=ADA, Ben=BEN)
    return ReportBrowser(mia)
