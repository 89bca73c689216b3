"""axe finds nothing to complain about in the admins’ pages and the set-up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts import audit, heartbeats
from accounts.models import Action, ApiUsage, Connection, ConnectionProblem, Manager, User
from tests.browser.axe import assert_accessible
from tests.browser.people import give_people_to_mia
from tests.browser.signing_in import allow, sign_in_by_cookie
from tests.browser.test_set_up import open_set_up
from tests.support.people import MIA, WORKSPACE
from timesheet.core.version import VERSION
from timesheet.domain.week import Week

# The day that a narrow window shows.
TODAY = "td[data-today] .hours"

PERSONAL = {"method": "token"}
# Connections in all the states that there are, but for that of being healthy.
STATES: dict[str, dict[str, Any]] = {
    "needs_reconnecting": {"method": "token", "state": "needs_reconnecting", "problem": "No."},
    "revoked": {"method": "token", "state": "revoked"},
    "app_blocked": PERSONAL,
    "no_time_tracking": PERSONAL,
    "expiring": {"method": "oauth", "expires_at": timezone.now() + timedelta(hours=1)},
}


@pytest.fixture
def admin(app: str, sandbox, page: Page) -> Page:
    """Omar's browser; Mia has people, and one of them has left."""
    give_people_to_mia()
    Manager.objects.get().people.create(gid="1201000000000099", name="Gone Since")
    sign_in_by_cookie(page.context, app, sandbox, "Omar")
    return page


def test_changing_selected_people_has_no_violation(app, admin):
    admin.goto(f"{app}/{WORKSPACE}/roles/")
    bar = admin.get_by_role("group", name="Selected people")
    expect(bar).to_be_hidden()
    admin.get_by_role("checkbox", name="Select Ada Lindqvist").check()
    expect(bar.get_by_text("1 selected")).to_be_in_viewport()
    for name in ("Assign manager…", "Change role…", "Set capacity…"):
        bar.get_by_text(name).click()
        assert_accessible(admin)
    admin.keyboard.press("Escape")
    expect(bar.get_by_role("button", name="Set capacity")).to_be_hidden()
    bar.get_by_text("Change role…").click()
    bar.get_by_role("combobox", name="Role").select_option("Make manager")
    bar.get_by_role("button", name="Change role").click()
    expect(admin.get_by_text("Role changed for 1 person.")).to_be_visible()
    expect(bar).to_be_hidden()


def test_choosing_people_has_no_violation(app, admin):
    admin.goto(f"{app}/{WORKSPACE}/people/{MIA}/")
    admin.get_by_text("Remove as manager…").click()
    assert_accessible(admin)
    admin.get_by_role("searchbox", name="Search").fill("siobhan")
    expect(admin.get_by_role("checkbox")).to_have_count(1)
    assert_accessible(admin)
    admin.get_by_role("searchbox", name="Search").fill("nobody at all")
    expect(admin.get_by_text("No matches.")).to_be_visible()
    assert_accessible(admin)


def test_what_needs_attention_and_capacity_have_no_violation(app, admin):
    file = "person,manager,mon\n1201000000000001,1201000000000003,4"
    admin.goto(f"{app}/{WORKSPACE}/admin/")
    expect(admin.get_by_role("heading", name="What needs attention")).to_be_visible()
    assert_accessible(admin)
    for path in ("1201000000000001/", "import/"):
        admin.goto(f"{app}/{WORKSPACE}/capacity/{path}")
        assert_accessible(admin)
    admin.get_by_label("Or paste it").fill(file)
    admin.get_by_role("button", name="Check the file").click()
    expect(admin.get_by_role("heading", name="1 person")).to_be_visible()
    assert_accessible(admin)
    admin.get_by_role("button", name="Import", exact=True).click()
    expect(admin.get_by_text("1 person updated.")).to_be_visible()
    admin.get_by_role("checkbox", name="Select everyone on this page").check()
    expect(admin.get_by_role("checkbox", name="Select Ada Lindqvist")).to_be_checked()


def test_turning_the_reporting_connection_on_has_no_violation(app, admin):
    admin.goto(f"{app}/{WORKSPACE}/reporting/")
    expect(admin.get_by_text("Off. Managers only see")).to_be_visible()
    assert_accessible(admin)
    admin.locator("form.token").evaluate("form => form.noValidate = true")
    admin.get_by_role("button", name="Check token").click()
    expect(admin.locator(".error")).to_have_count(2)
    assert_accessible(admin)
    paste(admin, "sandbox-nour")
    expect(admin.get_by_text("This account can’t see anyone else’s hours")).to_be_visible()
    assert_accessible(admin)


