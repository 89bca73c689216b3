"""Which of the writes that a browser stored were taken: pages ask before they call one unsaved."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from tests.support.asana import CREATE
from tests.support.people import BANK_ID
from timesheet.journal import dispatch
from timesheet.models import Edit


def taken(browser, *ids: str) -> list[str]:
    answer = browser.get("/taken/", {"id": ids})
    assert answer.status_code == 200
    return answer.json()["taken"]


@pytest.fixture
def edit(ada, saturday) -> Edit:
    ada.save(BANK_ID, saturday, "1:30")
    return Edit.objects.get()


def test_edits_and_steps_that_were_taken_are_known(ada, edit):
    known = [str(edit.edit_id), str(edit.step.step_id)]
    assert taken(ada, *known, str(uuid4())) == list(dict.fromkeys(known))


def test_an_undo_is_known_once_it_was_taken(ada, edit):
    step = str(edit.step.step_id)
    assert taken(ada, f"{step}:0") == []
    ada.send("undo/", step=step, undo_count=0)
    assert taken(ada, f"{step}:0", f"{step}:1") == [f"{step}:0"]


def test_what_was_refused_in_an_answer_that_got_lost_is_known_as_refused(ada, asana, saturday):
    asana.faults({**CREATE, "kind": "status", "status": 403})
    ada.save(BANK_ID, saturday, "1:30")
    edit = Edit.objects.get()
    known = [str(edit.edit_id), str(edit.step.step_id)]
    assert ada.get("/taken/", {"id": known}).json()["refused"] == list(dict.fromkeys(known))


def test_what_pages_still_show_as_refused_was_taken(ada, asana, saturday):
    asana.faults({**CREATE, "kind": "status", "status": 429, "retry_after": 0})
    ada.save(BANK_ID, saturday, "1:30")
    asana.faults({**CREATE, "kind": "status", "status": 403})
    dispatch.deliver_due(ada.user.pk, lambda: timezone.now() + timedelta(minutes=5))
    edit = Edit.objects.get()
    assert edit.state == "refused"
    assert ada.get("/taken/", {"id": edit.edit_id}).json() == {
        "taken": [str(edit.edit_id)],
        "refused": [],
    }


def test_nobody_learns_of_the_edits_of_others(ben, edit):
    step = str(edit.step.step_id)
    assert taken(ben, str(edit.edit_id), f"{step}:0") == []


NEGATIVE = "00000000-0000-4000-8000-000000000001:-1"


@pytest.mark.parametrize("text", ["", "rows:7", "x:1", NEGATIVE, ":", "unsynced:1", "\x00"])
def test_what_is_no_id_is_not_known(ada, edit, text):
    assert taken(ada, text) == []
