"""Pivots: no entry is lost, and none counts twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.asana.records import Entry, Task, TaskProject
from tests.support.report_entries import A_DAY, work, works
from timesheet.domain.pivot import Figure, percent, pivot, sum_figures
from timesheet.domain.report_entry import (
    NONE,
    SEVERAL,
    UNKNOWN,
    Grouping,
    names_in,
    report_entry_of,
)

groupings = st.sampled_from(Grouping)


def keys_of(groups) -> list[str]:
    return [group.key for group in groups]


@given(st.lists(works), groupings, st.none() | groupings)
def test_the_total_of_every_pivot_is_the_sum_of_the_entries(entries, by, then):
    whole = pivot(entries, by, then)
    assert whole.total.minutes == sum(entry.minutes for entry in entries)
    assert whole.total.entries == len(entries)
    assert whole.total.billable == sum(
        entry.minutes for entry in entries if entry.billable == "billable"
    )


@given(st.lists(works), groupings, groupings)
def test_groups_within_a_group_add_up_to_it(entries, by, then):
    for group in pivot(entries, by, then).groups:
        assert sum_figures(inner.figure for inner in group.within) == group.figure
        assert len(set(keys_of(group.within))) == len(group.within)


@given(st.lists(works), groupings, st.none() | groupings, st.integers(1, 9))
def test_groups_that_are_left_out_still_count(entries, by, then, most):
    whole = pivot(entries, by, then)
    truncated = whole.truncate(most)
    assert truncated.total == whole.total
    assert sum(1 + len(group.within) for group in truncated.groups) <= most
    for group in truncated.groups:
        assert (
            not group.within
            or sum_figures([*(inner.figure for inner in group.within), group.rest]) == group.figure
        )


def test_groups_with_the_most_minutes_come_first_except_for_time():
    entries = [work(30, project="1"), work(90, project="2", day=A_DAY - timedelta(days=7))]
    assert keys_of(pivot(entries, Grouping.PROJECT).groups) == ["2", "1"]
    assert keys_of(pivot(entries, Grouping.WEEK).groups) == ["2026-W47", "2026-W48"]
    assert keys_of(pivot(entries, Grouping.MONTH).groups) == ["2026-11"]


def test_billable_and_unknown_minutes_are_counted_separately():
    entries = [work(30), work(20, billable="nonBillable"), work(10, billable=UNKNOWN)]
    assert pivot(entries, Grouping.PERSON).total == Figure(60, 30, 10, 3)


@pytest.mark.parametrize(("part", "whole", "share"), [(1, 4, 25.0), (0, 4, 0.0), (0, 0, 0.0)])
def test_a_share_is_in_percent(part, whole, share):
    assert percent(part, whole) == share


BANK, MUSEUM = TaskProject("5", "Bank"), TaskProject("6", "Museum")


@pytest.mark.parametrize(
    ("task", "attributed", "project"),
    [
        (Task("1", projects=[BANK]), None, "5"),
        (Task("1", projects=[BANK]), MUSEUM, "6"),
        (Task("1", projects=[BANK, MUSEUM]), None, SEVERAL),
        (Task("1"), None, NONE),
        (None, MUSEUM, "6"),
        (None, None, UNKNOWN),
    ],
)
def test_an_entry_counts_for_one_project(task, attributed, project):
    entry = Entry("9", 60, A_DAY, task=task, attributable_to=attributed)
    assert report_entry_of(entry, "1").project == project


def test_fields_that_a_list_leaves_out_are_unknown_and_not_empty():
    short = report_entry_of(Entry("9", 60, A_DAY), "1")
    whole = report_entry_of(Entry("9", 60, A_DAY, task=Task("1"), billable_status="billable"), "1")
    assert (short.task, short.billable, short.note) == (UNKNOWN, UNKNOWN, None)
    assert (whole.task, whole.billable, whole.note) == ("1", "billable", "")


def test_names_are_those_in_asana():
    entry = Entry("9", 60, A_DAY, task=Task("1", "Plan", projects=[BANK]), categories=[MUSEUM])
    assert names_in([entry]) == {
        Grouping.PROJECT: {"5": "Bank"},
        Grouping.TASK: {"1": "Plan"},
        Grouping.CATEGORY: {"6": "Museum"},
    }
