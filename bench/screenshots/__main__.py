"""Takes pictures of every state of the product, wide and narrow, light and dark, from the demo.

`python -m bench.screenshots` writes them to var/screenshots; names on the command line choose the
states that begin so. The demo starts from scratch in a folder of its own.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, BrowserContext, Page, StorageState, sync_playwright

from bench.demo import demo
from bench.screenshots.states import STATES, WORKSPACE, State
from tests.install import browser_path

ROOT = Path(__file__).resolve().parents[2]
SIZES = {"wide": (1280, 800), "narrow": (390, 844)}
# The weeks that a path may name, counted from this one.
WEEKS = {"three_weeks_ago": -3, "two_weeks_ago": -2, "last_week": -1, "week": 0, "next_week": 1}
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def main() -> None:
    """Take the pictures that the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m bench.screenshots", description=__doc__)
    parser.add_argument("states", nargs="*", metavar="STATE")
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "screenshots")
    parser.add_argument("--address", help="of a demo that runs already")
    options = parser.parse_args()
    begin = tuple(options.states)
    states = [state for state in STATES if not begin or state.name.startswith(begin)]
    options.folder.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        address = options.address or stack.enter_context(demo()).address
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(
            executable_path=browser_path(), args=["--no-sandbox", "--disable-gpu"]
        )
        take(browser, address, states, options.folder)


def take(browser: Browser, address: str, states: Sequence[State], folder: Path) -> None:
    """Write four pictures of each state."""
    cookies: dict[str, StorageState | None] = {"": None}
    for state in states:
        if state.person not in cookies:
            cookies[state.person] = sign_in(browser, address, state.person)
        for size, (width, height) in SIZES.items():
            for theme in THEMES:
                context = browser.new_context(
                    storage_state=cookies[state.person],
                    viewport={"width": width, "height": height},
                    color_scheme=theme,
                    reduced_motion="reduce",
                    has_touch=size == "narrow",
                    locale="en-GB",
                )
                _take_one(context, address, state, folder / f"{state.name}-{size}-{theme}.png")
                context.close()


def _take_one(context: BrowserContext, address: str, state: State, file: Path) -> None:
    page: Page = context.new_page()
    page.goto(address + _path(state))
    page.wait_for_load_state("networkidle")
    if state.act:
        state.act(page)
    page.screenshot(path=file)
    sys.stdout.write(f"{file}\n")


def _path(state: State) -> str:
    today = datetime.now(UTC).date()
    weeks = {
        name: (today + timedelta(weeks=shift)).strftime("%G-W%V") for name, shift in WEEKS.items()
    }
    return state.path.format(workspace=WORKSPACE, **weeks)


def sign_in(browser: Browser, address: str, person: str) -> StorageState:
    """Sign in through the sandbox's pages, and return what the browser keeps of it."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/sign-in/")
    page.get_by_role("link", name="Sign in with Asana").click()
    page.get_by_role("link", name=f"Continue as {person.title()}").click()
    page.get_by_role("button", name="Allow").click()
    page.wait_for_url(f"{address}/**")
    kept = context.storage_state()
    context.close()
    return kept


if __name__ == "__main__":
    main()
