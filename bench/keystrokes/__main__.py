"""Fills a usual week in Chromium, at a desk and on a phone, and counts keys and clicks.

`python -m bench.keystrokes` starts a demo of its own and prints a table, with what Harvest and
solidtime would need beside it (`peers.py`).
"""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Browser, Page, StorageState, expect, sync_playwright

from bench.demo import demo
from bench.keystrokes import peers
from bench.keystrokes.hands import KEY_MILLISECONDS, Hands
from bench.keystrokes.usual_week import CELLS, NOTES, USUAL_WEEK
from bench.screenshots.__main__ import sign_in
from bench.screenshots.states import WORKSPACE
from tests.install import browser_path

# The weeks after this one that are filled: empty in the demo. The first is copied from this week.
DESK, PHONE, COPY = 2, 3, 1
WAIT_MILLISECONDS = 30_000
# To move a hand to the mouse and point: Card, Moran, Newell, The keystroke-level model, 1980.
POINT_SECONDS = 1.1
THEIRS = {"Harvest": tuple(peers.harvest()), "solidtime": tuple(peers.solidtime())}


@dataclass(frozen=True)
class Effort:
    """What it takes to fill a week."""

    who: str
    keys: int
    clicks: int
    seconds: float


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.keystrokes", description=__doc__)
    parser.add_argument("--address", help="of a demo that runs already, with empty weeks to come")
    options = parser.parse_args()
    expect.set_options(timeout=WAIT_MILLISECONDS)
    with contextlib.ExitStack() as stack:
        address = options.address or stack.enter_context(demo()).address
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(
            executable_path=browser_path(), args=["--no-sandbox", "--disable-gpu"]
        )
        efforts = [*_ours(browser, address), *_theirs()]
    sys.stdout.write(table(efforts))


def _ours(browser: Browser, address: str) -> Iterable[Effort]:
    kept = sign_in(browser, address, "ada lindqvist")
    yield _measure(browser, address, kept, "At a desk", DESK, at_desk)
    yield _measure(browser, address, kept, "On a phone", PHONE, on_phone)
    yield _measure(browser, address, kept, "Same as last week", COPY, copy_last_week)


def _measure(
    browser: Browser,
    address: str,
    kept: StorageState,
    who: str,
    weeks: int,
    fill: Callable[[Hands, str], None],
) -> Effort:
    """Let somebody fill a week, and return what it took them until all of it was saved."""
    is_phone = fill is on_phone
    context = browser.new_context(
        storage_state=kept,
        viewport={"width": 390, "height": 844} if is_phone else {"width": 1280, "height": 800},
        has_touch=is_phone,
        is_mobile=is_phone,
        reduced_motion="reduce",
    )
    page = context.new_page()
    week = (datetime.now(UTC) + timedelta(weeks=weeks)).strftime("%G-W%V")
    page.goto(f"{address}/{WORKSPACE}/week/{week}/")
    page.wait_for_load_state("networkidle")
    hands = Hands(page, touches=is_phone)
    fill(hands, week)
    effort = Effort(who, hands.keys, hands.clicks, hands.seconds)
    if fill is not copy_last_week:
        _check(page)
    context.close()
    return effort


def at_desk(hands: Hands, _week: str) -> None:
    """One click into the field for a task; from there on only keys."""
    page = hands.page
    hands.click(page.locator("#query"))
    for task in USUAL_WEEK:
        _add(hands, task.letters)
        place = 0
        for day in sorted(task.days, key=lambda one: one.day):
            while place < day.day:
                hands.press("Tab")
                place += 1
            hands.type(f"{day.hours} {day.note}" if day.note else day.hours)
            if day is not max(task.days, key=lambda one: one.day):
                hands.press("Tab")
                place += 1
        hands.press("Enter")
        if task is not USUAL_WEEK[-1]:
            hands.press("F6")
    _wait_until_saved(page)


