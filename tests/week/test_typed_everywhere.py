"""One parser behind every field: a cell, a pasted block, the panel, quick add, target hours."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.support.pages import raw_page
from tests.support.people import BANK_ID, STAND_UP
from timesheet.core.form_fields import TargetField
from timesheet.models import Edit

CLOCK = "That looks like clock times. Type how long it took, such as 1:30 or 8."

# Each is an hour and a half.
FORMS = [
    "1½",
    "1h30'",
    "90’",
    "1 hour, 30 minutes",
    "1,5 Std.",
    "01:29:47",
    "１：３０",
    "\u200b١:٣٠",
]


@pytest.mark.parametrize("text", FORMS)
def test_a_form_is_read_alike_in_a_cell_a_block_and_a_target(ada, saturday, here, text):
    assert ada.save(BANK_ID, saturday, text).status_code == 200
    assert (BANK_ID, str(saturday), 90) in here()
    block = {"task": [BANK_ID], "day": [str(saturday)], "seen": [""], "columns": 1, "block": text}
    assert "1:30" in raw_page(ada.send("cells/paste/", **block))
    assert TargetField(required=False).clean(text) == 90


def test_and_alike_in_quick_add_and_in_the_panel(ada, saturday, entries):
    before = entries()
    given = {"task": STAND_UP, "edit": str(uuid4()), "line": "1 hour, 30 minutes stand-up"}
    ada.send("quick/add/", **given)
    cell = {"task": BANK_ID, "day": str(saturday), "seen": "", "entry": "new"}
    ada.send("entry/", **cell, edit=str(uuid4()), text="１½", description="Call")
    assert [one[2] for one in set(entries()) - set(before)] == [90, 90]


def test_characters_that_nobody_sees_do_not_make_a_text_too_long(ada, saturday, here):
    assert ada.save(BANK_ID, saturday, "\u200b".join(["1:30"] + [""] * 100)).status_code == 200
    assert (BANK_ID, str(saturday), 90) in here()
    assert Edit.objects.get().text == "1:30"


@pytest.mark.parametrize("text", ["22-6", "18:00-2:00", "22:00 – 06:00"])
def test_times_of_day_write_nothing_anywhere(ada, saturday, entries, text):
    before = entries()
    answer = ada.save(BANK_ID, saturday, text)
    assert answer.status_code == 422
    assert CLOCK in raw_page(answer)
    given = {"task": STAND_UP, "edit": str(uuid4()), "line": f"{text} stand-up"}
    assert CLOCK in raw_page(ada.send("quick/add/", **given))
    block = {"task": [BANK_ID], "day": [str(saturday)], "seen": [""], "columns": 1, "block": text}
    assert CLOCK in raw_page(ada.send("cells/paste/", **block))
    assert entries() == before


def test_a_sum_that_is_too_long_is_told_to_be_that(ada, saturday, entries):
    before = entries()
    answer = ada.save(BANK_ID, saturday, "+".join(["0:05"] * 13))
    assert "That sum is too long. Type the total, such as 7:30." in raw_page(answer)
    assert entries() == before


@pytest.mark.parametrize("text", ["", "0", "0:00", "00:00:00", "٠", "\u200b", "0,0"])
def test_no_target_hours_are_typed_in_many_forms(text):
    assert TargetField(required=False).clean(text) == 0
