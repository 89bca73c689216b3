"""What Asana did not take at once: said on the page, kept, delivered by a real worker, decided."""

from __future__ import annotations

from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.unsent_changes import intercept
from tests.browser.week import Week
from tests.support.people import STAND_UP
from timesheet.journal import dispatch
from timesheet.journal.status import delivery_status_of
from timesheet.models import Edit
from timesheet.web import context_processors

SATURDAY, SUNDAY = 5, 6
AWAY = {"kind": "drop_before", "path": "/api/"}


def test_what_asana_did_not_take_gets_there_by_itself_and_the_page_tells(week: Week, worker):
    status = week.page.locator("#status")
    week.sandbox.faults(AWAY)
    week.type(SATURDAY, "1:30")
    week.type(SUNDAY, "2")
    expect(week.cell(SUNDAY)).to_have_attribute("data-state", "queued")
    expect(status).to_contain_text("2 waiting, Asana isn’t responding, retrying")
    week.sandbox.faults()
    expect(status).to_contain_text("All saved in Asana")
    for place in (SATURDAY, SUNDAY):
        expect(week.cell(place)).to_have_attribute("data-saved", "")
    expect(week.total()).to_have_text("5:15")
    assert [week.minutes(place) for place in (SATURDAY, SUNDAY)] == [[90], [120]]


def test_what_goes_out_along_with_another_cell_is_told_too(week: Week):
    week.sandbox.faults(AWAY)
    week.type(SATURDAY, "1:30")
    expect(week.cell(SATURDAY)).to_have_attribute("data-state", "queued")
    week.sandbox.faults()
    Edit.objects.update(due_at=timezone.now())
    week.type(SUNDAY, "2")
    for place in (SATURDAY, SUNDAY):
        expect(week.cell(place)).to_have_attribute("data-saved", "")
    expect(week.total()).to_have_text("5:15")
    expect(week.page.locator("#status")).to_contain_text("All saved in Asana")


def test_what_goes_out_along_with_another_cell_is_told_where_the_first_question_fails(week: Week):
    week.sandbox.faults(AWAY)
    week.type(SATURDAY, "1:30")
    expect(week.cell(SATURDAY)).to_have_attribute("data-state", "queued")
    week.sandbox.faults()
    Edit.objects.update(due_at=timezone.now())
    intercept(week.page, "**/status/**", lambda route: route.fulfill(status=502))
    with week.page.expect_response(lambda answer: "/status/" in answer.url):
        week.type(SUNDAY, "2")
    expect(week.cell(SATURDAY)).to_have_attribute("data-state", "queued")
    week.page.unroute_all()
    expect(week.cell(SATURDAY)).to_have_attribute("data-saved", "")


def test_what_goes_out_while_a_page_is_being_made_is_told_on_it(week: Week, monkeypatch):
    week.sandbox.faults(AWAY)
    week.type(SATURDAY, "1:30")
    expect(week.cell(SATURDAY)).to_have_attribute("data-state", "queued")

    def meanwhile(user):
        Edit.objects.update(due_at=timezone.now())
        dispatch.deliver_due(user.pk, timezone.now)
        return delivery_status_of(user)

    monkeypatch.setattr(context_processors, "delivery_status_of", meanwhile)
    week.sandbox.faults()
    week.page.reload()
    expect(week.cell(SATURDAY)).to_have_attribute("data-saved", "")
    expect(week.total()).to_have_text("3:15")


def test_the_list_of_what_waits_opens_from_the_top_and_is_worked_off(week: Week):
    week.sandbox.faults(AWAY)
    week.type(SATURDAY, "1:30")
    expect(week.cell(SATURDAY)).to_have_attribute("data-state", "queued")
    week.page.locator("#status a").click()
    panel = week.page.get_by_role("dialog")
    expect(panel).to_contain_text("Studio stand-up")
    expect(panel).to_contain_text("Add 1:30, you typed “1:30”")
    week.sandbox.faults()
    panel.get_by_role("button", name="Retry").click()
    expect(panel).to_contain_text("Everything you typed is saved in Asana")
    week.page.keyboard.press("Escape")
    expect(week.cell(SATURDAY)).to_have_attribute("data-saved", "")
    assert week.minutes(SATURDAY) == [90]


def test_an_entry_that_was_changed_in_asana_is_not_overwritten_until_it_is_chosen(week: Week):
    monday = week.page.locator(f"#row-{STAND_UP} td[data-day]").nth(0)
    [gid] = (week.cell(0).get_attribute("data-seen") or "").split("=")[:1]
    day = monday.get_attribute("data-day")
    week.sandbox.put(f"/time_tracking_entries/{gid}", duration_minutes=40, entered_on=day)
    week.type(0, "1:00")
    expect(week.cell(0)).to_have_attribute("data-state", "conflict")
    expect(week.page.locator("#status")).to_contain_text("1 needs you")
    assert week.minutes(0) == [40]
    week.row().nth(0).focus()
    # By keyboard alone: the choices come after the field.
    week.cell(0).get_by_role("button", name="Keep my 1:00").press("Enter")
    expect(week.cell(0)).to_have_attribute("data-state", "value")
    expect(week.page.locator("#status")).to_contain_text("All saved in Asana")
    assert week.minutes(0) == [60]
