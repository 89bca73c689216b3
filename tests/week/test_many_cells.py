"""Many cells at once: a paste, last week's hours, the page without script."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support.pages import page
from tests.support.people import BANK_ID, STAND_UP, WORKSPACE
from timesheet.domain.clipboard import MAX_CHARACTERS
from timesheet.models import AddedRow, Edit
from timesheet.week.forms import MOST_CELLS


@pytest.fixture
def cells(this_week):
    """The fields that a paste at Monday of the first row covers: two rows, seven days."""
    tasks = [task for task in (BANK_ID, STAND_UP) for _ in range(7)]
    return {
        "task": tasks,
        "day": [str(day) for day in this_week.days] * 2,
        "seen": [""] * 14,
        "columns": 7,
    }


def hidden(html: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'name="(task|day|seen|edit|step|text)" value="([^"]*)"', html):
        found.setdefault(name, []).append(value)
    return found


def test_a_paste_says_what_it_would_do_and_writes_nothing(ada, asana, cells, here, entries):
    before = here()
    gid = next(entry[3] for entry in entries() if entry[0] == BANK_ID)
    cells["seen"][0] = f"{gid}=90"
    asana.forget_requests()
    answer = page(ada.send("cells/paste/", block="2\t1,5\tsoon\n\t0:30\t25:00", **cells))
    for words in (
        "2 new",
        "1 changed",
        "2 left out",
        "We can’t read that as a time.",
        "Save 3 cells",
    ):
        assert words in answer
    assert here() == before
    assert {request["method"] for request in asana.requests()} == {"GET"}


def test_what_the_preview_offers_is_written(ada, cells, here, this_week):
    answer = page(ada.send("cells/paste/", block="\t1,5\t2\n\t0:30\t", **cells))
    assert ada.send("cells/", **hidden(answer)).status_code == 200
    assert (BANK_ID, str(this_week.days[1]), 90) in here()
    assert (BANK_ID, str(this_week.days[2]), 120) in here()
    assert (STAND_UP, str(this_week.days[1]), 30) in here()


def test_each_minute_that_is_typed_is_the_minute_that_arrives(ada, here):
    typed = {str(day): 61 + number for number, day in enumerate(ada.week.days[1:])}
    ada.send(
        "cells/",
        task=[BANK_ID] * len(typed),
        day=list(typed),
        edit=[str(uuid4()) for _ in typed],
        text=[f"1:{minutes - 60:02}" for minutes in typed.values()],
    )
    arrived = {day: minutes for task, day, minutes in here() if task == BANK_ID and day in typed}
    assert arrived == typed


def test_every_cell_more_costs_the_same_few_queries(ada):
    days = iter(ada.week.next.days)
    ada.week = ada.week.next

    def queries(count: int) -> int:
        values = {
            "task": [BANK_ID] * count,
            "day": [str(next(days)) for _ in range(count)],
            "edit": [str(uuid4()) for _ in range(count)],
            "step": [str(uuid4())] * count,
            "text": ["1:30"] * count,
        }
        with CaptureQueriesContext(connection) as captured:
            assert ada.send("cells/", **values).status_code == 200
        return len(captured)

    ada.send("rows/add/", task=BANK_ID)
    queries(1)
    # Room for one write is taken with the look; several writes take theirs together after it.
    two, three = queries(2), queries(3)
    assert three - two == 4


@pytest.mark.parametrize("address", ["cells/", "save/", "cells/paste/", "hours/copy/"])
def test_more_cells_than_a_week_can_hold_are_refused_before_anything_is_read(
    ada, this_week, address
):
    count = MOST_CELLS + 1
    values: dict[str, object]
    if address == "save/":
        values = {f"hours:{task}:{this_week.start}": ["1"] for task in range(count)}
    else:
        values = {"task": ["1"] * count, "block": "1", "columns": 7}
    with CaptureQueriesContext(connection) as queries:
        answer = ada.send(address, **values)
    assert answer.status_code == 413
    assert "more than a week can hold" in page(answer)
    assert len(queries) < 30
    assert Edit.objects.count() == 0


def test_a_block_that_is_too_large_is_refused_with_our_sentence(ada, cells):
    answer = ada.send("cells/paste/", block="1" * (MAX_CHARACTERS + 2), **cells)
    assert answer.status_code == 400
    assert "Copy a smaller block." in page(answer)


def test_a_paste_over_a_part_of_a_row_is_refused(ada, cells):
    ragged = {name: cells[name][:10] for name in ("task", "day", "seen")}
    answer = ada.send("cells/paste/", block="1\t1\t1\t1\n" * 2, columns=7, **ragged)
    assert answer.status_code == 400
    assert "This page is out of date" in page(answer)


def test_an_empty_cell_of_the_block_empties_its_cell(ada, cells, entries):
    gid = next(entry[3] for entry in entries() if entry[0] == BANK_ID)
    cells["seen"][0] = f"{gid}=90"
    assert "1 deleted" in page(ada.send("cells/paste/", block="0:00\t1", **cells))


def test_a_paste_says_what_stays_as_it_is(ada, this_week, monday, entries):
    gid = next(entry[3] for entry in entries() if entry[:2] == (BANK_ID, str(monday)))
    days = [str(day) for day in this_week.days[:2]]
    cells = {"task": [BANK_ID] * 2, "day": days, "seen": [f"{gid}=90", ""], "columns": 2}
    shown = page(ada.send("cells/paste/", block="1:30\t2", **cells))
    assert "1 unchanged" in shown
    assert re.search(r'<td[^>]*data-kind="same"[^>]*>\s*1:30 =', shown)
    assert hidden(shown)["text"] == ["2"]


def test_what_lies_outside_the_grid_is_reported(ada, cells):
    block = "\n".join(["1\t" * 8 + "1"] * 3)
    assert "13 more cells are outside this week" in page(
        ada.send("cells/paste/", block=block, **cells)
    )


def test_one_value_fills_what_is_selected(ada, cells):
    answer = ada.send("cells/paste/", block="1:00", lines=2, wide=3, **cells)
    assert "6 new" in page(answer)


def test_a_day_that_would_have_more_than_24_hours_is_left_out(ada, cells):
    assert "a day has 24 hours" in page(ada.send("cells/paste/", block="\t20\n\t5", **cells))


@pytest.mark.parametrize(
    "values", [{"block": ""}, {"block": "1\n" * 101}, {"block": "1", "columns": 0}]
)
def test_a_block_that_does_not_fit_is_reported(ada, cells, values):
    assert ada.send("cells/paste/", **{**cells, **values}).status_code == 400


def test_a_block_of_35_cells_is_written_side_by_side(ada, asana, this_week, entries):
    """Into an empty week, in one request from the browser."""
    ada.week = this_week.next
    rows = sorted({entry[0] for entry in entries(1)})[:5]
    for task in rows:
        AddedRow.objects.create(
            user=ada.user, workspace_gid=WORKSPACE, week=str(ada.week), task_gid=task
        )
    values = {
        "task": [task for task in rows for _ in range(7)],
        "day": [str(day) for day in ada.week.days] * 5,
        "edit": [str(uuid4()) for _ in range(35)],
        "step": [str(uuid4())] * 35,
        "text": ["0:30"] * 35,
    }
    answer = ada.send("cells/", **values)
    assert answer.status_code == 200
    assert page(answer).count("data-saved") == 35
    assert [entry[2] for entry in entries(-1)] == [30] * 35


# Last week's hours


def test_last_weeks_hours_are_shown_then_copied(ada, entries, this_week):
    answer = page(ada.see("hours/", htmx=True))
    free = {entry[:2] for entry in entries(1)}
    assert "new" in answer
    ada.send("hours/copy/", **hidden(answer))
    shifted = {
        (task, str(this_week.days[this_week.previous.days.index(date_of(day))]))
        for task, day in free
        if f'value="{task}"' in answer
    }
    there = {entry[:2] for entry in entries()}
    assert shifted <= there


def date_of(text: str):
    from datetime import date

    return date.fromisoformat(text)


def test_copying_leaves_alone_what_is_there(ada, entries, this_week):
    before = [entry for entry in entries() if entry[1] == str(this_week.start)]
    ada.send("hours/copy/", **hidden(page(ada.see("hours/", htmx=True))))
    assert set(before) <= set(entries())


def test_the_preview_is_a_page_without_script(ada):
    assert "<html" in page(ada.see("hours/"))


# Without script


@pytest.fixture
def form(ada):
    """All fields of the page's form, as a browser would send them."""

    def form() -> dict[str, str]:
        html = page(ada.see())
        return dict(re.findall(r'name="((?:hours|seen|step)[^"]*)" value="([^"]*)"', html))

    return form


