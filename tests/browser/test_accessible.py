"""axe finds nothing to complain about, in light and dark, wide and narrow."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts import attempts, audit, heartbeats
from accounts.models import Action, Attempt, Connection, Reviewer, Served, Traffic, Trouble, User
from tests.browser.conftest import WORKSPACE
from tests.browser.people import MIA, give_people_to_mia
from tests.browser.test_set_up import open_set_up
from timesheet.domain.week import Week
from timesheet.models import House
from timesheet.services import hours
from timesheet.version import VERSION

# The day that a narrow window shows.
TODAY = "td[data-today] .hours"
# Colours, and the width of the window.
LOOKS: list[tuple[Literal["light", "dark"], int]] = [
    ("light", 1280),
    ("dark", 1280),
    ("light", 390),
    ("dark", 390),
]

PERSONAL = {"method": "token"}
# Connections in all the states that there are, but for that of being healthy.
STATES = {
    "needs_reconnecting": {"method": "token", "state": "needs_reconnecting", "problem": "No."},
    "revoked": {"method": "token", "state": "revoked"},
    "app_blocked": PERSONAL,
    "no_time_tracking": PERSONAL,
    "expiring": {"method": "oauth", "expires_at": timezone.now() + timedelta(hours=1)},
}


def test_the_sign_in_page_has_no_violation(app: str, page: Page):
    page.goto(app)
    page.get_by_text("Use a personal access token").click()
    assert_accessible(page)


def test_the_week_page_has_no_violation(week):
    week.page.get_by_role("searchbox", name="Add a task").fill("bank")
    week.page.get_by_role("button", name="Weekly call").wait_for()
    week.page.locator("#keys summary").click()
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
    expect(week.page.get_by_role("dialog")).to_contain_text("Not in Asana yet")
    assert_accessible(week.page)
    week.page.goto(week.page.url.partition("/12")[0] + "/waiting/")
    assert_accessible(week.page)


def test_a_conflict_has_no_violation(week):
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
    week.page.get_by_role("link", name="Copy tasks and hours").click()
    expect(week.page.get_by_role("dialog")).to_contain_text("Write")
    assert_accessible(week.page)


def test_quick_add_has_no_violation(week):
    week.page.keyboard.press("Control+k")
    week.page.get_by_label("How long, on what").fill("1h30 opening hours yesterday")
    expect(week.page.get_by_role("radio").first).to_be_visible()
    assert_accessible(week.page)


def test_preferences_have_no_violation(week):
    week.page.get_by_role("link", name="Preferences").click()
    week.page.get_by_label("Monday").fill("soon")
    week.page.get_by_role("button", name="Save").click()
    expect(week.page.get_by_text("This is not a duration.")).to_be_visible()
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
    week.page.get_by_role("link", name="Ada Lindqvist").click()
    week.page.get_by_text("Disconnect").first.click()
    assert_accessible(week.page)


def test_the_page_of_a_problem_has_no_violation(week):
    week.page.goto(f"{week.page.url}nothing/")
    assert_accessible(week.page)


@pytest.fixture
def team(app: str, sign_in, page: Page) -> Page:
    """The week before last as Mia sees it."""
    give_people_to_mia()
    sign_in("Mia")
    week = Week.of(timezone.localdate() - timedelta(weeks=2))
    page.goto(f"{app}/{WORKSPACE}/team/{week}/")
    return page


def test_a_team_has_no_violation(team):
    team.locator(".keys summary").click()
    assert_accessible(team)


def test_a_persons_week_has_no_violation(team):
    team.get_by_role("link", name="Ada Lindqvist").click()
    expect(team.get_by_role("heading", name="Ada Lindqvist")).to_be_visible()
    assert_accessible(team)


def test_deciding_about_weeks_has_no_violation(team):
    team.get_by_role("link", name="with nothing odd").click()
    assert_accessible(team)
    team.get_by_role("button", name="Approve").click()
    expect(team.get_by_text("weeks looked after")).to_be_visible()
    assert_accessible(team)


def test_returning_a_week_has_no_violation(team):
    team.get_by_role("checkbox", name="Ada").check()
    team.get_by_role("button", name="Return the chosen").click()
    assert_accessible(team)


@pytest.fixture
def reports(sign_in, page: Page, app: str) -> Page:
    """Omar, an admin, at a report of the last weeks with all that can be on its page."""
    sign_in("Omar")
    start = date.today() - timedelta(days=40)  # noqa: DTZ011 (any days of late will do)
    query = f"from={start}&to={start + timedelta(days=40)}&by=project&then=person"
    page.goto(f"{app}/{WORKSPACE}/reports/?{query}")
    return page


def test_a_report_has_no_violation(reports: Page):
    reports.get_by_text("Save this view").click()
    for summary in reports.locator(".chart summary, .notes summary").all():
        summary.click()
    reports.locator(".filter summary").first.click()
    expect(reports.get_by_role("img", name="Hours of each day")).to_be_visible()
    expect(reports.get_by_role("img", name="Weeks against the target")).to_be_visible()
    assert_accessible(reports)


def test_a_saved_view_and_a_prepared_export_have_no_violation(reports: Page):
    reports.get_by_text("Save this view").click()
    reports.get_by_label("Name").fill("Invoices")
    reports.get_by_role("button", name="Save").click()
    expect(reports.get_by_role("link", name="Invoices")).to_be_visible()
    with reports.expect_download() as download:
        reports.get_by_role("link", name="Entries as CSV").click()
    assert download.value.suggested_filename.endswith(".csv")
    expect(reports.get_by_text("All is read.")).to_be_visible()
    assert_accessible(reports)


def test_the_entries_of_a_figure_have_no_violation(reports: Page):
    reports.locator("#total").click()
    expect(reports.get_by_role("heading", name="Entries", exact=True)).to_be_visible()
    expect(reports.get_by_text("Page 1 of")).to_be_visible()
    assert_accessible(reports)


def test_reports_that_have_no_answer_have_no_violation(reports: Page, app: str):
    reports.goto(f"{app}/{WORKSPACE}/reports/?from=2026-11-02&to=2026-11-01")
    expect(reports.get_by_text("The last day is before the first.")).to_be_visible()
    assert_accessible(reports)
    reports.goto(f"{app}/{WORKSPACE}/reports/?from=2020-11-02&to=2020-11-03")
    expect(reports.get_by_text("No hours here.")).to_be_visible()
    assert_accessible(reports)


def test_a_report_that_is_still_read_has_no_violation(reports: Page, app: str, monkeypatch):
    monkeypatch.setattr(hours, "PORTION", 1)
    reports.route("**/prepare/**", lambda route: route.abort())
    reports.goto(f"{app}/{WORKSPACE}/reports/?range=this-week")
    expect(reports.get_by_role("progressbar")).to_be_visible()
    assert_accessible(reports)


def test_a_page_for_managers_alone_says_so_without_violation(week, app: str):
    week.page.goto(f"{app}/{WORKSPACE}/reports/")
    expect(week.page.get_by_role("heading", name="This page is for managers")).to_be_visible()
    assert_accessible(week.page)


@pytest.fixture
def admin(app: str, sign_in, page: Page) -> Page:
    """Who looks after whom, as Omar sees it, and one of them has left."""
    give_people_to_mia()
    Reviewer.objects.get().people.create(gid="1201000000000099", name="Gone Since")
    sign_in("Omar")
    page.goto(f"{app}/{WORKSPACE}/people/")
    return page


def test_who_looks_after_whom_has_no_violation(admin):
    admin.get_by_text("Remove…").click()
    assert_accessible(admin)


def test_choosing_people_has_no_violation(admin):
    admin.get_by_role("link", name="Choose people").click()
    admin.get_by_role("searchbox", name="Search").fill("siobhan")
    expect(admin.get_by_role("checkbox")).to_have_count(1)
    assert_accessible(admin)
    admin.get_by_role("searchbox", name="Search").fill("nobody at all")
    expect(admin.get_by_text("Nobody by this name.")).to_be_visible()
    assert_accessible(admin)


@pytest.mark.parametrize("chooses", ["", "teams"])
def test_ones_own_people_have_no_violation(app, sign_in, page, chooses):
    give_people_to_mia()
    Reviewer.objects.update(chooses=chooses)
    sign_in("Mia")
    page.goto(f"{app}/{WORKSPACE}/people/{MIA}/")
    expect(page.get_by_role("heading", name="Your people")).to_be_visible()
    assert_accessible(page)


def test_turning_the_reporting_connection_on_has_no_violation(app, admin):
    admin.goto(f"{app}/{WORKSPACE}/reporting/")
    expect(admin.get_by_text("It is off")).to_be_visible()
    assert_accessible(admin)
    admin.locator("form.token").evaluate("form => form.noValidate = true")
    admin.get_by_role("button", name="Check this token").click()
    expect(admin.locator(".error")).to_have_count(2)
    assert_accessible(admin)
    paste(admin, "sandbox-nour")
    expect(admin.get_by_text("shows this account no hours")).to_be_visible()
    assert_accessible(admin)


def test_a_reporting_connection_has_no_violation(app, admin):
    admin.goto(f"{app}/{WORKSPACE}/reporting/")
    paste(admin, "sandbox-mia")
    admin.get_by_role("button", name="Show managers what Mia Hartmann sees").click()
    admin.get_by_text("Replace the token…").click()
    admin.get_by_text("Turn off…").click()
    expect(admin.get_by_role("button", name="Turn the reporting connection off")).to_be_visible()
    assert_accessible(admin)
    Connection.objects.filter(user__is_active=False).update(state="needs_reconnecting")
    admin.goto(f"{app}/{WORKSPACE}/reporting/")
    expect(admin.get_by_text("It is on, but does not work.")).to_be_visible()
    assert_accessible(admin)


@pytest.mark.parametrize("state", ["healthy", "needs_reconnecting"])
def test_what_is_read_through_it_has_no_violation(app, admin, state):
    admin.goto(f"{app}/{WORKSPACE}/reporting/")
    paste(admin, "sandbox-mia")
    admin.get_by_role("button", name="Show managers what Mia Hartmann sees").click()
    Connection.objects.filter(user__is_active=False).update(state=state)
    said = "through the reporting connection of Mia Hartmann"
    said = said if state == "healthy" else "this is what Asana shows you yourself"
    for place in (f"team/{Week.of(timezone.localdate()).previous}/", "reports/?range=last-week"):
        admin.goto(f"{app}/{WORKSPACE}/{place}")
        expect(admin.get_by_text(said)).to_be_visible()
        assert_accessible(admin)


def paste(admin: Page, token: str) -> None:
    """And have it checked."""
    admin.get_by_label("Access token").fill(token)
    admin.get_by_label("I have read").check()
    admin.get_by_role("button", name="Check this token").click()
    expect(admin.get_by_text("The token was checked.")).to_be_visible()


@pytest.fixture
def last_week(app: str, sign_in, page: Page) -> Page:
    """Mia's team in the week before, of which some are short."""
    give_people_to_mia()
    sign_in("Mia")
    page.goto(f"{app}/{WORKSPACE}/team/{Week.of(timezone.localdate()).previous}/")
    return page


