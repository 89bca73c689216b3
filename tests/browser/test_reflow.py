"""Pages enlarged to 400 %, and the week in forced colours: all is there, and nothing is covered."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.week import Week
from tests.support.people import STAND_UP, WORKSPACE

# 1280 by 1024 pixels at 400 %. https://www.w3.org/WAI/WCAG22/Understanding/reflow.html
WIDTH, HEIGHT = 320, 256
PATHS = ["me/", "me/search/", "me/changes/"]
OWN_PATHS = ["/preferences/", "/connection/", "/help/", "/waiting/", "/timer/"]
COVERED = """() => [...document.querySelectorAll("body *")]
  .filter((element) => ["fixed", "sticky"].includes(getComputedStyle(element).position)
    && element.checkVisibility({ opacityProperty: true }))
  .reduce((sum, element) => sum + element.getBoundingClientRect().height, 0) / innerHeight"""


def test_at_400_percent_nothing_scrolls_sideways_and_little_is_covered(week: Week):
    page = week.page
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    week_page = page.url
    for path in (week_page, *(f"/{WORKSPACE}/{path}" for path in PATHS), *OWN_PATHS):
        page.goto(path if path.startswith("http") else week_page.split(f"/{WORKSPACE}")[0] + path)
        assert page.evaluate("document.documentElement.scrollWidth") == WIDTH, path
        assert page.evaluate(COVERED) < 0.2, path


def test_at_400_percent_a_cell_is_filled(week: Week):
    week.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    week.reload()
    field = week.page.locator(f"#row-{STAND_UP} .hours:visible")
    field.scroll_into_view_if_needed()
    field.click()
    week.page.keyboard.type("0:45")
    week.page.keyboard.press("Enter")
    cell = week.page.locator(f"#row-{STAND_UP} .cell:visible")
    expect(cell).to_have_attribute("data-saved", "")
    box = cell.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= WIDTH


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_forced_colours_every_cell_has_an_edge_and_the_focus_shows(week: Week, scheme):
    page = week.page
    page.emulate_media(forced_colors="active", color_scheme=scheme)
    field = week.row().nth(2)
    field.focus()
    border = field.evaluate("field => getComputedStyle(field).borderTopWidth")
    outline = field.evaluate("field => getComputedStyle(field).outlineStyle")
    assert border != "0px"
    assert outline != "none"
    page.keyboard.type("0:30")
    page.keyboard.press("Enter")
    cell = week.cell(2)
    expect(cell).to_have_attribute("data-saved", "")
    assert week.minutes(2) == [30]
