"""How fast a budget is used, and when it runs out."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.asana.records import Budget, BudgetPart, Entry, Named
from timesheet.domain.budget import BudgetState, burn_span, burned_minutes, counts, state_of

TODAY = date(2026, 11, 25)


def entry(day, minutes, person="1", billable="billable"):
    fields = {"created_by": Named(person), "billable_status": billable}
    return Entry("7", minutes, date.fromisoformat(day), **fields)


def budget(kind="time", used=600, total=1000, counted="any"):
    actual = BudgetPart(used, "EUR" if kind == "cost" else "minutes", True, counted)
    return Budget("5", kind, actual=actual, total=BudgetPart(total))


def test_the_burn_is_of_the_four_whole_weeks_before_this_one():
    assert burn_span(TODAY) == (date(2026, 10, 26), date(2026, 11, 22))
    entries = [
        entry("2026-10-25", 999),
        entry("2026-10-26", 100),
        entry("2026-11-22", 300),
        entry("2026-11-23", 999),
    ]
    burned = burned_minutes(entries, "any", TODAY)
    assert state_of(budget(), burned, None).weekly_burn == 100


@pytest.mark.parametrize(
    ("used", "total", "burn", "day"),
    [
        (600, 1000, 100, date(2026, 12, 23)),
        (990, 1000, 70, date(2026, 11, 26)),
        (1000, 1000, 100, None),
        (1100, 1000, 100, None),
        (600, 1000, 0, None),
        (600, 1000, None, None),
        (600, None, 100, None),
        (0, 1_000_000, 1, None),
    ],
)
def test_a_budget_runs_out_when_the_burn_has_used_what_is_left(used, total, burn, day):
    assert BudgetState("time", used, total, weekly_burn=burn).runs_out(TODAY) == day


@pytest.mark.parametrize(
    ("status", "counted", "result"),
    [
        ("billable", "billable", True),
        ("nonBillable", "billable", False),
        ("notApplicable", "non_billable", True),
        ("billable", "non_billable", False),
        ("nonBillable", "any", True),
        (None, "any", True),
        (None, "billable", None),
    ],
)
def test_a_budget_counts_the_entries_of_its_filter(status, counted, result):
    assert counts(entry("2026-11-02", 60, billable=status), counted) is result


def test_money_burns_by_rate_and_is_not_known_without():
    entries = [entry("2026-11-02", 120), entry("2026-11-03", 60, person="2")]
    burned = burned_minutes(entries, "billable", TODAY)
    costs = budget("cost", total=5000)
    assert state_of(costs, burned, {"1": 100}).weekly_burn == 50
    assert state_of(costs, burned, None).weekly_burn is None
    assert state_of(costs, burned, None).currency == "EUR"


def test_the_burn_is_not_known_without_billable_statuses():
    unknown = [entry("2026-11-02", 120, billable=None)]
    assert burned_minutes(unknown, "billable", TODAY) is None
    assert burned_minutes(unknown, "any", TODAY) == {"1": 120}
    assert state_of(budget(), None, None).weekly_burn is None


def test_a_disabled_total_is_none():
    disabled = Budget("5", "time", total=BudgetPart(None, None, enabled=False))
    state = state_of(disabled, {}, None)
    assert (state.total, state.percent, state.left, state.estimate_percent) == (None,) * 4
