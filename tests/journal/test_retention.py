"""Old events and settled edits are deleted by age; what is open, or not read yet, never is."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts import audit
from accounts.models import Action, Event
from tests.support.people import ADA, STAND_UP, WORKSPACE
from timesheet import worker
from timesheet.journal import retention
from timesheet.models import Edit, Step

NOW = timezone.now()
OLD, RECENT = NOW - timedelta(days=100), NOW - timedelta(days=10)


@pytest.fixture
def keep_60_days(settings, db):
    settings.AUDIT_KEEP_DAYS = settings.JOURNAL_KEEP_DAYS = 60
    cache.clear()


@pytest.fixture
def edit(keep_60_days, django_user_model):
    """Makes an edit of a hundred days ago, by default confirmed."""
    user = django_user_model.objects.create_user(ADA)

    def edit(**given) -> Edit:
        step = Step.objects.create(
            user=user, workspace_gid=WORKSPACE, week="2026-W01", step_id=uuid4(), created_at=OLD
        )
        values = {"state": "confirmed", "created_at": OLD, "closed_at": OLD, "kind": "create"}
        return Edit.objects.create(
            user=user,
            step=step,
            edit_id=uuid4(),
            workspace_gid=WORKSPACE,
            task_gid=STAND_UP,
            entered_on=OLD.date(),
            duration_minutes=60,
            entry_gid=str(uuid4().int)[:15],
            **{**values, **given},
        )

    return edit


@pytest.mark.parametrize("state", ["queued", "in_doubt", "conflict", "restored"])
def test_what_is_open_stays_however_old_it_is(edit, state):
    """Even one that carries a date of its end by mistake."""
    edit(state=state, closed_at=None)
    edit(state=state)
    retention.delete_old(NOW)
    assert Edit.objects.count() == Step.objects.count() == 2


@pytest.mark.parametrize(
    "given",
    [
        {"closed_at": RECENT},
        {"state": "refused"},
        {"state": "discarded", "discarded_by": "Omar"},
        {"duplicate_gid": "1"},
        {"watch_until": NOW},
    ],
)
def test_so_does_what_is_recent_watched_or_not_read_yet(edit, given):
    edit(**given)
    retention.delete_old(NOW)
    assert Edit.objects.exists()


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"state": "refused", "acknowledged_at": OLD},
        {"state": "discarded"},
        {"state": "discarded", "discarded_by": "Omar", "acknowledged_at": OLD},
    ],
)
def test_what_is_settled_goes_with_its_step_and_it_is_recorded(edit, given):
    edit(**given)
    retention.delete_old(NOW)
    assert not Edit.objects.exists()
    assert not Step.objects.exists()
    event = Event.objects.get()
    assert (event.action, event.actor_name) == (Action.PURGED, "worker")
    assert event.after == {"events": 0, "edits": 1}


@pytest.mark.parametrize(("state", "left"), [("queued", 2), ("confirmed", 0)])
def test_an_edit_that_another_one_follows_stays_as_long_as_that(edit, state, left):
    first = edit()
    edit(follows=first, state=state)
    retention.delete_old(NOW)
    assert Edit.objects.count() == left


def test_many_are_deleted_some_at_a_time(edit, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    first = edit()
    edit(follows=first)
    for _ in range(3):
        edit()
    retention.delete_old(NOW)
    assert not Edit.objects.exists()


def record(action: Action, at, time_machine) -> None:
    time_machine.move_to(at, tick=False)
    audit.record(action, audit.COMMAND_LINE, workspace=WORKSPACE)


def test_old_events_go_except_whose_account_managers_read_with(keep_60_days, time_machine):
    record(Action.REPORTING_ON, OLD, time_machine)
    record(Action.POLICY_CHANGED, OLD, time_machine)
    record(Action.EXPORTED, RECENT, time_machine)
    time_machine.move_to(NOW, tick=False)
    retention.delete_old(NOW)
    actions = [event.action for event in Event.objects.order_by("pk")]
    assert actions == [Action.REPORTING_ON, Action.EXPORTED, Action.PURGED]


def test_nothing_is_deleted_by_default(edit, settings):
    settings.AUDIT_KEEP_DAYS = settings.JOURNAL_KEEP_DAYS = 0
    edit()
    retention.delete_old(NOW)
    assert Edit.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_worker_does_it_once_a_day(edit):
    edit()
    worker._each_minute()
    assert not Edit.objects.exists()
    edit()
    worker._each_minute()
    assert Edit.objects.exists()
