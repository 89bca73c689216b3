"""Managers at the projects of the company."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.support.pages import page
from tests.support.people import ADA, BEN, MIA, WORKSPACE, YUI, make_manager

BANK, MUSEUM, STUDIO, PITCH = (f"1204{number:012}" for number in (1, 2, 3, 5))


class ProjectBrowser:
    """A browser at the projects of the studio."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get(self, path: str = "", *, htmx: bool = False, **query: Any) -> Any:
        headers = {"HX-Request": "true"} if htmx else {}
        return self.client.get(f"/{WORKSPACE}/projects/{path}", query, headers=headers)

    def page(self, path: str = "", **query: Any) -> str:
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer
        return page(answer)

    def context(self, path: str = "", **query: Any) -> Any:
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer
        return answer.context

    def post(self, path: str, **values: Any) -> Any:
        return self.client.post(f"/{WORKSPACE}/projects/{path}", values, follow=True)


@pytest.fixture
def mias(mia) -> ProjectBrowser:
    """Mia, who manages Ada and Ben and administers some projects."""
    make_manager(MIA, {ADA: "Ada Lindqvist", BEN: "Ben Okafor"})
    return ProjectBrowser(mia)


@pytest.fixture
def yuis(connect) -> ProjectBrowser:
    """Yui, who manages Ada and administers no project."""
    client = Client()
    client.force_login(connect(10, "Yui"))
    make_manager(YUI, {ADA: "Ada Lindqvist"})
    return ProjectBrowser(client)
