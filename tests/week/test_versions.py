"""The version of a cell: what is sent again is not written over a later edit of its cell."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from tests.support.people import BANK_ID


def version_on(page: str, day: object) -> str:
    found = re.search(rf'id="cell-{BANK_ID}-{day}".*?data-version="([^"]*)"', page, re.DOTALL)
    assert found
    return found[1]


@pytest.fixture
def minutes(entries, saturday):
    def minutes() -> list[int]:
        return [one[2] for one in entries() if one[:2] == (BANK_ID, str(saturday))]

    return minutes


def test_the_version_is_the_newest_edit_of_the_cell(ada, saturday):
    edit = str(uuid4())
    assert version_on(ada.see().content.decode(), saturday) == "none"
    saved = ada.save(BANK_ID, saturday, "1", edit=edit)
    assert version_on(saved.content.decode(), saturday) == edit
    assert version_on(ada.see().content.decode(), saturday) == edit


def test_a_change_typed_before_another_is_not_written(ada, saturday, minutes):
    ada.save(BANK_ID, saturday, "1")
    page = ada.see().content.decode()
    seen = re.search(rf'id="cell-{BANK_ID}-{saturday}"[^>]* data-seen="([^"]*)"', page)[1]
    ada.save(BANK_ID, saturday, "", seen=seen)
    answer = ada.save(BANK_ID, saturday, "1:12", version="none")
    assert answer.status_code == 200
    assert "data-later" in answer.content.decode()
    assert minutes() == []


def test_a_change_typed_on_the_newest_version_is_written(ada, saturday, minutes):
    assert "data-later" not in ada.save(BANK_ID, saturday, "1", version="none").content.decode()
    assert minutes() == [60]


def test_a_change_that_arrived_before_is_not_a_later_one(ada, saturday, minutes):
    edit = str(uuid4())
    ada.save(BANK_ID, saturday, "1", edit=edit)
    answer = ada.save(BANK_ID, saturday, "1", edit=edit, version="none")
    assert "data-later" not in answer.content.decode()
    assert minutes() == [60]


def test_only_the_change_that_is_too_late_is_left_out(ada, saturday, monday, this_week, minutes):
    ada.save(BANK_ID, saturday, "1")
    sunday = this_week.days[6]
    answer = ada.send(
        "cells/",
        task=[BANK_ID, BANK_ID],
        day=[str(saturday), str(sunday)],
        seen=["", ""],
        edit=[str(uuid4()), str(uuid4())],
        text=["2", "3"],
        version=["none", "none"],
    )
    html = answer.content.decode()
    assert html.count("data-later") == 1
    assert 'value="3:00"' in html
    assert minutes() == [60]


def test_quick_entry_means_the_day_on_which_it_was_typed(ada, entries, this_week):
    before = set(entries())
    ada.send(
        "quick/add/",
        line="0:20 stand-up yesterday",
        task=BANK_ID,
        edit=str(uuid4()),
        today=str(this_week.days[2]),
    )
    [new] = set(entries()) - before
    assert new[1] == str(this_week.days[1])
