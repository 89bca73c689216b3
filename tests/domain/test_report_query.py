"""The query of a report, read from its address and written to it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timesheet.domain.date_range import MAX_DAYS, BadQuery, DateRange, Preset, QueryFault
from timesheet.domain.report_entry import Grouping
from timesheet.domain.report_query import Report

TODAY = date(2026, 11, 24)


def read(today: Any = TODAY, **query: str) -> Report:
    return Report.read({name: text.split() or [""] for name, text in query.items()}, today)


def pairs_as_query(report: Report) -> dict[str, list[str]]:
    query: dict[str, list[str]] = {}
    for name, value in report.query_pairs:
        query.setdefault(name, []).append(value)
    return query


@pytest.mark.parametrize(
    ("preset", "start", "end"),
    [
        (Preset.THIS_WEEK, (2026, 11, 23), (2026, 11, 29)),
        (Preset.LAST_WEEK, (2026, 11, 16), (2026, 11, 22)),
        (Preset.THIS_MONTH, (2026, 11, 1), (2026, 11, 30)),
        (Preset.LAST_MONTH, (2026, 10, 1), (2026, 10, 31)),
        (Preset.THIS_QUARTER, (2026, 10, 1), (2026, 12, 31)),
        (Preset.LAST_QUARTER, (2026, 7, 1), (2026, 9, 30)),
    ],
)
def test_presets_follow_the_calendar(preset, start, end):
    assert DateRange.of(preset, TODAY) == DateRange(date(*start), date(*end))


def test_presets_around_the_turn_of_the_year():
    january = date(2027, 1, 1)
    assert DateRange.of(Preset.LAST_MONTH, january).start == date(2026, 12, 1)
    assert DateRange.of(Preset.LAST_QUARTER, january) == DateRange(
        date(2026, 10, 1), date(2026, 12, 31)
    )
    assert DateRange.of(Preset.THIS_WEEK, january) == DateRange(
        date(2026, 12, 28), date(2027, 1, 3)
    )


def test_the_default_is_this_month_by_person():
    report = read()
    assert (report.preset, report.by, report.then) == (Preset.THIS_MONTH, Grouping.PERSON, None)
    assert report.covers_all_work


def test_every_part_of_the_query_is_read():
    query = {"from": "2026-11-01", "to": "2026-11-30", "by": "project", "then": "person"}
    report = read(**query, person="1 2 1", project="5", billable="billable")
    assert report.span == DateRange(date(2026, 11, 1), date(2026, 11, 30))
    assert (report.by, report.then) == (Grouping.PROJECT, Grouping.PERSON)
    assert report.filters == {
        Grouping.PERSON: ("1", "2"),
        Grouping.PROJECT: ("5",),
        Grouping.BILLABLE: ("billable",),
    }
    assert not report.covers_all_work


def test_dates_that_differ_from_the_preset_win():
    same = read(range="last-month", **{"from": "2026-10-01", "to": "2026-10-31"})
    other = read(range="last-month", **{"from": "2026-10-01", "to": "2026-10-30"})
    assert (same.preset, other.preset) == (Preset.LAST_MONTH, None)
    assert other.span.end == date(2026, 10, 30)


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ({"from": "soon", "to": "2026-11-30"}, QueryFault.FROM),
        ({"to": "2026-11-30"}, QueryFault.FROM),
        ({"from": "0001-01-01", "to": "2026-11-30"}, QueryFault.FROM),
        ({"from": "2026-11-01", "to": "2026-11-31"}, QueryFault.TO),
        ({"from": "2026-11-01", "to": "9999-12-31"}, QueryFault.TO),
        ({"from": "2026-11-02", "to": "2026-11-01"}, QueryFault.ORDER),
        ({"from": "2015-01-01", "to": "2026-11-01"}, QueryFault.LONG),
        ({"range": "next-year"}, QueryFault.PRESET),
        ({"by": "weather"}, QueryFault.GROUPING),
        ({"then": "weather"}, QueryFault.GROUPING),
    ],
)
def test_an_invalid_query_has_a_fault(query, fault):
    with pytest.raises(BadQuery) as raised:
        read(**query)
    assert raised.value.fault is fault


def test_a_range_has_a_limit_of_days():
    end = date(2026, 1, 1) + timedelta(days=MAX_DAYS - 1)
    assert read(**{"from": "2026-01-01", "to": str(end)}).span.length == MAX_DAYS
    with pytest.raises(BadQuery):
        read(**{"from": "2026-01-01", "to": str(end + timedelta(days=1))})


NAMES = ["range", "from", "to", "by", "then", "person", "project", "billable", "page"]
VALUES = [
    *Preset,
    *Grouping,
    "2026-11-01",
    "2026-12-31",
    "",
    "5",
    "billable",
    "none",
    " 7 ",
    "=1+1",
]


TEXTS = st.sampled_from(VALUES) | st.text("1a-&=%+ \n'é")


@given(st.dictionaries(st.sampled_from(NAMES), st.lists(TEXTS)))
def test_a_report_is_read_back_from_its_own_query(query):
    try:
        report = Report.read(query, TODAY)
    except BadQuery:
        return
    assert Report.read(pairs_as_query(report), TODAY) == report


def test_a_report_is_narrowed_to_a_group():
    report = read(by="project", project="5 6", range="this-month")
    assert report.narrow(Grouping.PROJECT, "5").filters == {Grouping.PROJECT: ("5",)}
    assert report.narrow(Grouping.PERSON, "1").filters == {
        Grouping.PERSON: ("1",),
        Grouping.PROJECT: ("5", "6"),
    }
    week = report.narrow(Grouping.WEEK, "2026-W44")
    assert (week.preset, week.span) == (None, DateRange(date(2026, 11, 1), date(2026, 11, 1)))
    assert report.narrow(Grouping.MONTH, "2026-11").span == report.span
