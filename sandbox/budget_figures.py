"""What a budget adds up to: the actual and the estimated minutes of a project, or their cost.

https://developers.asana.com/reference/getbudget: the actual comes from entries attributed to the
project; cost is time by the rate of the person. Rounded to cents; time without a rate is free.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Exists, OuterRef, QuerySet, Sum

from sandbox.models import Entry, Task
from sandbox.planning_models import Allocation, Budget, Estimate, Rate

# Entries that are neither billable nor not billable are not billable.
STATUSES = {"billable": ("billable",), "non_billable": ("nonBillable", "notApplicable")}
MINUTES_A_WORKING_DAY = 480
_WORKING_DAYS = 5


def actual_value(budget: Budget) -> float:
    """Return the minutes or the cost of the entries that the budget counts."""
    rows: QuerySet[Entry] = Entry.objects.filter(attributable_to=budget.project_id)
    if budget.actual_filter != "any":
        rows = rows.filter(billable_status__in=STATUSES[budget.actual_filter])
    sums = rows.values("created_by_id").annotate(minutes=Sum("duration_minutes"))
    return _value(budget, sums.values_list("created_by_id", "minutes"))


def estimate_value(budget: Budget) -> float | None:
    """Return the estimated minutes or cost; None if the estimate is disabled."""
    if not budget.estimate_enabled:
        return None
    if budget.estimate_source == "capacity_plans":
        return _value(budget, _planned_minutes(budget))
    return _value(budget, _estimated_minutes(budget))


def total_value(budget: Budget) -> float | None:
    """Return the total that people set for the type of the budget; None if it is disabled."""
    if not budget.total_enabled:
        return None
    return budget.total_minutes if budget.budget_type == "time" else budget.total_cost


def _value(budget: Budget, minutes_of_people: Iterable[tuple[str | None, float]]) -> float:
    if budget.budget_type == "time":
        return sum(minutes for _person, minutes in minutes_of_people)
    rates = dict(
        Rate.objects.filter(project=budget.project_id, person__isnull=False).values_list(
            "person_id", "rate"
        )
    )
    costs = (minutes / 60 * rates.get(person or "", 0) for person, minutes in minutes_of_people)
    return round(sum(costs), 2)


def _estimated_minutes(budget: Budget) -> Iterable[tuple[str | None, int]]:
    """Return the assignee and the estimated minutes of each task that counts.

    Tasks have no billable status here: one with billable entries, or without entries, is billable.
    """
    tasks = Task.objects.filter(projects=budget.project_id)
    entries = Entry.objects.filter(task=OuterRef("pk"))
    billable = Exists(entries.filter(billable_status="billable")) | ~Exists(entries)
    if budget.estimate_filter == "billable":
        tasks = tasks.filter(billable)
    elif budget.estimate_filter == "non_billable":
        tasks = tasks.exclude(billable)
    rows = Estimate.objects.filter(task__in=tasks)
    return rows.values_list("task__assignee_id", "minutes")


def _planned_minutes(budget: Budget) -> Iterable[tuple[str | None, float]]:
    return [
        (allocation.person_id, planned_minutes(allocation))
        for allocation in Allocation.objects.filter(project=budget.project_id)
    ]


def planned_minutes(allocation: Allocation) -> float:
    """Return the minutes of an allocation over all its working days."""
    days = (allocation.end_date - allocation.start_date).days + 1
    working_days = sum(
        (allocation.start_date + timedelta(days=offset)).weekday() < _WORKING_DAYS
        for offset in range(days)
    )
    return working_days * minutes_a_day(allocation)


def minutes_a_day(allocation: Allocation) -> float:
    """Return the minutes of an allocation on a working day; percent are of eight hours."""
    if allocation.effort_value is None:
        return 0
    if allocation.effort_type == "percent":
        return MINUTES_A_WORKING_DAY * allocation.effort_value / 100
    return 60 * allocation.effort_value