def test_reminding_those_who_are_short_has_no_violation(last_week):
    last_week.get_by_role("button", name="Remind the").click()
    expect(last_week.get_by_text("Reminded by mail")).to_be_visible()
    assert_accessible(last_week)


def test_unsubscribing_has_no_violation(app, page, mailoutbox, last_week):
    last_week.get_by_role("button", name="Remind the").click()
    expect(last_week.get_by_text("Reminded by mail")).to_be_visible()
    page.goto(mailoutbox[0].extra_headers["List-Unsubscribe"].strip("<>"))
    assert_accessible(page)
    page.get_by_role("button", name="Unsubscribe").click()
    expect(page.get_by_role("heading", name="You are unsubscribed")).to_be_visible()
    assert_accessible(page)


def test_the_page_of_reminders_has_no_violation(app, admin):
    admin.goto(f"{app}/{WORKSPACE}/reminders/")
    expect(admin.get_by_text("The people of these managers")).to_be_visible()
    assert_accessible(admin)
    admin.get_by_label("At", exact=True).fill("")
    admin.locator("form[method=post]").last.evaluate("form => form.noValidate = true")
    admin.get_by_role("button", name="Save").click()
    expect(admin.locator(".error")).to_be_visible()
    assert_accessible(admin)


def test_the_audit_log_has_no_violation(app, admin):
    audit.record(
        Action.POLICY_CHANGED,
        User.objects.get(name="Omar Haddad"),
        workspace=WORKSPACE,
        before={"most_minutes": 1440},
        after={"most_minutes": 600},
    )
    admin.goto(f"{app}/{WORKSPACE}/audit/")
    expect(admin.get_by_text("1440 → 600")).to_be_visible()
    assert_accessible(admin)
    admin.goto(f"{app}/{WORKSPACE}/audit/?start=soon&who=nobody")
    expect(admin.get_by_text("Enter a valid date.")).to_be_visible()
    assert_accessible(admin)


