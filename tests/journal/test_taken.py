"""Which of the writes that a browser stored were taken: pages ask before they call one unsaved."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.support.people import BANK_ID
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


def test_nobody_learns_of_the_edits_of_others(ben, edit):
    step = str(edit.step.step_id)
    assert taken(ben, str(edit.edit_id), f"{step}:0") == []


NEGATIVE = "00000000-0000-4000-8000-000000000001:-1"


@pytest.mark.parametrize("text", ["", "rows:7", "x:1", NEGATIVE, ":", "unsynced:1", "\x00"])
def test_what_is_no_id_is_not_known(ada, edit, text):
    assert taken(ada, text) == []
