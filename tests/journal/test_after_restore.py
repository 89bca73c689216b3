"""After a restore: nothing is sent before its person has compared it, and nothing at all before
`manage.py after_restore`."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from accounts.models import BrowserSession, Event
from tests.support import clocks
from tests.support.pages import page
from tests.support.people import BANK_ID, STAND_UP, WORKSPACE, Browser
from timesheet.journal import delivery_mark, dispatch
from timesheet.journal.delivery_mark import Mark
from timesheet.models import DeliveryMark, Edit, PinnedTask

CLOSED = "http://127.0.0.1:9"
TASKS = (BANK_ID, STAND_UP)
CREATE = {"method": "POST", "path": "/time_tracking_entries$"}


class House:
    """Ada's journal and hours, and a backup of the journal."""

    def __init__(self, ada: Browser, asana, settings):
        self.ada, self.asana, self.settings = ada, asana, settings
        self.week = ada.week
        self.backup: tuple[list[Edit], list[DeliveryMark]] = ([], [])

    def cells(self, weeks_on: int) -> list[tuple[str, date]]:
        """Ten cells of a week in the future."""
        start = self.week.start + timedelta(weeks=weeks_on)
        return [(task, start + timedelta(days=day)) for task in TASKS for day in range(5)]

    def save(self, task: str, day: date, text: str, **values) -> None:
        self.ada.week = self.week.of(day)
        self.ada.save(task, day, text, **values)

    def hours(self) -> list[tuple[str, str, int, str]]:
        found = self.asana.get(
            "/time_tracking_entries",
            workspace=WORKSPACE,
            user="me",
            entered_on_start_date=self.week.start,
            entered_on_end_date=self.week.start + timedelta(weeks=8),
            opt_fields="duration_minutes,entered_on,task.gid",
        )
        return sorted(
            (one["task"]["gid"], one["entered_on"], one["duration_minutes"], one["gid"])
            for one in found
        )

    def deliver(self) -> None:
        Edit.objects.exclude(due_at=None).update(due_at=timezone.now())
        dispatch.deliver_due(self.ada.user.pk, timezone.now)

    def back_up(self) -> None:
        self.backup = (list(Edit.objects.order_by("pk")), list(DeliveryMark.objects.all()))

    def put_back(self) -> None:
        """What pg_restore does, or an operator who copies a file back."""
        Edit.objects.all().delete()
        DeliveryMark.objects.all().delete()
        edits, marks = self.backup
        Edit.objects.bulk_create(edits)
        DeliveryMark.objects.bulk_create(marks)

    def check(self) -> None:
        call_command("after_restore", "--yes")
        self.ada.force_login(self.ada.user)

    def states(self) -> set[str]:
        return set(Edit.objects.values_list("state", flat=True))


@pytest.fixture
def house(ada, asana, settings) -> House:
    for task in TASKS:
        PinnedTask.objects.create(
            user=ada.user, workspace_gid=WORKSPACE, task_gid=task, task_name=task, projects=[]
        )
    return House(ada, asana, settings)


@pytest.fixture
def forty(house: House) -> House:
    """Forty changes that waited when the backup was made and are in Asana since, some changed or
    cleared again: what it has now must stay."""
    updated, deleted = (
        [
            house.asana.post(
                f"/tasks/{task}/time_tracking_entries", duration_minutes=50, entered_on=str(day)
            )["gid"]
            for task, day in house.cells(weeks_on)
        ]
        for weeks_on in (2, 3)
    )
    house.save(BANK_ID, house.week.days[6], "0:01")
    house.settings.ASANA_URL = CLOSED
    for number, (task, day) in enumerate(house.cells(1)):
        house.save(task, day, f"1:{number:02}")
    for gid, (task, day) in zip(updated, house.cells(2), strict=True):
        house.save(task, day, "1:15", seen=f"{gid}=50")
    for gid, (task, day) in zip(deleted, house.cells(3), strict=True):
        house.save(task, day, "", seen=f"{gid}=50")
    for number, (task, day) in enumerate(house.cells(4)):
        place: dict[str, Any] = {"task": task, "day": day, "entry": "new", "edit": str(uuid4())}
        house.ada.week = house.week.of(day)
        house.ada.send("entry/", **place, text=f"0:{number + 30}")
    house.settings.ASANA_URL = house.asana.url
    assert Edit.objects.filter(state="queued").count() == 40
    house.back_up()
    house.deliver()
    assert house.states() == {"confirmed"}
    for number, (_task, entered_on, minutes, gid) in enumerate(house.hours()):
        if number % 3 == 1:
            fields = {"duration_minutes": minutes + 7, "entered_on": entered_on}
            house.asana.put(f"/time_tracking_entries/{gid}", **fields)
        elif number % 3 == 2:
            house.asana.delete(f"/time_tracking_entries/{gid}")
    house.put_back()
    return house


