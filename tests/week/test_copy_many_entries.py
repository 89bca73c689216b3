"""Copying last week's hours, where a cell has several entries."""

from __future__ import annotations

import re

import pytest

from tests.support.pages import raw_page
from tests.support.people import BANK_ID


def hidden(html: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'name="(task|day|seen|edit|step|text)" value="([^"]*)"', html):
        found.setdefault(name, []).append(value)
    return found


@pytest.mark.parametrize("count", [2, 13, 40])
def test_a_cell_with_many_entries_is_copied_as_its_total(ada, asana, entries, this_week, count):
    last, day = this_week.previous.days[6], this_week.days[6]
    for _ in range(count):
        asana.post(
            f"/tasks/{BANK_ID}/time_tracking_entries", duration_minutes=7, entered_on=str(last)
        )
    shown = raw_page(ada.see("hours/", htmx=True))
    assert "they are copied as one entry with their total" in shown
    assert ada.send("hours/copy/", **hidden(shown)).status_code == 200
    copied = [one[2] for one in entries() if one[:2] == (BANK_ID, str(day))]
    assert copied == [7 * count]


def test_more_than_a_day_has_is_left_out_of_the_copy(ada, asana, this_week):
    for _ in range(2):
        asana.post(
            f"/tasks/{BANK_ID}/time_tracking_entries",
            duration_minutes=13 * 60,
            entered_on=str(this_week.previous.days[6]),
        )
    shown = raw_page(ada.see("hours/", htmx=True))
    assert "“26:00”: A day has 24 hours." in shown


def test_where_no_cell_has_several_nothing_is_said_of_it(ada, this_week):
    ada.week = this_week.next.next
    assert "their total" not in raw_page(ada.see("hours/", htmx=True))
