"""Nothing that the week shows moves because something else came later."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser

from tests.browser.signing_in import sign_in_by_cookie
from tests.sandbox_process import Sandbox
from tests.support.people import WORKSPACE
from timesheet.domain.week import Week

# What moved by itself: https://developer.mozilla.org/en-US/docs/Web/API/LayoutShift
SHIFTS = """() => new Promise((resolve) => {
  const observer = new PerformanceObserver((list) => resolve(list.getEntries()
    .filter((entry) => !entry.hadRecentInput)
    .flatMap((entry) => entry.sources.map(({ node }) => node?.outerHTML?.slice(0, 80) ?? "")
      .concat(entry.value))));
  observer.observe({ type: "layout-shift", buffered: true });
  setTimeout(resolve, 300, []);
})"""


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 800)])
def test_suggestions_that_come_late_move_nothing(
    browser: Browser, app: str, sandbox: Sandbox, width: int, height: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": height}, locale="en-GB")
    sign_in_by_cookie(context, app, sandbox, "Ada")
    page = context.new_page()
    sandbox.faults({"kind": "latency", "ms": 300, "path": "/tasks/search"})
    page.goto(f"{app}/{WORKSPACE}/week/{Week.of(datetime.now(UTC).date())}/")
    page.locator("#suggested [data-add]").first.wait_for()
    assert page.evaluate(SHIFTS) == []
    context.close()
