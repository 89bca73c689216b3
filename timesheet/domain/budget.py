"""A project's budget: how much is used, how fast, and when it runs out."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from accounts.asana.records import Budget, Entry
from timesheet.domain.report_entry import BILLABLE
from timesheet.domain.week import Week

# Whole weeks before the current one from which the weekly burn is an average.
BURN_WEEKS = 4
# A forecast further away than this says nothing.
MAX_FORECAST = timedelta(days=3 * 366)
TIME, COST = "time", "cost"


@dataclass(frozen=True)
class BudgetState:
    """A budget with its weekly burn; amounts are minutes, or money in `currency`."""

    kind: str
    used: float
    # None where nobody set a total.
    total: float | None
    estimate: float | None = None
    currency: str = ""
    # None if it is not known: of money without rates, or of entries without billable status.
    weekly_burn: float | None = None

    @property
    def percent(self) -> float | None:
        """How much of the total is used; None without a total."""
        return 100 * self.used / self.total if self.total else None

    @property
    def left(self) -> float | None:
        """What is left of the total, below zero once it is exceeded."""
        return None if self.total is None else self.total - self.used

    @property
    def estimate_percent(self) -> float | None:
        """Where the estimate lies on the scale of the total."""
        if self.estimate is None or not self.total:
            return None
        return 100 * self.estimate / self.total

    def runs_out(self, today: date) -> date | None:
        """Return the day on which the budget is used up if the burn stays as it is.

        None without a total or a burn, once it is used up, and if it is years away.
        """
        left = self.left
        if left is None or left <= 0 or not self.weekly_burn:
            return None
        wait = timedelta(days=math.ceil(min(left / self.weekly_burn * 7, 10_000)))
        return today + wait if wait <= MAX_FORECAST else None


def burn_span(today: date) -> tuple[date, date]:
    """Return the first and the last day of the weeks whose hours the burn is an average of."""
    end = Week.of(today).start - timedelta(days=1)
    return end - timedelta(days=7 * BURN_WEEKS - 1), end


def burned_minutes(
    entries: Iterable[Entry], billable_filter: str, today: date
) -> dict[str, int] | None:
    """Return the minutes in `burn_span` that a budget with this filter counts, by person.

    None if Asana does not say of some entry whether it is billable.
    """
    start, end = burn_span(today)
    minutes = Counter[str]()
    for entry in entries:
        if start <= entry.entered_on <= end:
            counted = counts(entry, billable_filter)
            if counted is None:
                return None
            if counted:
                minutes[entry.created_by.gid if entry.created_by else ""] += entry.duration_minutes
    return dict(minutes)


def state_of(
    budget: Budget, burned: Mapping[str, int] | None, rates: Mapping[str, float] | None
) -> BudgetState:
    """Return the state of a budget.

    `burned` are minutes of `burned_minutes`; `rates` what an hour costs, by gid of the person, or
    None if the viewer does not see them.
    """
    total = budget.total.value if budget.total.enabled else None
    estimate = budget.estimate.value if budget.estimate.enabled else None
    currency = (budget.actual.units or "") if budget.budget_type == COST else ""
    burn = None
    if burned is not None and budget.budget_type == TIME:
        burn = sum(burned.values()) / BURN_WEEKS
    elif burned is not None and rates is not None:
        burn = cost_of(burned, rates) / BURN_WEEKS
    return BudgetState(
        budget.budget_type, budget.actual.value or 0, total, estimate, currency, burn
    )


def cost_of(minutes: Mapping[str, int], rates: Mapping[str, float]) -> float:
    """Return what minutes by person cost; somebody without a rate costs nothing, as in Asana."""
    return sum(amount / 60 * rates.get(person, 0) for person, amount in minutes.items())


def counts(entry: Entry, billable_filter: str) -> bool | None:
    """Return whether a budget with this filter counts an entry; None if Asana does not say."""
    if billable_filter == "any":
        return True
    if entry.billable_status is None:
        return None
    return (entry.billable_status == BILLABLE) == (billable_filter == "billable")
