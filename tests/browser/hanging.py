"""A test that never ends, in the middle of all that tests start. Not among those that are run:
test_child_processes.py runs it, and ends it."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page


def test_it_hangs(app: str, worker: object, page: Page):
    page.goto(app)
    Path(os.environ["HANGS"]).touch()
    page.wait_for_timeout(600_000)
