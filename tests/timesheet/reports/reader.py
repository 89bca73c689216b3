"""Somebody's browser at the reports of a workspace, and what its pages say."""

from __future__ import annotations

import re
from html import unescape

from django.test import Client

from tests.timesheet.conftest import WORKSPACE

ADA, BEN, MIA, OMAR = (f"1201{number:012}" for number in range(1, 5))


class Reader:
    def __init__(self, browser: Client) -> None:
        self.browser = browser

    def get(self, path: str = "", *, htmx: bool = False, workspace: str = WORKSPACE, **query):
        headers = {"HX-Request": "true"} if htmx else {}
        return self.browser.get(f"/{workspace}/reports/{path}", query, headers=headers)

    def page(self, path: str = "", **query) -> str:
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer
        return unescape(answer.content.decode())

    def file(self, path: str, **query) -> bytes:
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer
        return b"".join(answer.streaming_content)

    def post(self, path: str, **values):
        return self.browser.post(f"/{WORKSPACE}/reports/{path}", values)


def total(page: str) -> int:
    """The minutes of the total of a page."""
    return minutes(re.search(r'id="total"[^>]*>([\d:]+)<', page)[1])


def rows(page: str) -> dict[str, int]:
    """The minutes of each line of the table, by what it is called."""
    table = page[page.index('id="figures-title"') : page.index("<tfoot>")]
    found = re.findall(
        r'<th scope="row"><bdi>(.*?)</bdi></th>\s*<td[^>]*>\s*<a[^>]*>([\d:]+)<', table
    )
    return {label: minutes(text) for label, text in found}


def links(page: str) -> dict[str, str]:
    """Where the hours of each line of the table lead."""
    table = page[page.index('id="figures-title"') : page.index("<tfoot>")]
    pattern = r'<th scope="row"><bdi>(.*?)</bdi></th>\s*<td[^>]*>\s*<a href="([^"]*)"'
    return dict(re.findall(pattern, table))


def minutes(text: str) -> int:
    hours, rest = text.split(":")
    return int(hours) * 60 + int(rest)