def test_the_whole_week_is_saved_by_one_form(ada, here, form, this_week):
    values = form()
    for day, text in zip(
        this_week.days, ("1", "1:30", "2h", "45m", ".5", "0:15", "1"), strict=True
    ):
        values[f"hours:{STAND_UP}:{day}"] = text
    answer = ada.send("save/", htmx=False, **values)
    assert answer.url == ada.at()
    there = [entry[2] for entry in here() if entry[0] == STAND_UP]
    assert there == [60, 90, 120, 45, 30, 15, 60]
    assert [entry[2] for entry in here() if entry[0] == BANK_ID] == [90]


def test_a_form_that_changes_nothing_writes_nothing(ada, asana, form):
    values = form()
    asana.forget_requests()
    ada.send("save/", htmx=False, **values)
    assert {request["method"] for request in asana.requests()} <= {"GET"}


def test_the_same_form_twice_writes_once(ada, here, form, this_week):
    values = {**form(), f"hours:{BANK_ID}:{this_week.days[5]}": "2"}
    for _ in range(2):
        ada.send("save/", htmx=False, **values)
    assert [entry for entry in here() if entry[1] == str(this_week.days[5])] == [
        (BANK_ID, str(this_week.days[5]), 120)
    ]


def test_what_cannot_be_saved_stays_typed_and_the_rest_is_saved(ada, here, form, this_week):
    values = {
        **form(),
        f"hours:{BANK_ID}:{this_week.days[5]}": "2",
        f"hours:{BANK_ID}:{this_week.days[6]}": "soon",
    }
    answer = ada.send("save/", htmx=False, **values)
    assert answer.status_code == 422
    assert 'value="soon"' in page(answer)
    assert "We can’t read that as a time." in page(answer)
    assert (BANK_ID, str(this_week.days[5]), 120) in here()


@pytest.mark.parametrize("name", ["hours:x:2026-11-24", "hours:12:x", "hours:", "hours:1"])
def test_a_field_that_the_page_never_had_is_rejected(ada, here, name):
    before = here()
    assert ada.send("save/", htmx=False, **{name: "1"}).status_code == 400
    assert here() == before
