"""Every way that an edit can go is gone, once each, against a real Asana."""

from __future__ import annotations

import logging
import re

import pytest
from django.utils import timezone

from tests.timesheet.conftest import BANK_ID, Browser
from timesheet.domain.journal import MOVES, State
from timesheet.journal import moves
from timesheet.models import Edit

Q, D, C, X = State.QUEUED, State.IN_DOUBT, State.CONFIRMED, State.CONFLICT
R, DISCARDED, RESTORED = State.REFUSED, State.DISCARDED, State.RESTORED

CLOSED = "http://127.0.0.1:9"
CREATE = {"method": "POST", "path": "/time_tracking_entries$"}
UPDATE = {"method": "PUT", "path": "/time_tracking_entries/"}
TRANSITIONS = [(was, to) for was, ways in MOVES.items() for to in sorted(ways)]


class Scene:
    """Ada, a free cell, one with an entry, and Asana to be meddled with."""

    def __init__(self, ada: Browser, asana, settings, entries):
        self.ada, self.asana, self.settings = ada, asana, settings
        self.monday, self.saturday = ada.week.start, ada.week.days[5]
        self.gid = next(entry[3] for entry in entries() if entry[0] == BANK_ID)

    def create(self, text="1:30"):
        self.ada.save(BANK_ID, self.saturday, text)

    def change(self, text="2"):
        self.ada.save(BANK_ID, self.monday, text, seen=f"{self.gid}=90")

    def press(self, button: str):
        self.ada.send(f"unsynced/{Edit.objects.latest('pk').edit_id}/{button}/")

    def change_in_asana(self):
        day = str(self.monday)
        self.asana.put(f"/time_tracking_entries/{self.gid}", duration_minutes=75, entered_on=day)


def away(report_request):
    report_request.settings.ASANA_URL = CLOSED
    report_request.create()
    report_request.settings.ASANA_URL = report_request.asana.url


def sent(report_request):
    report_request.create()


def deleted_by_both(report_request):
    report_request.asana.delete(f"/time_tracking_entries/{report_request.gid}")
    report_request.change("")


def changed_by_both(report_request):
    report_request.change_in_asana()
    report_request.change()


def more_than_a_day(report_request):
    report_request.ada.save(BANK_ID, report_request.saturday, "23")
    report_request.ada.send(
        "entry/", task=BANK_ID, day=report_request.saturday, text="2", entry="new", edit="1" * 32
    )


def dropped_while_away(report_request):
    away(report_request)
    report_request.press("discard")


def lost(report_request):
    report_request.asana.faults({**CREATE, "kind": "drop_before"})
    report_request.create()
    report_request.asana.faults()


def too_fast(report_request):
    report_request.asana.faults({**CREATE, "kind": "status", "status": 429, "retry_after": 1})
    report_request.create()


def gone_in_the_last_moment(report_request):
    report_request.asana.faults({**UPDATE, "kind": "status", "status": 404})
    report_request.change()


def not_allowed(report_request):
    report_request.asana.faults({**CREATE, "kind": "status", "status": 403})
    report_request.create()


def dropped_in_doubt(report_request):
    lost(report_request)
    report_request.press("discard")


def mine(report_request):
    changed_by_both(report_request)
    report_request.press("mine")


def theirs(report_request):
    changed_by_both(report_request)
    report_request.press("discard")


def restore(report_request):
    """What waits is restored from a backup."""
    away(report_request)
    moves.hold_restored(timezone.now())


def restored_while_away(report_request):
    restore(report_request)
    report_request.settings.ASANA_URL = CLOSED
    report_request.press("retry")


def restored(report_request):
    restore(report_request)
    report_request.press("retry")


def restored_and_done(report_request):
    report_request.settings.ASANA_URL = CLOSED
    report_request.change("")
    report_request.settings.ASANA_URL = report_request.asana.url
    report_request.asana.delete(f"/time_tracking_entries/{report_request.gid}")
    moves.hold_restored(timezone.now())
    report_request.press("retry")


def restored_and_dropped(report_request):
    restore(report_request)
    report_request.press("discard")


SCENES = {
    (Q, Q): away,
    (Q, D): sent,
    (Q, C): deleted_by_both,
    (Q, X): changed_by_both,
    (Q, R): more_than_a_day,
    (Q, DISCARDED): dropped_while_away,
    (D, D): lost,
    (D, Q): too_fast,
    (D, C): sent,
    (D, X): gone_in_the_last_moment,
    (D, R): not_allowed,
    (D, DISCARDED): dropped_in_doubt,
    (X, Q): mine,
    (X, DISCARDED): theirs,
    (RESTORED, RESTORED): restored_while_away,
    (RESTORED, X): restored,
    (RESTORED, C): restored_and_done,
    (RESTORED, DISCARDED): restored_and_dropped,
}


@pytest.fixture
def gone(caplog):
    """The ways that edits went, as the journal logs them."""
    caplog.set_level(logging.INFO, "timesheet.journal.moves")

    def gone():
        return set(re.findall(r"edit \d+: (\w+) to (\w+)", caplog.text))

    return gone


@pytest.mark.parametrize(("was", "to"), TRANSITIONS)
def test_every_transition_is_reached(was, to, ada, asana, settings, entries, gone):
    SCENES[was, to](Scene(ada, asana, settings, entries))
    assert (was.value, to.value) in gone()


def test_nothing_goes_another_way():
    assert set(SCENES) == set(TRANSITIONS)