def test_people_and_roles_have_no_violation(app, admin):
    User.objects.create_user("1201000000000001", "Ada Lindqvist")
    admin.goto(f"{app}/{WORKSPACE}/roles/")
    expect(admin.get_by_text("Manager of 9 people")).to_be_visible()
    assert_accessible(admin)
    admin.get_by_role("link", name="Ada Lindqvist").click()
    for summary in admin.locator(".change summary").all():
        summary.click()
    assert_accessible(admin)
    admin.get_by_role("button", name="Switch off").click()
    admin.get_by_text("Switch on…").click()
    assert_accessible(admin)
    admin.goto(f"{app}/{WORKSPACE}/roles/{MIA}/")
    admin.get_by_text("No longer a manager…").click()
    assert_accessible(admin)
    admin.goto(f"{app}/{WORKSPACE}/roles/?state=left&role=king")
    expect(admin.get_by_text("Select a valid choice")).to_be_visible()
    assert_accessible(admin)


def test_the_set_up_has_no_violation_in_its_states(app, page, settings):
    settings.ASANA_CLIENT_ID = settings.ASANA_CLIENT_SECRET = ""
    page.goto(app)
    expect(page.get_by_text("Not set up yet")).to_be_visible()
    assert_accessible(page)
    page.goto(f"{app}/set-up/")
    page.get_by_label("Set-up code").fill("wrong")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("This is not the code.")).to_be_visible()
    assert_accessible(page)
    open_set_up(app, page)
    assert_accessible(page)
    page.get_by_label("Client id").fill("sandbox-client")
    page.get_by_role("button", name="Save and check").click()
    expect(page.get_by_text("Enter the secret of this client id.")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Client secret").fill("wrong")
    page.get_by_role("button", name="Save and check").click()
    expect(page.get_by_text("The client secret is wrong.")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Client secret").fill("sandbox-secret")
    page.get_by_role("button", name="Save and check").click()
    page.get_by_role("link", name="Sign in with Asana").click()
    page.get_by_role("link", name="Continue as Omar").click()
    page.get_by_role("button", name="Allow").click()
    page.get_by_role("checkbox").check()
    assert_accessible(page)
    page.get_by_role("button", name="Save the workspaces").click()
    expect(page.get_by_role("heading", name="Finished")).to_be_visible()
    assert_accessible(page)


def test_a_workspace_that_is_not_served_has_no_violation(week):
    Served.objects.create(workspace_gid="1200000000000002")
    week.page.reload()
    expect(week.page.get_by_role("heading", name="not for this workspace")).to_be_visible()
    assert_accessible(week.page)


@pytest.fixture
def waiting(week, app: str, sign_in) -> Page:
    """Hours of Ada's wait, and Omar looks at what is open."""
    week.sandbox.faults({"kind": "drop_before", "path": "/api/"})
    for field in week.page.locator(TODAY).all()[:2]:
        field.fill("1:30")
        field.press("Enter")
    expect(week.page.locator('.cell[data-state="queued"]')).to_have_count(2)
    week.sandbox.faults()
    week.page.get_by_role("button", name="Sign out").click()
    week.page.get_by_role("link", name="Sign in with Asana").wait_for()
    sign_in("Omar")
    week.page.goto(f"{app}/{WORKSPACE}/edits/")
    return week.page


def test_open_edits_and_deciding_about_them_have_no_violation(waiting: Page, sign_in):
    expect(waiting.get_by_text("Choose the 2 below")).to_be_visible()
    assert_accessible(waiting)
    waiting.get_by_role("link", name="Retry all 2").click()
    expect(waiting.get_by_role("heading", name="Retry 2 edits")).to_be_visible()
    assert_accessible(waiting)
    waiting.get_by_role("link", name="Cancel").click()
    waiting.get_by_role("link", name="Discard all 2").click()
    waiting.locator("form[method=post]").last.evaluate("form => form.noValidate = true")
    waiting.get_by_role("button", name="Discard").click()
    expect(waiting.locator(".error")).to_be_visible()
    assert_accessible(waiting)
    waiting.get_by_label("Why?").fill("No")
    waiting.get_by_role("button", name="Discard").click()
    expect(waiting.get_by_role("heading", name="What became of the edits")).to_be_visible()
    assert_accessible(waiting)
    waiting.get_by_role("link", name="Back to the open edits").click()
    assert_accessible(waiting)
    waiting.get_by_role("button", name="Sign out").click()
    waiting.get_by_role("link", name="Sign in with Asana").wait_for()
    sign_in("Ada")
    waiting.locator('.cell[data-state="discarded"] .hours').first.focus()
    assert_accessible(waiting)
    waiting.locator("#status a").click()
    expect(waiting.get_by_role("dialog")).to_contain_text("Write it again")
    assert_accessible(waiting)


def test_the_connections_of_a_workspace_have_no_violation(app, sign_in, page):
    sign_in("Omar")
    now = timezone.now()
    omar = Connection.objects.get()
    omar.traffic.create(hour=now, status=429, requests=2)
    omar.traffic.create(hour=now, status=503, requests=1)
    for place, (state, fields) in enumerate(STATES.items()):
        person = User.objects.create_user(f"1201{place + 6:012}", state)
        made = Connection.objects.create(user=person, access_token="none", **fields)
        if state in Trouble.Kind.values:
            made.troubles.create(workspace_gid=WORKSPACE, kind=state, words="No.", at=now)
    page.goto(f"{app}/{WORKSPACE}/connections/?state=everybody")
    expect(page.locator(".condition[data-state=never_connected]").first).to_be_visible()
    for state in STATES:
        expect(page.locator(f".condition[data-state={state}]")).to_have_count(1)
    assert_accessible(page)
    page.goto(f"{app}/{WORKSPACE}/connections/?q=nobody")
    assert_accessible(page)


def test_one_connection_has_no_violation(app, sign_in, page):
    sign_in("Omar")
    Connection.objects.get().traffic.create(hour=timezone.now(), status=429, requests=2)
    ada = User.objects.create_user("1201000000000001", "Ada Lindqvist", "ada@example.com")
    Connection.objects.create(
        user=ada, access_token="none", failed_at=timezone.now(), **STATES["needs_reconnecting"]
    )
    for gid in ("1201000000000004", "1201000000000001", "1201000000000002"):
        page.goto(f"{app}/{WORKSPACE}/connections/{gid}/")
        for summary in page.locator("details summary").all():
            summary.click()
        assert_accessible(page)


def test_the_page_of_health_has_no_violation(app, admin):
    heartbeats.beat("house:7", timezone.now(), VERSION, timezone.now())
    admin.goto(f"{app}/{WORKSPACE}/health/")
    expect(admin.get_by_text("All is well")).to_be_visible()
    assert_accessible(admin)
    heartbeats.beat("house:7", timezone.now(), VERSION, timezone.now() - timedelta(hours=1))
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    for status, requests in ((200, 300), (0, 20), (429, 30), (503, 40)):
        connection = Connection.objects.get()
        Traffic.objects.update_or_create(
            connection=connection, hour=hour, status=status, defaults={"requests": requests}
        )
    admin.get_by_role("link", name="Look again").click()
    expect(admin.get_by_role("heading", name="What is wrong")).to_be_visible()
    assert_accessible(admin)


def test_the_page_of_too_many_refused_sign_ins_has_no_violation(app, page):
    for _ in range(attempts.MOST):
        Attempt.objects.create(address="127.0.0.1", at=timezone.now())
    page.goto(app)
    page.get_by_role("link", name="Sign in with Asana").click()
    expect(page.get_by_text("Try again in 15 minutes.")).to_be_visible()
    assert_accessible(page)


def test_the_page_of_rules_has_no_violation(app, admin):
    admin.goto(f"{app}/{WORKSPACE}/policy/")
    admin.get_by_label("Country", exact=True).select_option("DE")
    admin.get_by_role("button", name="Save the rules").click()
    expect(admin.get_by_text("German Unity Day")).to_be_visible()
    assert_accessible(admin)
    admin.get_by_label("Days off of your own").fill("Christmas")
    admin.get_by_label("Days back for members").fill("many")
    admin.get_by_role("button", name="Save the rules").click()
    expect(admin.locator(".field .error")).to_have_count(2)
    assert_accessible(admin)


def test_a_cell_that_a_rule_refused_has_no_violation(week):
    House.objects.create(workspace_gid=WORKSPACE, rounding_minutes=15, rounding="up")
    field = week.page.locator(TODAY).last
    field.fill("1:07")
    field.press("Enter")
    expect(week.page.locator('.cell[data-state="refused"]')).to_have_count(1)
    field.focus()
    expect(week.page.get_by_role("button", name="Write 1:15")).to_be_visible()
    assert_accessible(week.page)


def test_a_panel_that_a_rule_refused_has_no_violation(week):
    House.objects.create(workspace_gid=WORKSPACE, rounding_minutes=15, note_required=True)
    week.page.locator(TODAY).last.press("Alt+Enter")
    panel = week.page.get_by_role("dialog")
    panel.get_by_label("Hours").fill("1:07")
    panel.get_by_role("button", name="Add", exact=True).click()
    expect(panel.get_by_role("button", name="Write")).to_be_visible()
    assert_accessible(week.page)


def test_a_line_that_a_rule_refused_has_no_violation(week):
    House.objects.create(workspace_gid=WORKSPACE, rounding_minutes=15, note_required=True)
    week.page.reload()
    week.page.keyboard.press("n")
    week.page.keyboard.type("1:07 stand-up")
    expect(week.page.get_by_role("radio", name="Studio stand-up")).to_be_visible()
    week.page.keyboard.press("Enter")
    expect(week.page.get_by_role("button", name="Add 1:00")).to_be_visible()
    assert_accessible(week.page)


def test_a_copy_that_is_rounded_and_refused_has_no_violation(week):
    House.objects.create(workspace_gid=WORKSPACE, rounding_minutes=60, most_minutes=240)
    week.page.get_by_role("link", name="Copy tasks and hours").click()
    expect(week.page.get_by_text("this is what would be written")).to_be_visible()
    expect(week.page.get_by_text("at most 4:00").first).to_be_visible()
    assert_accessible(week.page)


def test_days_that_are_shut_and_days_off_have_no_violation(week):
    today = timezone.localdate()
    House.objects.create(
        workspace_gid=WORKSPACE,
        lock_date=today,
        no_future=True,
        own_days=[[today.isoformat(), "Studio birthday"]],
    )
    week.page.reload()
    expect(week.page.get_by_text("are locked.").first).to_be_visible()
    week.page.locator("#rules summary").click()
    assert_accessible(week.page)


def assert_accessible(page: Page) -> None:
    """The same page in each look, and left as it was found."""
    for scheme, width in LOOKS:
        look(page, scheme, width)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{scheme}, {width}: {found.generate_report()}"
    look(page, *LOOKS[0])


def look(page: Page, scheme: Literal["light", "dark"], width: int) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