def test_a_reporting_connection_has_no_violation(app, admin):
    admin.goto(f"{app}/{WORKSPACE}/reporting/")
    paste(admin, "sandbox-mia")
    admin.get_by_role("button", name="Show managers what Mia Hartmann sees").click()
    admin.get_by_text("Replace token…").click()
    admin.get_by_text("Turn off…").click()
    expect(admin.get_by_role("button", name="Turn off shared reporting account")).to_be_visible()
    assert_accessible(admin)
    Connection.objects.filter(user__is_active=False).update(state="needs_reconnecting")
    admin.goto(f"{app}/{WORKSPACE}/reporting/")
    expect(admin.get_by_text("On, but not working.")).to_be_visible()
    assert_accessible(admin)


@pytest.mark.parametrize("state", ["healthy", "needs_reconnecting"])
def test_what_is_read_through_it_has_no_violation(app, admin, state):
    admin.goto(f"{app}/{WORKSPACE}/reporting/")
    paste(admin, "sandbox-mia")
    shows = admin.get_by_role("button", name="Show managers what Mia Hartmann sees")
    shows.click()
    expect(shows).to_have_count(0)
    Connection.objects.filter(user__is_active=False).update(state=state)
    said = "through the shared reporting account of Mia Hartmann"
    said = said if state == "healthy" else "you see what Asana shows you yourself"
    for place in (f"team/{Week.of(timezone.localdate()).previous}/", "reports/?range=last-week"):
        admin.goto(f"{app}/{WORKSPACE}/{place}")
        expect(admin.get_by_text(said)).to_be_visible()
        assert_accessible(admin)


def paste(admin: Page, token: str) -> None:
    """And have it checked."""
    admin.get_by_label("Access token").fill(token)
    admin.get_by_label("I understand").check()
    admin.get_by_role("button", name="Check token").click()
    expect(admin.get_by_text("The token works.")).to_be_visible()


def test_the_page_of_reminders_has_no_violation(app, admin):
    admin.goto(f"{app}/{WORKSPACE}/reminders/")
    expect(admin.get_by_text("The people of these managers")).to_be_visible()
    assert_accessible(admin)
    admin.get_by_label("At", exact=True).fill("")
    admin.locator("main form[method=post]").last.evaluate("form => form.noValidate = true")
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
    admin.get_by_role("link", name="Ada Lindqvist", exact=True).click()
    for summary in admin.locator(".change summary").all():
        summary.click()
    assert_accessible(admin)
    admin.get_by_role("button", name="Deactivate").click()
    admin.get_by_text("Reactivate…").click()
    assert_accessible(admin)
    admin.goto(f"{app}/{WORKSPACE}/roles/{MIA}/")
    admin.get_by_text("Remove as manager…").click()
    assert_accessible(admin)
    admin.goto(f"{app}/{WORKSPACE}/roles/{MIA}/data/")
    admin.get_by_text("Erase…").click()
    assert_accessible(admin)
    admin.goto(f"{app}/{WORKSPACE}/roles/?state=left&role=king")
    expect(admin.get_by_text("Select a valid choice")).to_be_visible()
    assert_accessible(admin)


