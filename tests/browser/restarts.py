"""Pages before processes that are killed and started again."""

from __future__ import annotations

import requests
from playwright.sync_api import Browser, Page

from bench.torture.people import Person
from bench.torture.stack import Stack
from tests.browser.waiting import PATIENCE


def open_page(browser: Browser, stack: Stack, person: Person) -> Page:
    """A page in a browser that was just started, with the person's session."""
    context = browser.new_context(reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    context.add_cookies(
        [
            {"name": name, "value": value, "url": stack.webs[0]}
            for name, value in person.cookies.items()
        ]
    )
    page = context.new_page()
    page.goto(f"{stack.webs[0]}{person.at('')}")
    return page


def is_up(stack: Stack) -> bool:
    try:
        return requests.get(f"{stack.webs[0]}/readyz", timeout=60).ok
    except requests.RequestException:
        return False
