"""The admin's page of the email schedule."""

from __future__ import annotations

from datetime import time

import pytest
from django.test import Client

from accounts.models import Action, Connection, Event, Manager
from tests.support.pages import page
from tests.support.people import WORKSPACE
from timesheet.models import WorkspacePolicy
from timesheet.reminders.forms import RemindersForm
from timesheet.sheets.policy import workspace_policy_of

PAGE = f"/{WORKSPACE}/reminders/"
SCHEDULE = {
    "reminders_on": "on",
    "remind_weekday": "4",
    "remind_at": "15:30",
    "time_zone": "Europe/Berlin",
}


def test_an_admin_sets_the_schedule(omar):
    assert omar.post(PAGE, SCHEDULE).url == PAGE
    workspace_policy = WorkspacePolicy.objects.get()
    assert (
        workspace_policy.workspace_gid,
        workspace_policy.reminders_on,
        workspace_policy.digest,
    ) == (WORKSPACE, True, False)
    assert (workspace_policy.remind_weekday, workspace_policy.remind_at) == (4, time(15, 30))
    assert workspace_policy.schedule_changed_at is not None
    assert 'value="15:30"' in page(omar.get(PAGE))


def test_saving_without_changes_keeps_the_schedule(omar):
    omar.post(PAGE, SCHEDULE)
    WorkspacePolicy.objects.update(schedule_changed_at=None, note_required=True)
    omar.post(PAGE, SCHEDULE)
    workspace_policy = WorkspacePolicy.objects.get()
    assert (workspace_policy.schedule_changed_at, workspace_policy.note_required) == (None, True)


def test_rules_that_are_saved_while_the_schedule_is_saved_stay(omar):
    form = RemindersForm(SCHEDULE, instance=workspace_policy_of(WORKSPACE))
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, note_required=True)
    assert form.is_valid()
    form.save()
    stored = WorkspacePolicy.objects.get()
    assert (stored.note_required, stored.reminders_on) == (True, True)


def test_only_changes_are_in_the_audit_log(omar):
    omar.post(PAGE, SCHEDULE)
    omar.post(PAGE, SCHEDULE)
    omar.post(PAGE, {**SCHEDULE, "remind_weekday": "0"})
    last, first = Event.objects.filter(action=Action.REMINDERS_CHANGED)
    assert first.after["time"] == "15:30"
    assert (last.before, last.after) == ({"weekday": "Friday"}, {"weekday": "Monday"})
    assert last.actor_gid == omar.user.gid


def test_the_time_zone_is_at_first_the_admins_own(omar):
    omar.cookies["zone"] = "Asia/Tokyo"
    assert '<option value="Asia/Tokyo" selected>' in page(omar.get(PAGE))


@pytest.mark.parametrize(
    "bad", [{"remind_at": "noon"}, {"time_zone": "Mars"}, {"remind_weekday": "9"}]
)
def test_invalid_input_is_rejected(omar, bad):
    assert omar.post(PAGE, {**SCHEDULE, **bad}).status_code == 422
    assert not WorkspacePolicy.objects.exists()


def test_managers_without_a_healthy_connection_are_named(omar, manages, mia):
    manages(mia)
    Manager.objects.update(name="Mia Hartmann")
    assert "Mia Hartmann" not in page(omar.get(PAGE))
    Connection.objects.filter(user=mia.user).update(state=Connection.TokenState.NEEDS_RECONNECTING)
    assert "Mia Hartmann" in page(omar.get(PAGE))


def test_managers_see_entries_without_a_note_if_notes_are_required(mia, manages):
    manages(mia)
    team = f"/{WORKSPACE}/team/{mia.week}/"
    assert "No note on" not in page(mia.get(team))
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, note_required=True)
    assert "No note on" in page(mia.get(team))


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_page_is_for_admins(mia, ada, manages, method):
    manages(mia)
    for browser in (mia, ada):
        assert getattr(browser, method)(PAGE, SCHEDULE).status_code == 403
    assert not WorkspacePolicy.objects.exists()


def test_a_stranger_signs_in_first(db):
    assert "/sign-in/" in Client().get(PAGE)["Location"]
