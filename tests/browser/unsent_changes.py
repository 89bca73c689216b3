"""A server that is away, slow to answer or not heard, and what is typed and written meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from re import Pattern

from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.waiting import until_on
from tests.browser.week import Week
from tests.support.people import STAND_UP, WORKSPACE

SATURDAY = 5
UNREACHABLE = "Can’t reach the server. Your changes are stored in this browser"


def intercept(page: Page, addresses: str | Pattern[str], handle: Callable[[Route], object]) -> None:
    """Handles what the page requests there, from now on: Chromium still lets requests pass for a
    moment after the first one is to be handled."""
    page.route(addresses, handle)
    page.route("**/is-handled/", lambda route: route.fulfill(body="yes"))
    ask = "fetch('/is-handled/').then((answer) => answer.text())"
    if page.url.startswith("http"):
        until_on(page, lambda: page.evaluate(ask) == "yes")


def away(page: Page, addresses: str = "**/week/**") -> None:
    intercept(page, addresses, lambda route: route.abort())


def back(page: Page) -> None:
    page.unroute_all()
    page.evaluate("dispatchEvent(new Event('focus'))")


def lose_answers(page: Page, addresses: str) -> None:
    """Lets requests arrive, and the answers get lost."""

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    intercept(page, addresses, lose)


def hold_first(page: Page, addresses: str | Pattern[str]) -> Callable[[], Route]:
    """Holds the first request until it is continued; what is sent later passes.

    Returns a function that waits for this request and returns it.
    """
    held: list[Route] = []

    def hold(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    def first() -> Route:
        until_on(page, lambda: held)
        return held[0]

    intercept(page, addresses, hold)
    return first


def kill(week: Week) -> Week:
    """Opens the same week in a new tab, after the old one was killed."""
    tab = week.page.context.new_page()
    address = week.page.url
    week.page.close(run_before_unload=False)
    tab.goto(address)
    return Week(tab, week.sandbox)


def find_opening_hours(page: Page) -> Locator:
    """Searches for a task that is not in Ada's week; a click on the result adds its row."""
    page.get_by_role("combobox", name="Add a task").press_sequentially("opening ho")
    return page.locator("#found").get_by_role("option", name="Opening hours")


def preview_paste(week: Week, text: str) -> Locator:
    week.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    week.page.evaluate("text => navigator.clipboard.writeText(text)", text)
    week.row().nth(4).focus()
    week.page.keyboard.press("Control+v")
    return week.page.get_by_role("button", name="Save 3 cells")


def open_entries(week: Week, place: int = SATURDAY) -> Locator:
    week.row().nth(place).focus()
    week.page.keyboard.press("Alt+Enter")
    dialog = week.page.locator("#panel[open]")
    expect(dialog.locator("#note-new")).to_be_visible()
    return dialog


def add_in_panel(dialog: Locator, hours: str, note: str) -> None:
    dialog.locator("#entry-new").fill(hours)
    dialog.locator("#note-new").fill(note)
    dialog.get_by_role("button", name="Add", exact=True).click()


def notes(week: Week, place: int = SATURDAY) -> list[str]:
    """The notes of the entries that Asana has in a cell of the stand-up's row."""
    day = week.page.locator(f"#row-{STAND_UP} td[data-day]").nth(place).get_attribute("data-day")
    entries = week.sandbox.get(
        "/time_tracking_entries",
        workspace=WORKSPACE,
        user="me",
        entered_on_start_date=day,
        entered_on_end_date=day,
        opt_fields="description,task.gid",
    )
    return [entry["description"] for entry in entries if entry["task"]["gid"] == STAND_UP]
