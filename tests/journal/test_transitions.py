"""Every way that an edit can go is gone, once each, against a real Asana."""

from __future__ import annotations

import logging
import re

import pytest
from django.utils import timezone

from tests.support.asana import CLOSED, CREATE, READ_ENTRY, UPDATE
from tests.support.people import BANK_ID, Browser
from timesheet.domain.journal import MOVES, State
from timesheet.journal import moves
from timesheet.models import Edit

Q, D, C, X = State.QUEUED, State.IN_DOUBT, State.CONFIRMED, State.CONFLICT
R, DISCARDED, RESTORED = State.REFUSED, State.DISCARDED, State.RESTORED

TRANSITIONS = [(was, to) for was, ways in MOVES.items() for to in sorted(ways)]


class Case:
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


def away(case):
    case.settings.ASANA_URL = CLOSED
    case.create()
    case.settings.ASANA_URL = case.asana.url


def sent(case):
    case.create()


def deleted_by_both(case):
    case.asana.delete(f"/time_tracking_entries/{case.gid}")
    case.change("")


def changed_by_both(case):
    case.change_in_asana()
    case.change()


def more_than_a_day(case):
    case.ada.save(BANK_ID, case.saturday, "23")
    case.ada.send("entry/", task=BANK_ID, day=case.saturday, text="2", entry="new", edit="1" * 32)


def dropped_while_away(case):
    away(case)
    case.press("discard")


def lost(case):
    case.asana.faults({**CREATE, "kind": "drop_before"})
    case.create()
    case.asana.faults()


def too_fast(case):
    case.asana.faults({**CREATE, "kind": "status", "status": 429, "retry_after": 1})
    case.create()


def gone_in_the_last_moment(case):
    gone = {"kind": "status", "status": 404}
    case.asana.faults({**UPDATE, **gone}, {**READ_ENTRY, **gone})
    case.change()


def not_allowed(case):
    case.asana.faults({**CREATE, "kind": "status", "status": 403})
    case.create()


def dropped_in_doubt(case):
    lost(case)
    case.press("discard")


def mine(case):
    changed_by_both(case)
    case.press("mine")


def theirs(case):
    changed_by_both(case)
    case.press("discard")


def restore(case):
    """What waits is restored from a backup."""
    away(case)
    moves.hold_restored(timezone.now())


def restored_while_away(case):
    restore(case)
    case.settings.ASANA_URL = CLOSED
    case.press("retry")


def restored(case):
    restore(case)
    case.press("retry")


def restored_and_done(case):
    case.settings.ASANA_URL = CLOSED
    case.change("")
    case.settings.ASANA_URL = case.asana.url
    case.asana.delete(f"/time_tracking_entries/{case.gid}")
    moves.hold_restored(timezone.now())
    case.press("retry")


def restored_and_dropped(case):
    restore(case)
    case.press("discard")


CASES = {
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
    CASES[was, to](Case(ada, asana, settings, entries))
    assert (was.value, to.value) in gone()


def test_nothing_goes_another_way():
    assert set(CASES) == set(TRANSITIONS)
