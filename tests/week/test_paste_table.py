"""Pasting a table with headings, names and sums into the week."""

from __future__ import annotations

import re

import pytest

from tests.support.pages import raw_page
from tests.support.people import BANK_ID, STAND_UP


def hidden(html: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'name="(task|day|seen|edit|step|text)" value="([^"]*)"', html):
        found.setdefault(name, []).append(value)
    return found


@pytest.fixture
def paste(ada, asana, this_week):
    """Pastes a block at Monday of the first of two rows of an empty week."""
    ada.week = this_week.next
    for task in (BANK_ID, STAND_UP):
        assert ada.send("rows/add/", task=task).status_code == 200
    tasks = [task for task in (BANK_ID, STAND_UP) for _ in range(7)]
    cells = {"task": tasks, "day": [str(day) for day in ada.week.days] * 2, "seen": [""] * 14}

    def paste(*lines: str, **values) -> str:
        block = "\n".join(lines).replace("|", "\t")
        answer = ada.send("cells/paste/", block=block, columns=7, **{**cells, **values})
        assert answer.status_code == 200
        return raw_page(answer)

    return paste


@pytest.fixture
def name(asana):
    """The name of a task in Asana."""
    return lambda task: asana.get(f"/tasks/{task}", opt_fields="name")["name"]


def test_names_and_headings_say_where_hours_go_and_sums_are_left_out(ada, paste, name, entries):
    shown = paste(
        "Task|Mon|Tue|Wed|Thu|Fri|Total",
        f"{name(STAND_UP).upper()}|1|1|1|1|1|5",
        f"{name(BANK_ID)}|2|2|2|2|2|10",
        "Knitting|1|||||1",
        "Total|4|3|3|3|3|16",
    )
    for words in ("10 new", "Save 10 cells", "Left out: totals", "Knitting"):
        assert words in shown
    assert "Rows without a matching task:" in shown
    assert "outside the week" not in shown
    assert ada.send("cells/", **hidden(shown)).status_code == 200
    days = [str(day) for day in ada.week.days[:5]]
    assert [one[:3] for one in entries(-1)] == sorted(
        [(BANK_ID, day, 120) for day in days] + [(STAND_UP, day, 60) for day in days]
    )


def test_a_column_that_is_no_day_is_named(paste, name):
    shown = paste("Task|Mon|Billable", f"{name(BANK_ID)}|2|1", f"{name(STAND_UP)}|1|1")
    assert "2 new" in shown
    assert "Columns without a matching day:" in shown
    assert "Billable" in shown


def test_of_a_plain_block_nothing_is_said_to_be_left_out(paste):
    shown = paste("1|2|3", "1:30||01:29:47")
    assert "5 new" in shown
    for words in ("Left out", "without a matching", "outside this week"):
        assert words not in shown


@pytest.mark.parametrize("values", [{"task": ["x"] * 14}, {"day": ["2026-02-30"] * 14}])
def test_a_page_that_names_no_such_cell_is_told(ada, this_week, values):
    cells = {"task": [BANK_ID] * 14, "day": [str(ada.week.start)] * 14, "seen": [""] * 14}
    answer = ada.send("cells/paste/", block="1", columns=7, **{**cells, **values})
    assert answer.status_code == 400
