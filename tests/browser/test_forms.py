"""A form of any page that gets no answer of ours stays as it is, says so, and can be sent again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from accounts.models import Event
from tests.browser.people import give_people_to_mia
from tests.browser.test_team import ADA, select, status
from tests.browser.unsent_changes import away, hold_first, kill, lose_answers
from tests.browser.week import Week
from tests.support.people import STAND_UP, WORKSPACE
from timesheet.domain import week as weeks
from timesheet.models import Preferences, Timer, WorkspacePolicy

UNANSWERED = "this may not have been saved. Nothing on this page is lost: try again."
TOO_MUCH = "A proxy between you and the server doesn’t accept this much at once, so it isn’t saved."


def answer(status: int) -> Callable[[Page, str], None]:
    """Answers before our server can, as a proxy or a hotel's network does."""

    def answered(page: Page, addresses: str) -> None:
        body = "<p id='problem'>Bad gateway</p>"
        page.route(addresses, lambda route: route.fulfill(status=status, body=body))

    return answered


@pytest.fixture
def submitted() -> weeks.Week:
    return weeks.Week.of(timezone.localdate() - timedelta(weeks=2))


@pytest.fixture
def preferences(signed_in) -> Page:
    page: Page = signed_in("Ada", "/preferences/")
    page.get_by_label("Dark").check()
    return page


def save(page: Page) -> None:
    page.get_by_role("button", name="Save").first.click()


FAULTS = {
    "away": (away, UNANSWERED),
    "lost": (lose_answers, UNANSWERED),
    "502": (answer(502), UNANSWERED),
    "413": (answer(413), TOO_MUCH),
    "403": (answer(403), UNANSWERED),
    "200": (answer(200), UNANSWERED),
}


@pytest.mark.parametrize(("fault", "sentence"), FAULTS.values(), ids=FAULTS)
def test_a_page_stays_as_it_is_and_is_sent_again(preferences, fault, sentence):
    fault(preferences, "**/preferences/")
    save(preferences)
    problems = preferences.locator("#problems")
    expect(problems).to_contain_text(sentence)
    expect(problems).not_to_contain_text("Bad gateway")
    expect(preferences.get_by_label("Dark")).to_be_checked()
    preferences.unroute_all()
    save(preferences)
    expect(preferences.locator(".messages")).to_be_visible()
    assert Preferences.objects.get().theme == "dark"
    expect(problems).to_be_empty()


def test_a_link_that_is_followed_while_a_form_is_sent_waits_for_the_answer(preferences):
    held = hold_first(preferences, "**/preferences/")
    with preferences.expect_request("**/preferences/"):
        save(preferences)
    preferences.get_by_role("link", name="Back to the week").press("Enter")
    held().continue_()
    preferences.wait_for_url("**/week/*/")
    expect(preferences.locator(".messages")).to_contain_text("Preferences saved")
    assert Preferences.objects.get().theme == "dark"


def test_what_is_refused_stays_though_a_link_was_followed_meanwhile(preferences):
    preferences.get_by_label("Use my own hours:").check()
    preferences.get_by_label("Monday").fill("25")
    held = hold_first(preferences, "**/preferences/")
    with preferences.expect_request("**/preferences/"):
        save(preferences)
    preferences.get_by_role("link", name="Back to the week").press("Enter")
    held().continue_()
    expect(preferences.get_by_label("Monday")).to_have_attribute("aria-invalid", "true")
    expect(preferences.get_by_label("Monday")).to_have_value("25")


def test_a_form_that_is_pressed_twice_is_sent_once(preferences):
    sent: list[str] = []

    def count(route: Route) -> None:
        sent.append(route.request.method)
        route.continue_()

    preferences.route("**/preferences/", count)
    preferences.get_by_role("button", name="Save").first.dblclick()
    expect(preferences.locator(".messages")).to_be_visible()
    assert sent.count("POST") == 1


def test_after_a_timeout_it_can_be_sent_again(preferences):
    preferences.evaluate("AbortSignal.timeout = () => AbortSignal.abort()")
    save(preferences)
    expect(preferences.locator("#problems")).to_contain_text(UNANSWERED)
    expect(preferences.get_by_label("Dark")).to_be_checked()


