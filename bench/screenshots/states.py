"""The states of pages that are pictured. Add a page's states here: one line for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Locator, Page

WORKSPACE = "1200000000000001"
STAND_UP = "1205000000000059"


@dataclass(frozen=True)
class State:
    """A page in one state, as one person sees it."""

    # The picture's file is named after it.
    name: str
    # A format with `workspace`, `week`, `last_week` and `next_week`.
    path: str
    # The first name of somebody in the sandbox, in lower case; empty for nobody signed in.
    person: str = "ada"
    # Brings the page into the state. It must leave Asana and the database as they were.
    act: Callable[[Page], None] | None = None


def type_a_note(page: Page) -> None:
    """Type hours with a note into an empty cell, and leave it at that."""
    _free_cell(page).press_sequentially("1:30 call with the bank")


def open_entries(page: Page) -> None:
    """Open the entries of a cell with several."""
    # A narrow screen may show another day.
    page.locator('.cell[data-state="several"] .open').first.evaluate("link => link.click()")
    page.locator("#panel[open] form").first.wait_for()


def refuse_a_text(page: Page) -> None:
    """Type what is no duration."""
    cell = _free_cell(page)
    cell.fill("25:99")
    cell.press("Enter")
    page.locator('.cell[data-state="refused"]').wait_for()


def search_a_task(page: Page) -> None:
    """Type a word of a task's name."""
    page.locator("#query").press_sequentially("bank")
    page.locator("#found li").first.wait_for()


def quick_add(page: Page) -> None:
    """Type a line into the dialog for quick entry."""
    page.keyboard.press("Control+k")
    page.keyboard.type("1h30 stand-up yesterday")
    page.locator("#quick-read li, #quick-read p").first.wait_for()


def ask_to_submit(page: Page) -> None:
    """Open what is asked before a week is submitted."""
    page.locator("details.submit summary").click()


def _free_cell(page: Page) -> Locator:
    return page.locator('#rows .cell[data-state="empty"] .hours:visible').first


WEEK = "/{workspace}/week/{week}/"
STATES = (
    State("sign-in", "/sign-in/", person=""),
    State("not-found", "/nowhere/"),
    State("week", WEEK),
    State("week-note", WEEK, act=type_a_note),
    State("week-not-saved", WEEK, act=refuse_a_text),
    State("week-search", WEEK, act=search_a_task),
    State("week-quick-add", WEEK, act=quick_add),
    State("week-submit", WEEK, act=ask_to_submit),
    State("week-empty", "/{workspace}/week/{next_week}/"),
    State("week-several", "/{workspace}/week/{last_week}/", act=open_entries),
    State("week-copy", "/{workspace}/week/{next_week}/hours/"),
    State("preferences", "/preferences/"),
    State("help", "/help/"),
    State("connection", "/connection/"),
    State("unsynced", "/waiting/"),
    State("team", "/{workspace}/team/{last_week}/", person="mia"),
    State("reports", "/{workspace}/reports/", person="mia"),
    State("admin-connections", "/{workspace}/connections/", person="omar"),
    State("admin-people", "/{workspace}/roles/", person="omar"),
    State("admin-person", "/{workspace}/roles/1201000000000001/", person="omar"),
    State("admin-personal-data", "/{workspace}/roles/1201000000000001/data/", person="omar"),
    State("admin-unsynced", "/{workspace}/unsynced/", person="omar"),
    State("admin-rules", "/{workspace}/policy/", person="omar"),
    State("admin-health", "/{workspace}/health/", person="omar"),
    State("admin-audit", "/{workspace}/audit/", person="omar"),
)
