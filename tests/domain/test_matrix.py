"""A matrix adds up both ways."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.support.report_entries import work, works
from timesheet.domain.matrix import MOST_COLUMNS, build_matrix
from timesheet.domain.report_entry import Grouping

groupings = st.sampled_from(list(Grouping))


@given(st.lists(works), groupings, groupings)
def test_rows_and_columns_have_all_minutes(entries, rows_by, columns_by):
    matrix = build_matrix(entries, rows_by, columns_by)
    total = sum(entry.minutes for entry in entries)
    assert matrix.total.minutes == total
    assert sum(matrix.column_totals) + matrix.rest == total
    for row in matrix.rows:
        assert sum(row.cells) + row.rest == row.total.minutes
    for place, minutes in enumerate(matrix.column_totals):
        assert sum(row.cells[place] for row in matrix.rows) == minutes


def test_rows_are_sorted_by_a_column_by_label_and_by_total():
    entries = [
        work(10, person="1", project="a"),
        work(90, person="1", project="b"),
        work(50, person="2", project="a"),
    ]

    def order(sort):
        label = {"1": "Zoe", "2": "Ada"}.__getitem__
        matrix = build_matrix(entries, Grouping.PERSON, Grouping.PROJECT, sort=sort, label=label)
        return [row.key for row in matrix.rows]

    assert order("") == order("total") == order("b") == ["1", "2"]
    assert order("label") == order("a") == ["2", "1"]


def test_many_columns_are_added_up_in_one():
    entries = [work(1, project=str(number)) for number in range(MOST_COLUMNS + 5)]
    matrix = build_matrix(entries, Grouping.PERSON, Grouping.PROJECT)
    assert len(matrix.columns) == MOST_COLUMNS
    assert (len(matrix.more), matrix.rest) == (5, 5)