def test_what_was_entered_stays_while_somebody_is_signed_out(preferences):
    cookies = preferences.context.cookies()
    preferences.context.clear_cookies(name="sessionid")
    save(preferences)
    expect(preferences.locator("#problems")).to_contain_text("come back here to save it")
    expect(preferences.get_by_label("Dark")).to_be_checked()
    preferences.context.add_cookies(cookies)
    save(preferences)
    expect(preferences.locator(".messages")).to_be_visible()
    assert Preferences.objects.get().theme == "dark"


def test_rules_that_are_refused_are_shown_and_can_be_corrected(signed_in, sandbox):
    page: Page = signed_in("Omar", f"/{WORKSPACE}/policy/")
    field = page.locator("[name=most_minutes]")
    field.fill("99:99")
    away(page, "**/policy/")
    save(page)
    expect(page.locator("#problems")).to_contain_text(UNANSWERED)
    expect(field).to_have_value("99:99")
    page.unroute_all()
    save(page)
    expect(page.locator("[aria-invalid=true]").first).to_be_focused()
    expect(field).to_have_value("99:99")
    field.fill("10")
    save(page)
    expect(page.locator(".messages")).to_be_visible()
    assert WorkspacePolicy.objects.exists()


@pytest.fixture
def team(signed_in, submitted: weeks.Week) -> Page:
    give_people_to_mia()
    page: Page = signed_in("Mia", f"/{WORKSPACE}/team/{submitted}/")
    return page


@pytest.mark.parametrize("fault", [away, answer(502), answer(200)], ids=["away", "502", "200"])
def test_a_reason_stays_below_its_row(team, sandbox, submitted, fault):
    select(team, "Ada Lindqvist")
    team.keyboard.press("r")
    reason = team.get_by_label("What should Ada Lindqvist change?")
    reason.fill("Friday?")
    fault(team, "**/return/**")
    team.get_by_role("button", name="Send back", exact=True).click()
    expect(team.locator("#problems")).to_contain_text(UNANSWERED)
    expect(reason).to_have_value("Friday?")
    expect(team.get_by_role("checkbox", name="Ada Lindqvist")).to_be_checked()
    team.unroute_all()
    team.get_by_role("button", name="Send back", exact=True).click()
    expect(team.get_by_text("1 week sent back.")).to_be_visible()
    expect(team.locator("#problems")).to_be_empty()
    assert status(sandbox, submitted, ADA) == "REJECTED"


def test_an_approval_whose_answer_got_lost_is_recorded_once_and_said(team, sandbox, submitted):
    select(team, "Ada Lindqvist")
    lose_answers(team, "**/approve/**")
    team.keyboard.press("a")
    expect(team.locator("#problems")).to_contain_text(UNANSWERED)
    assert status(sandbox, submitted, ADA) == "APPROVED"
    team.unroute_all()
    team.keyboard.press("a")
    expect(team.locator("#toast")).to_contain_text("approved")
    expect(team.locator(f"#person-{ADA}")).to_contain_text("Approved")
    assert Event.objects.filter(action="week_approved").count() == 1


def test_a_reason_of_a_page_of_its_own_stays_there(signed_in, sandbox, submitted):
    give_people_to_mia()
    address = f"/{WORKSPACE}/team/{submitted}/decide/?action=return&person={ADA}"
    page: Page = signed_in("Mia", address)
    reason = page.get_by_label("What should be changed?")
    reason.fill("Friday?")
    away(page, "**/return/**")
    page.get_by_role("button", name="Send back").click()
    expect(page.locator("#problems")).to_contain_text(UNANSWERED)
    expect(reason).to_have_value("Friday?")
    page.unroute_all()
    page.get_by_role("button", name="Send back").click()
    expect(page.get_by_role("heading", name="Done")).to_be_focused()
    assert status(sandbox, submitted, ADA) == "REJECTED"


