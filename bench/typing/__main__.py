"""Measures typing in a real browser: from a key to its paint, and from a commit to saved in Asana.

`python -m bench.typing` starts a demo of its own, whose Asana takes 150 ms for each request, and
prints a table. What Asana takes is measured in the same run, request by request.
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from playwright.sync_api import Page, expect, sync_playwright

from bench.demo import demo
from bench.screenshots.__main__ import sign_in
from bench.screenshots.states import STAND_UP, WORKSPACE
from bench.typing.asana import AsanaClock
from tests.install import browser_path

LATENCY_MILLISECONDS = 150
KEYS, COMMITS = 200, 30
TARGET_PAINT, TARGET_ADDED = 50, 100
# Event Timing: from the event until the frame that shows its effect, in steps of 8 ms.
# https://www.w3.org/TR/event-timing/
WATCH_KEYS = """() => {
  window.paints = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.name === "keydown") window.paints.push(entry.duration);
    }
  }).observe({ type: "event", durationThreshold: 16 });
}"""
# From Enter until the cell says that its value is saved.
WATCH_SAVES = """() => {
  window.saves = [];
  let began = null;
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Enter") began = performance.now();
  }, { capture: true });
  new MutationObserver(() => {
    if (began === null || !document.querySelector("#rows .cell[data-saved]")) return;
    if (document.querySelector('#rows .cell[data-state="saving"]')) return;
    window.saves.push(performance.now() - began);
    began = null;
  }).observe(document.getElementById("rows"), {
    childList: true, subtree: true, attributes: true,
  });
}"""


@dataclass(frozen=True)
class Typed:
    """Milliseconds of every key and of every commit, and what Asana took for one edit."""

    paints: Sequence[float]
    saves: Sequence[float]
    asana: float


def main() -> None:
    """Measure, print the table, and fail where a target is missed and `--strict` is given."""
    parser = argparse.ArgumentParser(prog="python -m bench.typing", description=__doc__)
    parser.add_argument("--strict", action="store_true", help="fail where a target is missed")
    parser.add_argument("--keys", type=int, default=KEYS)
    parser.add_argument("--commits", type=int, default=COMMITS)
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        site = stack.enter_context(demo())
        asana = AsanaClock(site.asana)
        asana.set_latency(LATENCY_MILLISECONDS)
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(
            executable_path=browser_path(), args=["--no-sandbox", "--disable-gpu"]
        )
        kept = sign_in(browser, site.address, "ada lindqvist")
        page = browser.new_context(storage_state=kept).new_page()
        typed = _type(page, site.address, asana, options)
    sys.stdout.write(table(typed))
    if options.strict and _misses(typed):
        sys.exit(1)


def _type(page: Page, address: str, asana: AsanaClock, options: argparse.Namespace) -> Typed:
    monday = _monday()
    page.goto(f"{address}/{WORKSPACE}/week/{monday:%G-W%V}/")
    page.wait_for_load_state("networkidle")
    page.evaluate(WATCH_KEYS)
    cell = page.locator(f"#row-{STAND_UP} .hours").first
    cell.focus()
    # Typing and leaving it again: Escape sends nothing.
    for number in range(options.keys):
        page.keyboard.press("Escape" if number % 5 == 4 else "1")
        page.wait_for_timeout(30)
    page.wait_for_timeout(300)
    # What took less than 16 ms is not reported.
    slow: list[float] = page.evaluate("window.paints")
    paints = [*slow, *[16.0] * (options.keys - len(slow))]
    page.evaluate(WATCH_SAVES)
    took = []
    for number in range(options.commits):
        cell.focus()
        page.keyboard.type(str(1 + number % 2))
        page.keyboard.press("Enter")
        page.wait_for_function("count => window.saves.length === count", arg=number + 1)
        expect(cell).to_have_value(f"{1 + number % 2}:00")
        took.append(asana.milliseconds_of_edit(monday, STAND_UP))
    return Typed(paints, page.evaluate("window.saves"), statistics.median(took))


def _monday() -> date:
    today = datetime.now(UTC).date()
    return today - timedelta(days=today.weekday())


def _misses(typed: Typed) -> bool:
    late = statistics.median(typed.saves) - typed.asana > TARGET_ADDED
    return late or percentile(typed.paints, 95) > TARGET_PAINT


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the value that so many percent of all values do not exceed."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def table(typed: Typed) -> str:
    """Return the table as Markdown."""
    paint = percentile(typed.paints, 95)
    median, late = statistics.median(typed.saves), percentile(typed.saves, 95)
    added = median - typed.asana
    rows = [
        "| measure | now | target |",
        "|---|---|---|",
        f"| keydown to paint, p95 of {len(typed.paints)} keys | {paint:.0f} ms"
        f" | {TARGET_PAINT} ms |",
        f"| commit to saved, median and p95 of {len(typed.saves)} | {median:.0f}; {late:.0f} ms"
        f" | Asana's own time and {TARGET_ADDED} ms |",
        f"| Asana's own time for the same edit, median | {typed.asana:.0f} ms | – |",
        f"| ours beside it | {added:.0f} ms = {median / typed.asana:.2f} × Asana |"
        f" {TARGET_ADDED} ms |",
    ]
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    main()
