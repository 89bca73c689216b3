"""Adding up by what tells entries apart: nothing is lost, nothing counts twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.asana.records import Entry, Named, Task
from tests.support.report_entries import A_DAY, work, works
from timesheet.domain.pivot import Figure, added, percent, pivot
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
    assert whole.total.minutes == sum(one.minutes for one in entries)
    assert whole.total.entries == len(entries)
    assert whole.total.billable == sum(one.minutes for one in entries if one.billable == "billable")


@given(st.lists(works), groupings, groupings)
def test_what_is_within_a_group_is_the_group(entries, by, then):
    for group in pivot(entries, by, then).groups:
        assert added(one.figure for one in group.within) == group.figure
        assert len(set(keys_of(group.within))) == len(group.within)


@given(st.lists(works), groupings, st.none() | groupings, st.integers(1, 9))
def test_what_is_left_out_still_counts(entries, by, then, most):
    whole = pivot(entries, by, then)
    cut = whole.cut(most)
    assert cut.total == whole.total
    assert sum(1 + len(group.within) for group in cut.groups) <= most
    for group in cut.groups:
        assert (
            not group.within
            or added([*(one.figure for one in group.within), group.rest]) == group.figure
        )


def test_the_most_minutes_come_first_but_time_goes_on():
    entries = [work(30, project="1"), work(90, project="2", day=A_DAY - timedelta(days=7))]
    assert keys_of(pivot(entries, Grouping.PROJECT).groups) == ["2", "1"]
    assert keys_of(pivot(entries, Grouping.WEEK).groups) == ["2026-W47", "2026-W48"]
    assert keys_of(pivot(entries, Grouping.MONTH).groups) == ["2026-11"]


def test_billable_minutes_and_those_that_asana_does_not_tell_are_told_apart():
    entries = [work(30), work(20, billable="nonBillable"), work(10, billable=UNKNOWN)]
    assert pivot(entries, Grouping.PERSON).total == Figure(60, 30, 10, 3)


@pytest.mark.parametrize(("part", "whole", "share"), [(1, 4, 25.0), (0, 4, 0.0), (0, 0, 0.0)])
def test_a_share_is_in_percent(part, whole, share):
    assert percent(part, whole) == share


BANK, MUSEUM = Named("5", "Bank"), Named("6", "Museum")


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


def test_what_a_list_leaves_out_is_not_told_rather_than_empty():
    short = report_entry_of(Entry("9", 60, A_DAY), "1")
    whole = report_entry_of(Entry("9", 60, A_DAY, task=Task("1"), billable_status="billable"), "1")
    assert (short.task, short.billable, short.note) == (UNKNOWN, UNKNOWN, None)
    assert (whole.task, whole.billable, whole.note) == ("1", "billable", "")


def test_names_are_those_that_asana_gave():
    entry = Entry("9", 60, A_DAY, task=Task("1", "Plan", projects=[BANK]), categories=[MUSEUM])
    assert names_in([entry]) == {
        Grouping.PROJECT: {"5": "Bank"},
        Grouping.TASK: {"1": "Plan"},
        Grouping.CATEGORY: {"6": "Museum"},
    }
