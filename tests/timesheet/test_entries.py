"""The entries of one cell, each on its own."""

from __future__ import annotations

from html import unescape
from uuid import uuid4

import pytest

from tests.timesheet.conftest import BANK_ID


def page(response) -> str:
    return unescape(response.content.decode())


@pytest.fixture
def day(ada, this_week):
    """A Tuesday with two entries on one task, in the week before."""
    ada.week = this_week.previous
    return ada.week.days[1]


@pytest.fixture
def two(entries, day):
    return [entry for entry in entries(1) if entry[:2] == (BANK_ID, str(day))]


@pytest.fixture
def change(ada, day, two):
    """Types into the field of one entry in the list."""

    def change(entry: str, text: str, *, htmx: bool = True):
        seen = ",".join(f"{one[3]}={one[2]}" for one in two)
        values = {"task": BANK_ID, "day": str(day), "seen": seen, "edit": str(uuid4())}
        return ada.send("entry/", htmx=htmx, entry=entry, text=text, **values)

    return change


@pytest.fixture
def minutes(entries, day):
    def minutes() -> list[int]:
        return sorted(entry[2] for entry in entries(1) if entry[:2] == (BANK_ID, str(day)))

    return minutes


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "no script"])
def test_every_entry_of_the_cell_has_a_field(ada, day, two, htmx):
    listed = page(ada.see("entries/", htmx=htmx, task=BANK_ID, day=str(day)))
    assert all(f'id="entry-{entry[3]}" name="text"' in listed for entry in two)
    assert 'id="entry-new"' in listed
    assert "Sign-in with BankID: flow and prototype" in listed
    assert ("<html" in listed) is not htmx


def test_what_was_typed_into_the_cell_is_said_again(ada, day):
    listed = page(ada.see("entries/", htmx=True, task=BANK_ID, day=str(day), typed="3"))
    assert "You typed “3”." in listed


def test_one_entry_is_changed_and_the_other_is_not(change, two, minutes):
    answer = change(two[0][3], "1:11")
    assert "Saved in Asana." in page(answer)
    assert minutes() == sorted([71, two[1][2]])


def test_one_entry_is_deleted_and_the_other_is_not(change, two, minutes):
    change(two[0][3], "")
    assert minutes() == [two[1][2]]


def test_one_more_entry_is_added(change, two, minutes):
    change("new", "0:20")
    assert minutes() == sorted([20, *(entry[2] for entry in two)])


def test_the_cell_and_the_totals_come_along(change, two, day):
    answer = page(change("new", "0:20"))
    total = sum(entry[2] for entry in two) + 20
    assert f'value="{total // 60}:{total % 60:02}"' in answer
    assert f'id="total-{day}" hx-swap-oob="true"' in answer


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "no script"])
def test_a_text_that_is_no_duration_stays_in_its_field(change, two, minutes, htmx):
    before = minutes()
    answer = change(two[1][3], "soon", htmx=htmx)
    assert answer.status_code == 422
    assert 'value="soon"' in page(answer)
    assert "This is not a duration." in page(answer)
    assert minutes() == before


def test_without_script_a_change_leads_back_to_the_week(ada, change, two):
    assert change(two[0][3], "1:11", htmx=False).url == ada.at()


def test_an_entry_that_is_not_in_the_cell_is_not_touched(change, entries):
    before = entries(), entries(1)
    answer = change(before[0][0][3], "5:00")
    assert answer.status_code == 422
    assert (entries(), entries(1)) == before


@pytest.mark.parametrize(
    "place", [{"day": "2020-01-01"}, {"day": "x"}, {"task": "x"}, {"task": ""}]
)
def test_a_place_that_does_not_fit_is_told(ada, day, place):
    answer = ada.see("entries/", htmx=True, **{"task": BANK_ID, "day": str(day), **place})
    assert answer.status_code == 400
    assert 'id="problem"' in page(answer)


def test_entries_are_saved_by_a_post_only(ada, day):
    assert ada.see("entry/", task=BANK_ID, day=str(day)).status_code == 405
