"""axe, asked about a page in light and dark, wide and narrow."""

from __future__ import annotations

from typing import Literal

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page

# Colours, and the width of the window.
LOOKS: list[tuple[Literal["light", "dark"], int]] = [
    ("light", 1280),
    ("light", 390),
    ("dark", 390),
    ("dark", 1280),
]
# It would copy imported style sheets into the page, which the policy forbids. Only one experimental
# rule needs them. Of the result only the violations leave the page: the rest is large.
RUN = """axe.run({ resultTypes: ['violations'], preload: false })
  .then(({ violations }) => ({ violations }))"""
# The rules about colours among those: it leaves out AAA unless told otherwise.
RUN_COLOURS = """axe.run({
  resultTypes: ['violations'],
  preload: false,
  runOnly: axe.getRules(['cat.color'])
    .filter(({ tags }) => !tags.includes('wcag2aaa'))
    .map(({ ruleId }) => ruleId),
}).then(({ violations }) => ({ violations }))"""


def assert_accessible(page: Page) -> None:
    """The same page in each look, and left as it was found. Light and dark differ in colours alone
    (`test_light_and_dark_differ_in_colours_alone`), so the dark looks are asked about those."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    for scheme, width in LOOKS:
        look(page, scheme, width)
        found = AxeResults(page.evaluate(RUN if scheme == "light" else RUN_COLOURS))
        assert found.violations_count == 0, f"{scheme}, {width}: {found.generate_report()}"
    look(page, *LOOKS[0])


def look(page: Page, scheme: Literal["light", "dark"], width: int) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
