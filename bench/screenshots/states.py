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
    # A format with `workspace`, and the weeks from `three_weeks_ago` to `next_week`.
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


PASTE = """field => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", `${field.value}\t2:15\t25:99\n0:30\t1`);
  const details = { clipboardData, bubbles: true, cancelable: true };
  field.dispatchEvent(new ClipboardEvent("paste", details));
}"""


def paste_hours(page: Page) -> None:
    """Paste a block of which one cell stays as it is and one makes no sense."""
    first = page.locator("#rows .hours:visible").first
    first.focus()
    first.evaluate(PASTE)
    page.locator("#panel[open] .preview").wait_for()


def search_a_task(page: Page) -> None:
    """Type a word of a task's name."""
    page.locator("#query").press_sequentially("bank")
    page.locator("#found li").first.wait_for()


def quick_add(page: Page) -> None:
    """Type a line into the dialog for quick entry."""
    page.keyboard.press("Control+k")
    page.keyboard.type("1h30 stand-up yesterday")
    page.locator("#quick-read .choice").first.wait_for()


def choose_a_week(page: Page) -> None:
    """Open the month calendar behind the title of the week."""
    page.locator(".picker summary").click()
    page.locator("#week-calendar table").wait_for()


def open_week_menu(page: Page) -> None:
    """Open the menu beside the title of the week."""
    page.locator(".week-menu summary").click()


def open_account_menu(page: Page) -> None:
    """Open the menu behind one's own photo."""
    page.get_by_role("button", name="Your account").click()


def open_timer(page: Page) -> None:
    """Open the timer in the header."""
    page.locator("#timer a[data-timer]").click()
    page.locator("#timer-tasks li, #timer-tasks form").first.wait_for()


def open_keys(page: Page) -> None:
    """Open the list of keys below the week."""
    page.locator("#rows .hours:visible").first.press("?")


def ask_to_submit(page: Page) -> None:
    """Open what is asked before a week is submitted."""
    page.locator("details.submit summary").click()


def _free_cell(page: Page) -> Locator:
    return page.locator('#rows .cell[data-state="empty"] .hours:visible').first


def change_selected_people(page: Page) -> None:
    """Select two people and open what sets their capacity."""
    for name in ("Ada Lindqvist", "Ben Okafor"):
        page.get_by_role("checkbox", name=f"Select {name}").check()
    page.get_by_text("Set capacity…").click()


def check_a_file(page: Page) -> None:
    """Let a file of people be checked, without importing it."""
    lines = ["person,role,manager,from,mon", "ben@nordlicht.example,,mia@nordlicht.example,,4"]
    page.get_by_label("Or paste its text").fill("\n".join(lines))
    page.get_by_role("button", name="Check the file").click()
    page.get_by_role("button", name="Import", exact=True).wait_for()


def send_weeks_back(page: Page) -> None:
    """Select a submitted week and ask for the reason to send it back."""
    page.locator('[data-who][data-status="submitted"] [name=week]').first.check()
    page.get_by_role("button", name="Send back…").click()
    page.locator("tr.reason textarea").wait_for()


def select_weeks(page: Page) -> None:
    """Select all weeks of a team."""
    page.locator("[data-select-all]").check()


def wait_for_the_trend(page: Page) -> None:
    """Wait for the last eight weeks, which a person's page reads after itself."""
    page.locator(".trend li").first.wait_for()


WEEK = "/{workspace}/week/{week}/"
TEAM = "/{workspace}/team/{last_week}/"
ROLES = "/{workspace}/roles/"
STATES = (
    State("sign-in", "/sign-in/", person=""),
    State("not-found", "/nowhere/"),
    State("week", WEEK),
    State("week-note", WEEK, act=type_a_note),
    State("week-not-saved", WEEK, act=refuse_a_text),
    State("week-paste", WEEK, act=paste_hours),
    State("week-search", WEEK, act=search_a_task),
    State("week-quick-add", WEEK, act=quick_add),
    State("week-submit", WEEK, act=ask_to_submit),
    State("week-empty", "/{workspace}/week/{next_week}/"),
    State("week-several", "/{workspace}/week/{last_week}/", act=open_entries),
    State("week-copy", "/{workspace}/week/{next_week}/hours/"),
    State("week-submitted", "/{workspace}/week/{two_weeks_ago}/"),
    State("week-approved", "/{workspace}/week/{three_weeks_ago}/"),
    State("week-sent-back", "/{workspace}/week/{two_weeks_ago}/", person="ben"),
    State("week-calendar", WEEK, act=choose_a_week),
    State("week-menu", WEEK, act=open_week_menu),
    State("week-keys", WEEK, act=open_keys),
    State("account-menu", "/{workspace}/me/", act=open_account_menu),
    State("timer", "/{workspace}/me/", act=open_timer),
    State("timer-page", "/timer/"),
    State("quick-add", "/{workspace}/week/{week}/quick/?line=1h30+stand-up"),
    State("me", "/{workspace}/me/"),
    State("me-weeks", "/{workspace}/me/weeks/"),
    State("me-search", "/{workspace}/me/search/?query=bank"),
    State("me-changes", "/{workspace}/me/changes/"),
    State("preferences", "/preferences/"),
    State("help", "/help/"),
    State("connection", "/connection/"),
    State("unsynced", "/waiting/"),
    State("team", TEAM, person="mia"),
    State("team-selected", TEAM, person="mia", act=select_weeks),
    State("team-send-back", TEAM, person="mia", act=send_weeks_back),
    State("team-missing", f"{TEAM}?show=missing", person="mia"),
    State("team-by-manager", f"{TEAM}?group=manager", person="omar"),
    State("team-person", f"{TEAM}1201000000000001/", person="mia", act=wait_for_the_trend),
    State("team-remind", f"{TEAM}remind/", person="mia"),
    State("team-approve", f"{TEAM}decide/?action=approve", person="mia"),
    State("team-people", "/{workspace}/people/1201000000000003/", person="mia"),
    State("reports", "/{workspace}/reports/", person="mia"),
    State("admin-home", "/{workspace}/admin/", person="omar"),
    State("admin-connections", "/{workspace}/connections/", person="omar"),
    State("admin-people", ROLES, person="omar"),
    State("admin-people-selected", ROLES, person="omar", act=change_selected_people),
    State("admin-people-import", "/{workspace}/capacity/import/", person="omar", act=check_a_file),
    State("admin-person", "/{workspace}/roles/1201000000000001/", person="omar"),
    State("admin-capacity", "/{workspace}/capacity/1201000000000001/", person="omar"),
    State("admin-manager", "/{workspace}/people/1201000000000003/", person="omar"),
    State("admin-connection", "/{workspace}/connections/1201000000000001/", person="omar"),
    State("admin-reporting", "/{workspace}/reporting/", person="omar"),
    State("admin-reminders", "/{workspace}/reminders/", person="omar"),
    State("admin-setup", "/set-up/", person="omar"),
    State("admin-personal-data", "/{workspace}/roles/1201000000000001/data/", person="omar"),
    State("admin-unsynced", "/{workspace}/unsynced/", person="omar"),
    State("admin-rules", "/{workspace}/policy/", person="omar"),
    State("admin-health", "/{workspace}/health/", person="omar"),
    State("admin-audit", "/{workspace}/audit/", person="omar"),
)