def test_of_forty_restored_changes_none_is_written_twice_or_comes_back(forty):
    before = forty.hours()
    forty.check()
    forty.deliver()
    assert forty.hours() == before
    assert forty.states() == {"conflict", "confirmed"}
    creates = Edit.objects.filter(kind="create", created_at__gt=Edit.objects.first().created_at)
    assert set(creates.values_list("state", flat=True)) == {"conflict"}
    for edit in Edit.objects.filter(state="conflict"):
        forty.ada.week = edit.week
        forty.ada.send(f"unsynced/{edit.edit_id}/discard/")
    assert forty.states() == {"discarded", "confirmed"}
    assert forty.hours() == before


def test_a_restored_database_delivers_nothing_until_it_is_checked(forty, caplog):
    before = forty.hours()
    forty.deliver()
    assert forty.hours() == before
    assert forty.states() == {"confirmed", "queued"}
    assert "after_restore" in caplog.text
    assert "Saving to Asana is paused" in page(forty.ada.get("/waiting/"))
    call_command("after_restore", "--yes")
    assert delivery_mark.is_valid()


def test_what_is_typed_before_the_check_is_kept_and_says_why_it_waits(forty):
    before = forty.hours()
    shown = page(forty.ada.save(BANK_ID, forty.ada.week.days[5], "2"))
    assert forty.hours() == before
    assert "Saving to Asana is paused" in shown
    assert Edit.objects.latest("pk").state == "queued"


def test_the_first_change_of_a_database_is_sent_beside_the_mark_of_another_one(house):
    delivery_mark.write_file(Mark(uuid4(), 7))
    house.save(BANK_ID, house.week.days[5], "1:30")
    assert saturday(house) == [90]
    assert delivery_mark.is_valid()


@pytest.fixture
def one(house: House) -> House:
    """One entry that was to be added at the time of the backup, and has been since."""
    house.asana.faults({**CREATE, "kind": "status", "status": 500})
    place: dict[str, Any] = {
        "task": BANK_ID,
        "day": house.week.days[5],
        "entry": "new",
        "edit": str(uuid4()),
    }
    house.ada.send("entry/", **place, text="0:38")
    house.back_up()
    house.asana.faults()
    clocks.sent_an_hour_ago()
    house.deliver()
    house.put_back()
    house.check()
    return house


def saturday(house: House) -> list[int]:
    return [entry[2] for entry in house.hours() if entry[1] == str(house.week.days[5])]


def test_the_person_sees_it_next_to_what_asana_has(one):
    assert Edit.objects.get().state == "restored"
    assert "We’re checking what Asana has" in page(one.ada.get("/waiting/"))
    one.deliver()
    shown = page(one.ada.get("/waiting/"))
    assert "This change comes from a restored backup." in shown
    assert "Asana has 0:38 here" in shown
    assert "Keep Asana’s 0:38" in shown
    assert "Keep both: 0:38 + 0:38" in shown
    assert "Keep my" not in shown
    assert saturday(one) == [38]


def test_what_is_still_wanted_is_sent_once_its_person_says_so(one):
    one.deliver()
    edit = Edit.objects.get()
    one.ada.send(f"unsynced/{edit.edit_id}/both/")
    assert saturday(one) == [38, 38]
    assert Edit.objects.get().state == "confirmed"


def test_it_is_compared_once_more_if_asana_changes_before_it_is_sent(one):
    one.deliver()
    edit = Edit.objects.get()
    gid = next(entry[3] for entry in one.hours() if entry[1] == str(one.week.days[5]))
    one.asana.delete(f"/time_tracking_entries/{gid}")
    one.ada.send(f"unsynced/{edit.edit_id}/both/")
    assert saturday(one) == []
    assert Edit.objects.get().state == "conflict"


def test_a_restored_change_of_an_empty_cell_can_be_written_or_discarded(one):
    for entry in one.hours():
        if entry[1] == str(one.week.days[5]):
            one.asana.delete(f"/time_tracking_entries/{entry[3]}")
    one.deliver()
    shown = page(one.ada.get("/waiting/"))
    assert "Asana has no hours here" in shown
    assert "Discard" in shown
    one.ada.send(f"unsynced/{Edit.objects.get().edit_id}/mine/")
    assert saturday(one) == [38]


