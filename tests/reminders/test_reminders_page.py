"""The admins' page of what a workspace wants."""

from __future__ import annotations

from datetime import time

import pytest
from django.test import Client

from accounts.models import Action, Connection, Event, Manager
from tests.support.pages import page
from tests.support.people import WORKSPACE
from timesheet.models import WorkspacePolicy

PAGE = f"/{WORKSPACE}/reminders/"
WANTED = {
    "reminders_on": "on",
    "remind_weekday": "4",
    "remind_at": "15:30",
    "time_zone": "Europe/Berlin",
}


def test_an_admin_sets_what_the_workspace_wants(omar):
    assert omar.post(PAGE, WANTED).url == PAGE
    workspace_policy = WorkspacePolicy.objects.get()
    assert (
        workspace_policy.workspace_gid,
        workspace_policy.reminders_on,
        workspace_policy.digest,
    ) == (WORKSPACE, True, False)
    assert (workspace_policy.remind_weekday, workspace_policy.remind_at) == (4, time(15, 30))
    assert workspace_policy.since is not None
    assert 'value="15:30"' in page(omar.get(PAGE))


def test_what_changes_nothing_leaves_the_schedule_alone(omar):
    omar.post(PAGE, WANTED)
    WorkspacePolicy.objects.update(since=None, note_required=True)
    omar.post(PAGE, WANTED)
    workspace_policy = WorkspacePolicy.objects.get()
    assert (workspace_policy.since, workspace_policy.note_required) == (None, True)


def test_only_what_changed_is_in_the_audit_log(omar):
    omar.post(PAGE, WANTED)
    omar.post(PAGE, WANTED)
    omar.post(PAGE, {**WANTED, "remind_weekday": "0"})
    last, first = Event.objects.filter(action=Action.REMINDERS_CHANGED)
    assert first.after["time"] == "15:30"
    assert (last.before, last.after) == ({"weekday": "Friday"}, {"weekday": "Monday"})
    assert last.actor_gid == omar.user.gid


def test_the_time_zone_begins_as_the_admins_own(omar):
    omar.cookies["zone"] = "Asia/Tokyo"
    assert '<option value="Asia/Tokyo" selected>' in page(omar.get(PAGE))


@pytest.mark.parametrize(
    "bad", [{"remind_at": "noon"}, {"time_zone": "Mars"}, {"remind_weekday": "9"}]
)
def test_bad_input_is_rejected_with_a_sentence(omar, bad):
    assert omar.post(PAGE, {**WANTED, **bad}).status_code == 422
    assert not WorkspacePolicy.objects.exists()


def test_managers_in_whose_name_asana_cannot_be_asked_are_named(omar, manages, mia):
    manages(mia)
    Manager.objects.update(name="Mia Hartmann")
    assert "Mia Hartmann" not in page(omar.get(PAGE))
    Connection.objects.filter(user=mia.user).update(state=Connection.State.NEEDS_RECONNECTING)
    assert "Mia Hartmann" in page(omar.get(PAGE))


def test_entries_without_a_note_are_shown_to_managers_where_notes_are_required(mia, manages):
    manages(mia)
    team = f"/{WORKSPACE}/team/{mia.week}/"
    assert "no note on" not in page(mia.get(team))
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, note_required=True)
    assert "no note on" in page(mia.get(team))


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_page_is_for_admins(mia, ada, manages, method):
    manages(mia)
    for browser in (mia, ada):
        assert getattr(browser, method)(PAGE, WANTED).status_code == 403
    assert not WorkspacePolicy.objects.exists()


def test_a_stranger_signs_in_first(db):
    assert "/sign-in/" in Client().get(PAGE).url
