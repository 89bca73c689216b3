"""Submitting a week, recalling it, and what it locks."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.utils import timezone

from tests.support.asana import CLOSED, CREATE, own_week_status
from tests.support.edits import make_edit
from tests.support.pages import page
from tests.support.people import BANK_ID, WORKSPACE
from timesheet.journal import dispatch
from timesheet.models import Decision, Edit
from timesheet.sheets import reading

UNSYNCED = "This week has 1 unsynced change."


def test_what_is_missing_is_said_before_the_week_is_submitted(ada):
    shown = page(ada.see())
    assert "You’ve logged 1:45 of 40:00 hours." in shown
    assert "Tuesday: 8:00 missing" in shown
    assert "Submit for approval" in shown


def test_a_week_is_submitted_and_recalled(ada, asana, this_week):
    ada.send("submit/", htmx=False)
    assert own_week_status(asana, this_week) == "SUBMITTED"
    shown = page(ada.see())
    assert "Submitted for approval" in shown
    assert "Submit for approval" not in shown
    ada.send("recall/", htmx=False)
    assert own_week_status(asana, this_week) == "DRAFT"
    assert "Submit for approval" in page(ada.see())


def test_a_comment_as_long_as_its_field_allows_is_kept_whole(ada):
    comment = "a\n" * 999 + "ab"
    ada.send("submit/", htmx=False, comment=comment.replace("\n", "\r\n"))
    assert Decision.objects.get().message == comment


def test_a_recalled_week_takes_hours_again_where_lists_leave_out_the_status(ada, asana, this_week):
    asana.settings(strict_list_fields=True)
    ada.send("submit/", htmx=False)
    ada.see()
    ada.send("recall/", htmx=False)
    assert 'readonly aria-describedby="locked"' not in page(ada.see())
    assert ada.save(BANK_ID, this_week.days[5], "1").status_code == 200


def test_a_week_with_changes_under_way_is_not_submitted(ada, asana, settings, this_week):
    asana.faults({"method": "POST", "path": "time_tracking_entries$", "kind": "drop_before"})
    ada.save(BANK_ID, this_week.days[5], "1")
    asana.faults()
    ada.send("submit/", htmx=False)
    assert own_week_status(asana, this_week) is None
    assert UNSYNCED in page(ada.see())


@pytest.fixture
def refused(ada, asana, settings, this_week) -> Edit:
    """A change that Asana refused in the background, since the page was loaded."""
    settings.ASANA_URL = CLOSED
    ada.save(BANK_ID, this_week.days[5], "1")
    settings.ASANA_URL = asana.url
    asana.faults({**CREATE, "kind": "status", "status": 403})
    Edit.objects.update(due_at=timezone.now())
    dispatch.deliver_due(ada.user.pk, timezone.now)
    asana.faults()
    return Edit.objects.get(state="refused")


def test_a_week_with_a_refusal_that_its_person_has_not_seen_is_not_submitted(
    ada, asana, refused, this_week
):
    ada.send("submit/", htmx=False)
    assert own_week_status(asana, this_week) is None
    assert UNSYNCED in page(ada.see())
    ada.send(f"unsynced/{refused.edit_id}/discard/")
    ada.send("submit/", htmx=False)
    assert own_week_status(asana, this_week) == "SUBMITTED"


@pytest.mark.usefixtures("refused")
def test_a_refusal_that_was_typed_over_and_saved_does_not_keep_a_week_from_being_submitted(
    ada, asana, this_week
):
    ada.save(BANK_ID, this_week.days[5], "2")
    ada.send("submit/", htmx=False)
    assert own_week_status(asana, this_week) == "SUBMITTED"


@pytest.mark.parametrize("plan", ["timesheets", "time_tracking"])
def test_a_change_that_is_typed_while_the_week_is_read_keeps_it_from_being_submitted(
    ada, asana, manages, mia, monday, monkeypatch, plan
):
    asana.settings(plan=plan)
    manages(mia, ada.user.gid)
    ada.see()
    read = reading.read_entries

    def slowly(*given, **more):
        entries = read(*given, **more)
        make_edit(ada.user, "queued", now=timezone.now(), entered_on=monday)
        return entries

    with monkeypatch.context() as patched:
        patched.setattr(reading, "read_entries", slowly)
        ada.send("submit/", htmx=False)
    shown = page(ada.see())
    assert UNSYNCED in shown
    assert "Submit for approval" in shown
    assert "Recall week" not in shown


def test_a_locked_week_is_read_only_with_the_reason_on_its_cells(ada, this_week):
    ada.week = this_week.previous.previous
    shown = page(ada.see())
    assert shown.count('readonly aria-describedby="locked"') == shown.count('class="hours"') > 0
    assert 'id="locked"' in shown
    assert "Recall week" in shown


def test_an_approved_week_cannot_be_recalled(ada, this_week):
    ada.week = this_week.previous.previous.previous
    shown = page(ada.see())
    assert "Your manager approved this week" in shown
    assert "Recall week" not in shown


def test_a_locked_week_refuses_changes_before_asana_is_asked(ada, asana, entries, this_week):
    asana.settings(lock_approved=False)
    ada.week = this_week.previous.previous
    before = entries(2)
    task, day, minutes, gid = before[0]
    answer = ada.save(task, day, "3", seen=f"{gid}={minutes}")
    assert answer.status_code == 422 or "say which one" in page(answer)
    assert entries(2) == before


def test_without_approvals_in_the_plan_there_is_no_button(ada, asana):
    asana.settings(plan="time_tracking")
    assert "Submit for approval" not in page(ada.see())


def test_asking_whether_the_plan_has_approvals_opens_no_record(ada, asana, this_week):
    ada.see()
    assert own_week_status(asana, this_week) is None


def test_a_plan_that_lost_approvals_is_reported_and_the_button_goes(ada, asana):
    ada.see()
    asana.settings(plan="time_tracking")
    ada.send("submit/", htmx=False)
    shown = page(ada.see())
    assert "plan doesn’t include this" in shown
    assert "Submit for approval" not in shown


def test_a_returned_week_says_what_the_manager_said(ada, asana, this_week):
    record = asana.post(
        "/timesheet_approval_statuses",
        user="1201000000000001",
        workspace=WORKSPACE,
        start_date=str(this_week.start),
        end_date=str(this_week.end),
    )
    asana.put(f"/timesheet_approval_statuses/{record['gid']}", approval_status="submitted")
    asana.put(
        f"/timesheet_approval_statuses/{record['gid']}",
        "sandbox-mia",
        approval_status="rejected",
        message="Friday?",
    )
    shown = page(ada.see())
    assert "Your manager sent this week back." in shown
    assert "Submit for approval" in shown


@pytest.mark.parametrize("path", ["submit/", "recall/"])
def test_asanas_refusal_is_a_sentence(ada, asana, path):
    ada.see()
    ada.send("submit/", htmx=False)
    if path == "submit/":
        ada.send("recall/", htmx=False)
    asana.faults({"method": "PUT", "path": "timesheet_approval", "kind": "status", "status": 403})
    assert ada.send(path, htmx=False).status_code == 302
    asana.faults()
    assert "Asana doesn’t let you do this" in page(ada.see())


def test_an_unknown_edit_in_a_locked_week_is_not_an_error(ada, this_week):
    ada.week = this_week.previous.previous
    assert ada.send(f"unsynced/{uuid4()}/retry/").status_code == 404
