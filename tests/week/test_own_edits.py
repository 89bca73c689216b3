"""A change that was typed over another of the same person, which was saved just before it came."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.utils import timezone

from tests.support.people import BANK_ID
from timesheet.journal import dispatch
from timesheet.models import Edit


@pytest.fixture
def waiting(ada, asana, saturday, entries):
    """Two hours over an hour that the page shows as waiting, and that the worker has saved since:
    its edit id, and the entries that the page has seen."""
    ada.save(BANK_ID, saturday, "1")
    (gid,) = [entry[3] for entry in entries() if entry[:2] == (BANK_ID, str(saturday))]
    asana.faults({"kind": "status", "status": 503, "path": "/api/"})
    edit = str(uuid4())
    ada.save(BANK_ID, saturday, "2", edit=edit, seen=f"{gid}=60")
    asana.faults()
    Edit.objects.filter(edit_id=edit).update(due_at=timezone.now())
    dispatch.deliver_due(ada.user.pk, timezone.now)
    assert Edit.objects.get(edit_id=edit).state == "confirmed"
    return edit, f"{gid}=60"


def minutes(entries, day) -> list[int]:
    return [entry[2] for entry in entries() if entry[:2] == (BANK_ID, str(day))]


def test_it_is_saved(ada, saturday, waiting, entries):
    edit, seen = waiting
    answer = ada.save(BANK_ID, saturday, "3", seen=seen, shown=edit)
    assert answer.status_code == 200
    assert minutes(entries, saturday) == [180]


def test_a_page_that_never_showed_the_other_one_is_asked(ada, saturday, waiting, entries):
    _edit, seen = waiting
    ada.save(BANK_ID, saturday, "3", seen=seen, shown=str(uuid4()))
    assert Edit.objects.last().state == "conflict"
    assert minutes(entries, saturday) == [120]


def test_what_somebody_changed_in_asana_since_is_a_conflict(ada, asana, saturday, waiting, entries):
    edit, seen = waiting
    gid = seen.partition("=")[0]
    asana.put(f"/time_tracking_entries/{gid}", duration_minutes=75)
    ada.save(BANK_ID, saturday, "3", seen=seen, shown=edit)
    assert Edit.objects.last().state == "conflict"
    assert minutes(entries, saturday) == [75]


def test_clearing_is_saved_too(ada, saturday, waiting, entries):
    edit, seen = waiting
    ada.save(BANK_ID, saturday, "", seen=seen, shown=edit)
    assert minutes(entries, saturday) == []
