"""axe finds nothing to complain about in one’s own week and what belongs to it."""

from __future__ import annotations

from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import AllowedWorkspace, RefusedSignIn
from accounts.sign_in import throttle
from tests.browser.axe import assert_accessible
from tests.browser.signing_in import sign_in_there
from tests.browser.week import Week
from tests.support.people import WORKSPACE
from timesheet.models import WorkspacePolicy

# The day that a narrow window shows.
TODAY = "td[data-today] .hours"


def test_the_sign_in_page_has_no_violation(app: str, page: Page):
    page.goto(app)
    page.get_by_text("Use a personal access token").click()
    assert_accessible(page)


def test_the_week_page_has_no_violation(app: str, page: Page, sandbox):
    page.goto(app)
    sign_in_there(page, "Ada")
    week = Week(page, sandbox)
    expect(week.page.get_by_text("Signed in as Ada")).to_be_visible()
    week.page.get_by_role("link", name="? Keys").click()
    week.page.locator("#keys dl").wait_for()
    week.page.get_by_role("combobox", name="Add a task").fill("bank")
    week.page.get_by_role("option", name="Weekly call").wait_for()
    assert_accessible(week.page)


def test_an_empty_week_has_no_violation(week):
    week.page.get_by_role("link", name="Next week").click()
    expect(week.page.locator(".empty-week")).to_be_visible()
    assert_accessible(week.page)


def test_a_full_week_has_no_violation(week):
    week.page.get_by_role("link", name="Previous week").click()
    expect(week.page.locator("[data-row]")).to_have_count(7)
    week.page.locator(".submit summary").click()
    assert_accessible(week.page)


def test_a_locked_week_has_no_violation(week):
    for _ in range(2):
        week.page.get_by_role("link", name="Previous week").click()
        week.page.wait_for_load_state()
    expect(week.page.locator("#locked")).to_be_visible()
    week.page.locator(".hours:visible").first.focus()
    assert_accessible(week.page)


def test_a_cell_that_waits_has_no_violation(week):
    week.clear_today()
    week.sandbox.faults({"kind": "drop_before", "method": "POST", "path": "entries$"})
    field = week.page.locator(TODAY).last
    field.fill("1")
    field.press("Enter")
    expect(week.page.locator('.cell[data-state="in_doubt"]')).to_have_count(1)
    field.focus()
    assert_accessible(week.page)


def test_what_waits_and_its_list_have_no_violation(week):
    week.sandbox.faults({"kind": "drop_before", "path": "/api/"})
    field = week.page.locator(TODAY).last
    field.fill("1")
    field.press("Enter")
    expect(week.page.locator('.cell[data-state="queued"]')).to_have_count(1)
    assert_accessible(week.page)
    week.page.locator("#status a").click()
    expect(week.page.get_by_role("dialog")).to_contain_text("Not saved to Asana yet")
    assert_accessible(week.page)
    week.page.goto(week.page.url.partition("/12")[0] + "/waiting/")
    assert_accessible(week.page)


def test_a_conflict_has_no_violation(week):
    week.clear_today()
    name = week.page.locator(TODAY).last.get_attribute("id") or ""
    _hours, task, day = name.split("-", 2)
    field, cell = week.page.locator(f"#{name}"), week.page.locator(f"#cell-{task}-{day}")
    path = f"/tasks/{task}/time_tracking_entries"
    week.sandbox.post(path, duration_minutes=30, entered_on=day)
    field.fill("1")
    field.press("Enter")
    expect(cell).to_have_attribute("data-state", "conflict")
    field.focus()
    expect(cell.get_by_role("button", name="Keep both")).to_be_visible()
    assert_accessible(week.page)


def test_values_that_were_not_sent_have_no_violation(week):
    week.page.route("**/cells/", lambda route: route.abort())
    field = week.page.locator(TODAY).last
    field.fill("1")
    field.press("Enter")
    expect(week.page.locator('.cell[data-state="unsent"]')).to_have_count(1)
    assert_accessible(week.page)
    week.page.once("dialog", lambda dialog: dialog.accept())
    week.page.get_by_role("link", name="Next week").click()
    expect(week.page.locator("#unsent")).to_be_visible()
    assert_accessible(week.page)


def test_the_panel_of_an_entry_has_no_violation(week):
    week.page.get_by_role("link", name="Previous week").click()
    week.page.wait_for_load_state()
    week.page.locator('.cell[data-state="value"] .hours:visible').first.press("Alt+Enter")
    dialog = week.page.get_by_role("dialog")
    dialog.get_by_text("Move, split or delete").click()
    assert_accessible(week.page)


def test_what_a_paste_would_do_has_no_violation(week):
    week.page.get_by_role("link", name="tasks and hours").click()
    expect(week.page.get_by_role("dialog")).to_contain_text("entries")
    assert_accessible(week.page)


