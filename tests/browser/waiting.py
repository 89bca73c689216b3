"""Waiting for what a browser's events tell: they come only while Playwright is asked."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.support.waiting import until

# Milliseconds. A busy machine takes its time, and what never comes still fails.
PATIENCE = 60_000


def until_on(page: Page, true: Callable[[], object]) -> None:
    """Waits until something is true that the events of this page tell."""

    def is_true() -> object:
        page.wait_for_timeout(10)
        return true()

    until(is_true)
