"""A pasted table with headings, names and sums: what goes where, and what is left out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from timesheet.domain.clipboard import Placement, RowName, normalize_hours, parse_block, place
from timesheet.domain.duration import show
from timesheet.domain.headings import HeadingWords

MONDAY = date(2026, 11, 23)
DAYS = [MONDAY + timedelta(days) for days in range(7)]
ROWS = [RowName("Design", ("Web",)), RowName("Stand-up", ("Studio",)), RowName("Bank ID", ("Pay",))]
GERMAN = HeadingWords(
    {"Montag": 1, "Dienstag": 2, "Mittwoch": 3, "Donnerstag": 4, "Mo.": 1, "Di.": 2},
    {"März": 3, "Oktober": 10, "Dezember": 12},
    {"Stunden gesamt"},
)


def placed(text: str, rows=ROWS, days=DAYS, words=GERMAN) -> Placement:
    return place(parse_block(text), rows, days, words)


def lines(*texts: str) -> str:
    """A block of lines, with bars for tabs."""
    return "\n".join(text.replace("|", "\t") for text in texts)


HEADED = lines(
    "Task|Mon|Tue|Wed|Thu|Fri|Total",
    "Stand-up|1|1|1|1|1|5",
    "Design|2|2|2|2|2|10",
)
FIVE_DAYS = {(1, day): "1" for day in range(5)} | {(0, day): "2" for day in range(5)}


@pytest.mark.parametrize(
    "text",
    [
        HEADED,
        f"{HEADED}\nTotal\t3\t3\t3\t3\t3\t15",
        f"Timesheet of the week\n\n{HEADED}\n\t3\t3\t3\t3\t3\t15",
        HEADED.replace("Total", ""),
        HEADED.replace("Total", "Stunden gesamt:"),
        HEADED.replace("Task", ""),
        HEADED.replace("Stand-up", "  stand-UP ").replace("Design", "DESIGN"),
        HEADED.split("\n", 1)[1],
        lines("Stand-up|5|1|1|1|1|1", "Design|10|2|2|2|2|2"),
        lines("Total|3|3|3|3|3|15", "Stand-up|1|1|1|1|1|5", "Design|2|2|2|2|2|10"),
        lines("Task|Total|Mon|Tue|Wed|Thu|Fri", "Stand-up|5|1|1|1|1|1", "Design|10|2|2|2|2|2"),
    ],
)
def test_sums_are_left_out_and_nothing_is_shifted(text):
    assert placed(text) == Placement(FIVE_DAYS, totals=True)


@pytest.mark.parametrize(
    "headings",
    [
        "Mon|Wed",
        "Monday|Wednesday",
        "MON|WED",
        "Mo|We",
        "Mo.|Mi",
        "Montag|Mittwoch",
        "Mon 23|Wed 25",
        "Mon 23.11.|Wed 25.11.",
        "Mon, Nov 23|Wed, Nov 25",
        "Monday 23 November 2026|Wednesday 25 November 2026",
        "Nov 23rd|Nov 25th",
        "2026-11-23|2026-11-25",
        "23.11.2026|25.11.2026",
        "23.11.|25.11.",
        "11/23|11/25",
        "23/11/26|25/11/26",
        "11/23/2026|11/25/2026",
    ],
)
def test_headings_say_the_day(headings):
    hours = {(0, 0): "1", (0, 2): "2"}
    assert placed(lines(headings, "1|2")) == Placement(hours)
    assert placed(lines(f"Task|{headings}", "Design|1|2")) == Placement(hours)


def test_two_lines_of_headings_are_read_together():
    assert placed(lines("Mon|Tue", "23.11.|24.11.", "1|2")).hours == {(0, 0): "1", (0, 1): "2"}


@pytest.mark.parametrize("heading", ["Mon 16", "2026-11-16", "Mon 23 Dec", "16/11", "11/23/2025"])
def test_a_day_of_another_week_is_left_out(heading):
    assert placed(lines(f"{heading}|Tue", "1|2")) == Placement({(0, 1): "2"}, headings=(heading,))


def test_a_column_with_another_heading_is_left_out():
    text = lines("Task|Mon|Billable|Tue|Note", "Design|1|1|2|Call")
    assert placed(text) == Placement({(0, 0): "1", (0, 1): "2"}, headings=("Billable", "Note"))


def test_the_same_day_twice_is_used_once():
    assert placed(lines("Mon|Mon|Tue", "1|2|3")) == Placement(
        {(0, 0): "1", (0, 1): "3"}, headings=("Mon",)
    )


def test_days_before_the_cell_that_is_pasted_into_are_left_out():
    text = lines("Mon|Tue|Wed|Thu", "1|2|3|4")
    assert placed(text, days=DAYS[2:]) == Placement(
        {(0, 0): "3", (0, 1): "4"}, headings=("Mon", "Tue")
    )


def test_lines_that_are_no_row_of_the_week_are_named():
    text = lines("Design|1|2", "Security|3|4", "|5|6", "Empty||")
    assert placed(text) == Placement({(0, 0): "1", (0, 1): "2"}, unmatched=("Security", ""))


def test_a_task_is_told_from_its_namesake_by_its_project():
    rows = [RowName("Review", ("Web",)), RowName("Review", ("Pay",)), RowName("Call", ("Pay",))]
    text = lines("Pay|Review|1|2", "Web|Review|3|4", "Review||5|6")
    assert placed(text, rows) == Placement(
        {(1, 0): "1", (1, 1): "2", (0, 0): "3", (0, 1): "4"}, unmatched=("Review",)
    )


def test_a_project_with_one_row_names_the_row():
    assert placed(lines("web|1|2", "Pay|3|4")).hours == {
        (0, 0): "1",
        (0, 1): "2",
        (2, 0): "3",
        (2, 1): "4",
    }


def test_lines_of_the_same_task_are_added_up():
    text = lines("Design|1|", "Bank ID|1|1", "Design|0:30|2")
    assert placed(text).hours == {(0, 0): "1+0:30", (0, 1): "2", (2, 0): "1", (2, 1): "1"}


def test_a_name_may_look_like_hours_where_it_is_a_row():
    rows = [RowName("404"), RowName("8")]
    assert placed(lines("8|1|2", "404|3|4"), rows).hours == {
        (1, 0): "1",
        (1, 1): "2",
        (0, 0): "3",
        (0, 1): "4",
    }


def test_a_row_may_be_called_total():
    rows = [RowName("Total"), RowName("Design")]
    text = lines("Design|1|2", "Total|3|4", "Sum|4|6")
    assert placed(text, rows) == Placement(
        {(1, 0): "1", (1, 1): "2", (0, 0): "3", (0, 1): "4"}, totals=True
    )


def test_a_name_of_the_sums_alone_does_not_name_the_lines():
    assert placed(lines("|1|2", "|3|4", "Sum|4|6")) == Placement(
        {(0, 0): "1", (0, 1): "2", (1, 0): "3", (1, 1): "4"}, totals=True
    )


def test_sums_of_more_than_a_day_and_of_rounded_hours_are_sums():
    text = lines("Design|8:00|8:00|8:00|8:00|8:00|40:00", "Stand-up|0.33|0.33|0.33|||1")
    assert placed(text).totals
    assert len(placed(text).hours) == 10


@pytest.mark.parametrize(
    "text",
    [
        "1",
        "1|2|3",
        "1|1|2\n2|2|4",
        "1\n2\n3",
        "Design|1|2|3",
        "|1|2\n3||4",
        "soon|1\n2|3",
    ],
)
def test_hours_that_happen_to_add_up_are_hours(text):
    assert not placed(lines(text)).totals


def test_sums_that_do_not_fit_the_week_are_sums():
    two = DAYS[5:]
    assert placed(lines("1|2|3"), days=two) == Placement({(0, 0): "1", (0, 1): "2"}, totals=True)
    assert placed(lines("1|4", "2|5", "3|9"), rows=ROWS[:2]).totals


def test_hours_with_notes_are_no_names():
    assert placed(lines("1:30 call|2", "1 review|3")).hours == {
        (0, 0): "1:30 call",
        (0, 1): "2",
        (1, 0): "1 review",
        (1, 1): "3",
    }
    assert placed(lines("Design|2", "2 reviews|3")) == Placement(
        {(0, 0): "2"}, unmatched=("2 reviews",)
    )


def test_what_lies_outside_is_counted():
    assert placed(lines("Mon|Tue", "1|2", "3|4"), rows=ROWS[:1]) == Placement(
        {(0, 0): "1", (0, 1): "2"}, beyond=2
    )
    assert placed(lines("1|2|4|"), days=DAYS[:2]).beyond == 1


cells = st.sampled_from(["", "-", "0:00", "0:10", "0:45", "1:30", "2,5", "90m", "soon", "22-6"])
blocks = st.integers(1, 7).flatmap(
    lambda width: st.lists(
        st.lists(cells, min_size=width, max_size=width).map(tuple), min_size=1, max_size=8
    ).map(tuple)
)


@given(blocks)
def test_a_plain_block_goes_where_it_is_pasted(block):
    found = place(block, ROWS, DAYS, GERMAN)
    assume(not found.totals)
    # Else the first column holds names.
    assume(any(line[0] not in ("", "-", "soon") for line in block))
    assert found.hours == {
        (row, day): normalize_hours(cell)
        for row, line in enumerate(block[: len(ROWS)])
        for day, cell in enumerate(line)
    }
    assert found.beyond == sum(
        bool(normalize_hours(cell)) for line in block[len(ROWS) :] for cell in line
    )


minutes = st.integers(1, 600)
tables = st.lists(
    st.tuples(
        st.sampled_from([row.task for row in ROWS]), st.lists(minutes, min_size=5, max_size=5)
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda line: line[0],
)


@given(tables, st.permutations(range(5)), st.booleans(), st.booleans(), st.booleans())
def test_a_table_means_the_same_in_any_order_and_with_or_without_sums(
    table, order, sum_column, sum_line, sums_first
):
    heading = ["Task", *(DAYS[day].strftime("%a") for day in order)]
    body = [[name, *(show(hours[day]) for day in order)] for name, hours in table]
    if sum_line:
        body.append(["Total", *(show(sum(hours[day] for _, hours in table)) for day in order)])
    if sum_column:
        place_of_sum = 1 if sums_first else len(heading)
        heading.insert(place_of_sum, "Total")
        for line, (_, hours) in zip(body, table, strict=False):
            line.insert(place_of_sum, show(sum(hours)))
        if sum_line:
            body[-1].insert(place_of_sum, show(sum(sum(hours) for _, hours in table)))
    text = "\n".join("\t".join(line) for line in [heading, *body])
    rows = [row.task for row in ROWS]
    assert placed(text) == Placement(
        {(rows.index(name), day): show(hours[day]) for name, hours in table for day in range(5)},
        totals=sum_column or sum_line,
    )


words = st.sampled_from(["Mon", "Tue 24", "Total", "Design", "pay", "1", "2:00", "3", "", "-", "x"])


@given(
    st.integers(0, 5).flatmap(
        lambda width: st.lists(st.lists(words, min_size=width, max_size=width).map(tuple))
    ),
    st.integers(0, 3),
    st.integers(0, 7),
)
def test_any_block_stays_inside_the_week_and_loses_no_hours_unsaid(block, rows, days):
    found = place(tuple(block), ROWS[:rows], DAYS[:days], GERMAN)
    assert all(row < rows and day < days for row, day in found.hours)
    lost = any(cell in ("1", "2:00", "3") for line in block for cell in line)
    said = found.beyond or found.totals or found.unmatched or found.headings
    assert any(found.hours.values()) or said or not lost