def test_quick_add_has_no_violation(week):
    week.page.keyboard.press("Control+k")
    week.page.get_by_label("Log time, or go to a week").fill("1h30 opening hours yesterday")
    expect(week.page.get_by_role("radio").first).to_be_visible()
    assert_accessible(week.page)


def test_preferences_have_no_violation(week):
    week.page.get_by_role("button", name="Your account").click()
    week.page.get_by_role("link", name="Preferences").click()
    week.page.get_by_label("Monday").fill("soon")
    week.page.get_by_role("button", name="Save").click()
    expect(week.page.get_by_text("We can’t read that as a time.")).to_be_visible()
    assert_accessible(week.page)


def test_a_refused_cell_has_no_violation(week):
    field = week.page.locator(TODAY).first
    field.fill("25:99")
    field.press("Enter")
    expect(week.page.locator('.cell[data-state="refused"]')).to_have_count(1)
    field.focus()
    assert_accessible(week.page)


def test_the_list_of_entries_has_no_violation(week):
    week.page.locator(TODAY).first.press("Alt+Enter")
    week.page.get_by_role("dialog").wait_for()
    assert_accessible(week.page)


def test_the_connection_page_has_no_violation(week):
    week.page.get_by_role("button", name="Your account").click()
    week.page.get_by_role("link", name="Asana connection").click()
    week.page.get_by_text("Disconnect").first.click()
    assert_accessible(week.page)


def test_the_page_of_a_problem_has_no_violation(week):
    week.page.goto(f"{week.page.url}nothing/")
    assert_accessible(week.page)


def test_a_page_for_managers_alone_says_so_without_violation(week, app: str):
    week.page.goto(f"{app}/{WORKSPACE}/reports/")
    expect(week.page.get_by_role("heading", name="This page is for managers")).to_be_visible()
    assert_accessible(week.page)


def test_a_workspace_that_is_not_served_has_no_violation(week):
    AllowedWorkspace.objects.create(workspace_gid="1200000000000002")
    week.page.reload()
    expect(week.page.get_by_role("heading", name="Workspace not available")).to_be_visible()
    assert_accessible(week.page)


def test_the_page_of_too_many_refused_sign_ins_has_no_violation(app, page):
    for _ in range(throttle.MAX_REFUSALS):
        RefusedSignIn.objects.create(
            way=RefusedSignIn.Way.OAUTH, address="127.0.0.1", at=timezone.now()
        )
    page.goto(app)
    page.get_by_role("link", name="Sign in with Asana").click()
    expect(page.get_by_text("Try again in 15 minutes.")).to_be_visible()
    assert_accessible(page)


def test_a_cell_that_a_rule_refused_has_no_violation(week):
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, rounding_minutes=15, rounding="up")
    field = week.page.locator(TODAY).last
    field.fill("1:07")
    field.press("Enter")
    expect(week.page.locator('.cell[data-state="refused"]')).to_have_count(1)
    field.focus()
    expect(week.page.get_by_role("button", name="Save 1:15")).to_be_visible()
    assert_accessible(week.page)


def test_a_panel_that_a_rule_refused_has_no_violation(week):
    week.clear_today()
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, rounding_minutes=15, note_required=True)
    week.page.locator(TODAY).last.press("Alt+Enter")
    panel = week.page.get_by_role("dialog")
    panel.get_by_label("Hours").fill("1:07")
    panel.get_by_role("button", name="Add", exact=True).click()
    expect(panel.get_by_role("button", name="Save 1:00")).to_be_visible()
    assert_accessible(week.page)


def test_a_line_that_a_rule_refused_has_no_violation(week):
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, rounding_minutes=15, note_required=True)
    week.page.reload()
    week.page.keyboard.press("n")
    week.page.keyboard.type("1:07 stand-up")
    expect(week.page.get_by_role("radio", name="Studio stand-up")).to_be_visible()
    week.page.keyboard.press("Enter")
    expect(week.page.get_by_role("button", name="Add 1:00")).to_be_visible()
    assert_accessible(week.page)


def test_a_copy_that_is_rounded_and_refused_has_no_violation(week):
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, rounding_minutes=60, most_minutes=240)
    week.page.get_by_role("link", name="tasks and hours").click()
    expect(week.page.get_by_text("This is what will be saved")).to_be_visible()
    expect(week.page.get_by_text("The limit is 4:00").first).to_be_visible()
    assert_accessible(week.page)


def test_days_that_are_shut_and_days_off_have_no_violation(week):
    today = timezone.localdate()
    WorkspacePolicy.objects.create(
        workspace_gid=WORKSPACE,
        lock_date=today,
        no_future=True,
        own_days=[[today.isoformat(), "Studio birthday"]],
    )
    week.page.reload()
    expect(week.page.get_by_text("are locked.").first).to_be_visible()
    week.page.locator("#rules summary").click()
    assert_accessible(week.page)