def on_phone(hands: Hands, _week: str) -> None:
    """Tap a day, tap a cell, tap the hours on the pad; a note has a field of its own."""
    page = hands.page
    for task in USUAL_WEEK:
        hands.click(page.locator("#query"))
        _add(hands, task.letters)
    for day in range(5):
        hands.click(page.locator(".days a").nth(day))
        for number, task in enumerate(USUAL_WEEK):
            for hours in task.days:
                if hours.day == day:
                    _fill_on_phone(hands, number, hours.hours, hours.note)
    _wait_until_saved(page)


def _add(hands: Hands, letters: str) -> None:
    """Type letters of a task and take the first result."""
    rows = hands.page.locator("#rows tr")
    before = rows.count()
    hands.type(letters)
    hands.press("Enter")
    expect(rows).to_have_count(before + 1)
    expect(hands.page.locator("#rows .hours:focus")).to_have_count(1)


def _fill_on_phone(hands: Hands, row: int, hours: str, note: str) -> None:
    page = hands.page
    cell = page.locator("#rows .cell:visible").nth(row)
    if not cell.locator(".hours").evaluate("field => field === document.activeElement"):
        hands.click(cell.locator(".hours"))
    for key in hours:
        hands.click(page.locator(f'#pad [data-key="{key}"]'))
    hands.click(page.locator("#pad [data-done]"))
    if not note:
        return
    expect(cell).to_have_attribute("data-saved", "")
    hands.click(cell.locator(".open"))
    # The phone's own keyboard.
    hands.click(page.get_by_role("dialog").get_by_label("Note").first)
    hands.type(note)
    hands.click(page.get_by_role("dialog").get_by_role("button", name="Save").first)
    expect(page.get_by_role("dialog")).to_have_count(0)


def copy_last_week(hands: Hands, _week: str) -> None:
    """Open the preview of last week's hours, and add them."""
    page = hands.page
    hands.click(page.get_by_role("link", name="Copy tasks and hours…").first)
    hands.click(page.locator("#panel .primary").first)
    expect(page.locator("#panel[open]")).to_have_count(0)


def _wait_until_saved(page: Page) -> None:
    filled = '#rows .cell:is([data-state="value"], [data-state="note"])'
    expect(page.locator(filled)).to_have_count(len(CELLS))
    expect(page.locator('#rows .cell[data-state="saving"]')).to_have_count(0)


def _check(page: Page) -> None:
    """Stop where the week is not what was to be typed."""
    page.reload()
    page.wait_for_load_state("networkidle")
    filled = page.locator('#rows .hours:not([value=""])').count()
    if filled != len(CELLS):
        sys.exit(f"{filled} cells are filled instead of {len(CELLS)}.")


def _theirs() -> Iterable[Effort]:
    for name, steps in THEIRS.items():
        keys, clicks = sum(step.keys for step in steps), sum(step.clicks for step in steps)
        yield Effort(name, keys, clicks, (keys + clicks) * KEY_MILLISECONDS / 1000)


def table(efforts: Iterable[Effort]) -> str:
    """Return the table as Markdown, with the steps of the others below it."""
    size = f"{len(USUAL_WEEK)} tasks, {len(CELLS)} cells, {len(NOTES)} notes"
    lines = [
        f"A usual week from scratch: {size}. Ours is typed in Chromium, until all is saved; of the",
        "others the steps are counted, and waiting takes them no time.",
        "",
        f"| | keys | clicks or taps | seconds, {KEY_MILLISECONDS} ms each | with {POINT_SECONDS} s"
        " to point before each click |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {effort.who} | {effort.keys} | {effort.clicks} | {effort.seconds:.0f} |"
        f" {effort.seconds + POINT_SECONDS * effort.clicks:.0f} |"
        for effort in efforts
    ]
    for name, steps in THEIRS.items():
        lines += ["", f"{name}, step by step:", ""]
        lines += [
            f"- {step.what}: {step.times} ×, {step.keys} keys, {step.clicks} clicks"
            for step in steps
        ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
