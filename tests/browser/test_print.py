"""A printed week."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.week import Week
from tests.support.people import BANK_ID


def test_a_printed_week_has_every_day_and_nothing_to_press(week: Week):
    # As wide as A4 upright between its margins.
    week.page.set_viewport_size({"width": 680, "height": 960})
    week.page.emulate_media(media="print")
    expect(week.page.locator(f"#row-{BANK_ID} td:visible")).to_have_count(8)
    expect(week.page.locator("button:visible, a.button:visible, .add-row:visible")).to_have_count(0)
    expect(week.page.get_by_text("Ada Lindqvist", exact=True)).to_be_visible()
    expect(week.page.get_by_role("heading", name="Week")).to_be_visible()


def test_a_week_fits_on_one_sheet(week: Week):
    week.page.get_by_role("link", name="Previous week").click()
    week.page.wait_for_load_state()
    assert week.page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1