def test_the_comment_of_a_submission_stays(week: Week):
    page = week.page
    page.locator(".submit summary").click()
    comment = page.get_by_label("Comment (optional)")
    comment.fill("Two days off")
    away(page, "**/submit/")
    page.get_by_role("button", name="Submit for approval").click()
    expect(page.locator("#problems")).to_contain_text(UNANSWERED)
    expect(comment).to_have_value("Two days off")
    page = kill(week).page
    page.locator(".submit summary").click()
    expect(page.get_by_label("Comment (optional)")).to_have_value("Two days off")
    page.get_by_role("button", name="Submit for approval").click()
    expect(page.locator("#locked")).to_be_visible()
    assert page.evaluate("localStorage.length") == 0


def test_a_week_is_submitted_after_the_cell_that_was_being_typed(week: Week):
    week.page.locator(".submit summary").click()
    field = week.row().nth(5)
    field.fill("1:11")
    week.page.get_by_role("button", name="Submit for approval").click()
    expect(week.page.locator("#locked")).to_be_visible()
    assert week.minutes(5) == [71]


def test_the_note_of_a_timer_stays(week: Week):
    page = week.page
    page.keyboard.press("t")
    panel = page.get_by_role("dialog", name="Timer")
    panel.get_by_role("searchbox").fill("stand-up")
    panel.get_by_role("button", name="Start a timer on Studio stand-up").click()
    expect(panel).to_be_hidden()
    Timer.objects.update(started_at=timezone.now() - timedelta(minutes=83))
    page.goto(page.url.partition("/12")[0] + "/preferences/")
    page.locator("#timer").get_by_role("button", name="Stop").click()
    note = panel.get_by_label("Note (optional)")
    note.fill("Called the bank")
    page.keyboard.press("Escape")
    page.locator("#timer .to-add").click()
    expect(note).to_have_value("Called the bank")
    lose_answers(page, "**/add/")
    panel.get_by_role("button", name="Add to").click()
    expect(panel).to_contain_text(UNANSWERED)
    expect(note).to_have_value("Called the bank")
    page.unroute_all()
    panel.get_by_role("button", name="Add to").click()
    expect(panel).to_be_hidden()
    page.go_back()
    found = [minutes for day in week.in_asana(STAND_UP).values() for minutes in day]
    assert found.count(83) == 1


def test_the_note_of_a_timer_without_a_task_is_there_until_the_timer_is_discarded(week: Week):
    page = week.page
    panel = page.get_by_role("dialog", name="Timer")
    page.locator("#timer a").click()
    panel.get_by_role("button", name="Start without a task").click()
    expect(panel).to_be_hidden()
    Timer.objects.update(started_at=timezone.now() - timedelta(minutes=83))
    page.locator("#timer").get_by_role("button", name="Stop").click()
    note = panel.get_by_label("Note (optional)")
    note.fill("Called the bank")
    # Each time the form searches for tasks.
    for _ in range(2):
        page.keyboard.press("Escape")
        page.locator("#timer .to-add").click()
        expect(panel.get_by_role("radio").first).to_be_checked()
        expect(note).to_have_value("Called the bank")
    panel.get_by_role("button", name="Keep running").click()
    expect(panel).to_be_hidden()
    page.locator("#timer").get_by_role("button", name="Stop").click()
    expect(panel.get_by_label("Note (optional)")).to_have_value("Called the bank")
    panel.get_by_role("button", name="Discard").click()
    expect(panel).to_be_hidden()
    assert page.evaluate("localStorage.length") == 0


def test_what_is_decided_on_the_page_of_unsynced_changes_can_be_decided_again(week: Week):
    page = week.page
    week.sandbox.faults({"kind": "status", "status": 429, "retry_after": 600, "method": "POST"})
    week.row().nth(5).fill("1:11")
    week.row().nth(5).press("Enter")
    expect(week.cell(5)).to_have_attribute("data-state", "queued")
    page.goto(page.url.partition("/12")[0] + "/waiting/")
    away(page, "**/discard/")
    page.get_by_role("button", name="Discard").click()
    expect(page.locator("#problems")).to_contain_text(UNANSWERED)
    page.unroute_all()
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_role("heading", name="All saved in Asana").last).to_be_visible()
    week.sandbox.faults()