def test_the_set_up_has_no_violation_in_its_states(app, page, settings):
    settings.ASANA_CLIENT_ID = settings.ASANA_CLIENT_SECRET = ""
    page.goto(app)
    expect(page.get_by_text("isn’t set up yet")).to_be_visible()
    assert_accessible(page)
    page.goto(f"{app}/set-up/")
    page.get_by_label("Setup code").fill("wrong")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Wrong code.")).to_be_visible()
    assert_accessible(page)
    open_set_up(app, page)
    assert_accessible(page)
    page.get_by_label("Client ID").fill("sandbox-client")
    page.get_by_role("button", name="Save and check").click()
    expect(page.get_by_text("Enter the secret for this client ID.")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Client secret").fill("wrong")
    page.get_by_role("button", name="Save and check").click()
    expect(page.get_by_text("Wrong client secret. See step 4.")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Client secret").fill("sandbox-secret")
    page.get_by_role("button", name="Save and check").click()
    allow(page, "Omar")
    page.get_by_role("checkbox").check()
    assert_accessible(page)
    page.get_by_role("button", name="Save workspaces").click()
    expect(page.get_by_role("heading", name="Finished")).to_be_visible()
    assert_accessible(page)


@pytest.fixture
def waiting(week, signed_in) -> Page:
    """Hours of Ada's wait, and Omar looks at what is open."""
    week.clear_today()
    week.sandbox.faults({"kind": "drop_before", "path": "/api/"})
    for field in week.page.locator(TODAY).all()[:2]:
        field.fill("1:30")
        field.press("Enter")
    expect(week.page.locator('.cell[data-state="queued"]')).to_have_count(2)
    week.sandbox.faults()
    return signed_in("Omar", f"/{WORKSPACE}/unsynced/")


def test_open_edits_and_deciding_about_them_have_no_violation(waiting: Page, signed_in):
    expect(waiting.get_by_text("Select the 2 below")).to_be_visible()
    assert_accessible(waiting)
    waiting.get_by_role("link", name="Retry all 2").click()
    expect(waiting.get_by_role("heading", name="Retry 2 changes")).to_be_visible()
    assert_accessible(waiting)
    waiting.get_by_role("link", name="Cancel").click()
    waiting.get_by_role("link", name="Discard all 2").click()
    waiting.locator("main form[method=post]").last.evaluate("form => form.noValidate = true")
    waiting.get_by_role("button", name="Discard").click()
    expect(waiting.locator(".error")).to_be_visible()
    assert_accessible(waiting)
    waiting.get_by_label("Reason").fill("No")
    waiting.get_by_role("button", name="Discard").click()
    expect(waiting.get_by_role("heading", name="Result")).to_be_visible()
    assert_accessible(waiting)
    waiting.get_by_role("link", name="Back to unsynced changes").click()
    assert_accessible(waiting)
    signed_in("Ada")
    waiting.locator('.cell[data-state="discarded"] .hours').first.focus()
    assert_accessible(waiting)
    waiting.locator("#status a").click()
    expect(waiting.get_by_role("dialog")).to_contain_text("Save it again")
    assert_accessible(waiting)


def test_the_connections_of_a_workspace_have_no_violation(app, admin):
    now = timezone.now()
    omar = Connection.objects.get()
    omar.usage.create(hour=now, status=429, requests=2)
    omar.usage.create(hour=now, status=503, requests=1)
    for place, (state, fields) in enumerate(STATES.items()):
        person = User.objects.create_user(f"1201{place + 6:012}", state)
        made = Connection.objects.create(user=person, access_token="none", **fields)
        if state in ConnectionProblem.Kind.values:
            made.problems.create(workspace_gid=WORKSPACE, kind=state, words="No.", at=now)
    admin.goto(f"{app}/{WORKSPACE}/connections/?state=everybody")
    expect(admin.locator(".condition[data-state=never_connected]").first).to_be_visible()
    for state in STATES:
        expect(admin.locator(f".condition[data-state={state}]")).to_have_count(1)
    assert_accessible(admin)
    admin.goto(f"{app}/{WORKSPACE}/connections/?q=nobody")
    assert_accessible(admin)


def test_one_connection_has_no_violation(app, admin):
    Connection.objects.get().usage.create(hour=timezone.now(), status=429, requests=2)
    ada = User.objects.create_user("1201000000000001", "Ada Lindqvist", "ada@example.com")
    Connection.objects.create(
        user=ada, access_token="none", failed_at=timezone.now(), **STATES["needs_reconnecting"]
    )
    for gid in ("1201000000000004", "1201000000000001", "1201000000000002"):
        admin.goto(f"{app}/{WORKSPACE}/connections/{gid}/")
        for summary in admin.locator("details summary").all():
            summary.click()
        assert_accessible(admin)


def test_the_page_of_health_has_no_violation(app, admin):
    heartbeats.beat("house:7", timezone.now(), VERSION, timezone.now())
    admin.goto(f"{app}/{WORKSPACE}/health/")
    expect(admin.get_by_text("All systems operational")).to_be_visible()
    assert_accessible(admin)
    heartbeats.beat("house:7", timezone.now(), VERSION, timezone.now() - timedelta(hours=1))
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    for status, requests in ((200, 300), (0, 20), (429, 30), (503, 40)):
        connection = Connection.objects.get()
        ApiUsage.objects.update_or_create(
            connection=connection, hour=hour, status=status, defaults={"requests": requests}
        )
    admin.get_by_role("link", name="Refresh").click()
    expect(admin.get_by_role("heading", name="Problems and how to fix them")).to_be_visible()
    assert_accessible(admin)


def test_the_page_of_rules_has_no_violation(app, admin):
    admin.goto(f"{app}/{WORKSPACE}/policy/")
    admin.get_by_label("Country", exact=True).select_option("DE")
    admin.get_by_role("button", name="Save rules").click()
    expect(admin.get_by_text("German Unity Day")).to_be_visible()
    assert_accessible(admin)
    admin.get_by_label("Name", exact=True).fill("Christmas")
    admin.locator(".add-holiday").evaluate("form => form.noValidate = true")
    admin.get_by_role("button", name="Add holiday").click()
    expect(admin.get_by_text("Choose a date.")).to_be_visible()
    assert_accessible(admin)
    admin.get_by_label("Days back for members").fill("many")
    admin.get_by_role("button", name="Save rules").click()
    expect(admin.get_by_text("Enter a number of days")).to_be_visible()
    assert_accessible(admin)
