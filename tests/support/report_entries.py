"""Entries as reports add them up, one at a time and at random."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from timesheet.domain.report_entry import NONE, UNKNOWN, ReportEntry

A_DAY = date(2026, 11, 23)
keys = st.sampled_from(["1", "2", "3", NONE, UNKNOWN])
works = st.builds(
    ReportEntry,
    gid=st.just("9"),
    person=keys,
    day=st.dates(date(2026, 1, 1), date(2027, 2, 4)),
    minutes=st.integers(1, 24 * 60),
    task=keys,
    project=keys,
    category=keys,
    billable=st.sampled_from(["billable", "nonBillable", "notApplicable", UNKNOWN]),
    note=st.just(""),
)


def work(minutes: int = 60, **values) -> ReportEntry:
    usual = {"gid": "9", "person": "1", "day": A_DAY, "task": "1", "project": "1"}
    return ReportEntry(
        **{**usual, "category": NONE, "billable": "billable", "note": "", **values}, minutes=minutes
    )