def test_what_cannot_be_read_stays_to_be_compared(one):
    one.settings.ASANA_URL = CLOSED
    one.deliver()
    edit = Edit.objects.get()
    assert (edit.state, edit.attempts) == ("restored", 1)
    assert "until Asana responds and you decide" in edit.reason


def test_typing_into_the_cell_of_a_plain_restored_change_replaces_it(house):
    house.settings.ASANA_URL = CLOSED
    house.save(BANK_ID, house.week.days[5], "1:30")
    house.settings.ASANA_URL = house.asana.url
    house.check()
    house.save(BANK_ID, house.week.days[5], "2")
    assert saturday(house) == [120]
    assert [edit.state for edit in Edit.objects.order_by("pk")] == ["discarded", "confirmed"]


def test_sessions_end_and_the_audit_log_has_it(ada):
    assert BrowserSession.objects.exists()
    call_command("after_restore", "--yes")
    assert not BrowserSession.objects.exists()
    assert ada.see().status_code == 302
    event = Event.objects.get(action="restored")
    assert (event.actor_name, event.after) == ("command line", {"edits": 0})


def test_without_a_yes_nothing_changes(ada, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda: "no")
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("after_restore")
    assert BrowserSession.objects.exists()


def test_a_database_of_a_later_version_is_left_alone(ada):
    MigrationRecorder(connection).record_applied("timesheet", "9999_later")
    with pytest.raises(CommandError, match="from a newer version"):
        call_command("after_restore", "--yes")
    assert BrowserSession.objects.exists()


# The mark


@pytest.fixture
def mark(db, settings) -> DeliveryMark:
    assert delivery_mark.is_valid()
    return DeliveryMark.objects.get()


def send(times: int = 1) -> None:
    for _ in range(times):
        delivery_mark.write_file(delivery_mark.advance())


def test_a_database_goes_on_after_each_send(mark):
    send(3)
    assert delivery_mark.is_valid()


def test_the_mark_is_on_the_disk_before_it_replaces_the_last_one(mark, monkeypatch):
    written: list[int] = []
    fsync = os.fsync

    def note(number: int) -> None:
        fsync(number)
        written.append(os.fstat(number).st_size)

    monkeypatch.setattr(os, "fsync", note)
    send()
    assert written == [delivery_mark.file().stat().st_size]


def test_an_older_database_is_told_by_the_file(mark):
    send(3)
    DeliveryMark.objects.update(number=2)
    assert not delivery_mark.is_valid()


def test_a_database_that_got_other_numbers_from_its_server_is_told(mark):
    DeliveryMark.objects.update(identity="1/2")
    assert not delivery_mark.is_valid()


def test_a_backup_of_before_an_earlier_restore_is_told(mark):
    send()
    older = DeliveryMark.objects.get()
    delivery_mark.write_file(delivery_mark.renew())
    assert delivery_mark.is_valid()
    DeliveryMark.objects.all().delete()
    older.save(force_insert=True)
    assert not delivery_mark.is_valid()


def test_another_machine_goes_on_after_the_check_on_the_first(mark):
    send()
    others_file = delivery_mark.file().read_text()
    delivery_mark.write_file(delivery_mark.renew())
    delivery_mark.file().write_text(others_file)
    assert delivery_mark.is_valid()
    assert delivery_mark.file().read_text() != others_file


def test_a_machine_without_a_file_is_no_restore_where_the_server_tells_one(mark, settings):
    settings.SQLITE = False
    send()
    delivery_mark.file().unlink()
    assert delivery_mark.is_valid()
    assert delivery_mark.file().exists()


def test_a_file_of_sqlite_that_is_gone_is_taken_for_a_restore(mark, settings):
    settings.SQLITE = True
    send()
    delivery_mark.file().unlink()
    assert not delivery_mark.is_valid()


def test_a_new_database_beside_an_old_file_begins_anew(mark):
    send()
    DeliveryMark.objects.all().delete()
    assert delivery_mark.is_valid()


def test_a_file_that_cannot_be_written_stops_nobody(mark, settings, tmp_path: Path, caplog):
    (tmp_path / "file").touch()
    settings.DELIVERY_MARK = str(tmp_path / "file" / "mark")
    settings.SQLITE = False
    send()
    assert "was not written" in caplog.text
    assert delivery_mark.is_valid()
