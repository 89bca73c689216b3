"""What the projects page shows of each project: read from Asana, and cached for its reader alone.

Amounts of money and rates are never cached: they are read again for each page.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

import msgspec
from django.core.cache import cache

from accounts.asana import listings
from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, Forbidden, NotFound, PaymentRequired
from accounts.asana.records import Budget, Entry, PlannedTask, Project, Rate, Records
from accounts.models import User
from timesheet.domain.budget import COST, BudgetState, burn_span, burned_minutes, state_of
from timesheet.domain.date_range import DateRange
from timesheet.domain.report_entry import BILLABLE

T = TypeVar("T")

CACHED_SECONDS = 600
# Of a project: its tasks, its entries and its budget.
_LISTS = 3
# Projects that are read at once: as many lists as Asana allows at the same time.
PROJECTS_AT_ONCE = 15

# What is known of a budget: it is shown, there is none, Asana does not show it to the viewer, or
# the plan has no budgets.
SHOWN, NO_BUDGET, HIDDEN, NOT_IN_PLAN = "shown", "none", "hidden", "plan"


class ProjectFigures(msgspec.Struct, frozen=True, array_like=True):
    """The figures of a project on some days, without money."""

    at: datetime
    # Minutes on these days, the billable part, and the part of which Asana does not say it.
    minutes: int
    billable: int
    unknown: int
    # Gids of the people who logged them.
    people: list[str]
    # Minutes of all tasks; None if none has an estimate.
    estimate: int | None
    # Minutes ever logged on its tasks by all people.
    actual: int
    tasks: int
    budget_status: str
    # Without its values if it is one of money.
    budget: Budget | None
    # See `domain.budget.burned_minutes`.
    burned: dict[str, int] | None
    # Whether entries of the project could not be read.
    unreadable: int = 0


@dataclass(frozen=True)
class ProjectsQuery:
    """Whose view of which workspace and days."""

    user: User
    workspace: str
    span: DateRange
    today: date

    def cache_key(self, project: str) -> str:
        """The cache key of a project's figures for this viewer."""
        days = f"{self.span.start}:{self.span.end}:{self.today}"
        return f"project:{self.user.pk}:{self.workspace}:{project}:{days}"


def cached_figures(query: ProjectsQuery, projects: Iterable[str]) -> dict[str, ProjectFigures]:
    """Return the figures that are cached, by gid of the project."""
    keys = {query.cache_key(gid): gid for gid in projects}
    packed = cache.get_many(keys)
    figures = {keys[key]: _unpack(value) for key, value in packed.items()}
    return {gid: value for gid, value in figures.items() if value is not None}


def read_figures(
    asana: Client, query: ProjectsQuery, projects: Sequence[str], now: datetime
) -> dict[str, ProjectFigures]:
    """Read the figures of projects from Asana at the same time, and cache them.

    A project that the viewer may no longer see is left out. Raises `AsanaError`.
    """
    start = min(query.span.start, burn_span(query.today)[0])
    end = max(query.span.end, query.today)
    lists = [
        listing
        for gid in projects
        for listing in (
            listings.tasks_of(gid),
            listings.entries_of_project(gid, start=start, end=end),
            listings.budgets(gid),
        )
    ]
    results = asana.gather_lists(lists)
    figures = {}
    for index, gid in enumerate(projects):
        tasks, entries, budgets = results[index * _LISTS : (index + 1) * _LISTS]
        if any(isinstance(answer, Forbidden | NotFound) for answer in (tasks, entries)):
            continue
        figures[gid] = _figures(query, _records(tasks), _records(entries), budgets, now)
        cache.set(query.cache_key(gid), _pack(figures[gid]), CACHED_SECONDS)
    return figures


def forget_figures(query: ProjectsQuery, projects: Iterable[str]) -> None:
    """Delete the figures of projects from the cache, so that they are read again."""
    cache.delete_many([query.cache_key(gid) for gid in projects])


def read_budgets(
    asana: Client, figures: dict[str, ProjectFigures]
) -> dict[str, BudgetState | None]:
    """Return the state of each shown budget by project; those of money are read now.

    None stands for a budget that Asana stopped showing. Raises `AsanaError`.
    """
    shown = {gid: value for gid, value in figures.items() if value.budget_status == SHOWN}
    costs = [gid for gid, value in shown.items() if value.budget and _is_cost(value.budget)]
    lists = [listing for gid in costs for listing in (listings.budgets(gid), listings.rates(gid))]
    results = asana.gather_lists(lists)
    states: dict[str, BudgetState | None] = {
        gid: state_of(value.budget, value.burned, None)
        for gid, value in shown.items()
        if value.budget and gid not in costs
    }
    for index, gid in enumerate(costs):
        budgets, rates = results[2 * index], results[2 * index + 1]
        found = visible_budget(budgets)[1]
        by_person = rates_by_person(rates)
        states[gid] = state_of(found, shown[gid].burned, by_person) if found else None
    return states


def visible_budget(answer: Sequence[Budget] | AsanaError) -> tuple[str, Budget | None]:
    """Return what is known of a project's budget, and the budget. Raises another `AsanaError`."""
    if isinstance(answer, PaymentRequired):
        return NOT_IN_PLAN, None
    if isinstance(answer, Forbidden | NotFound):
        return HIDDEN, None
    if isinstance(answer, AsanaError):
        raise answer
    return (SHOWN, answer[0]) if answer else (NO_BUDGET, None)


def rates_by_person(answer: Sequence[Rate] | AsanaError) -> dict[str, float] | None:
    """Return what an hour costs by gid of the person; None if Asana does not show it.

    Raises another `AsanaError`.
    """
    if isinstance(answer, PaymentRequired | Forbidden | NotFound):
        return None
    if isinstance(answer, AsanaError):
        raise answer
    return {rate.resource.gid: rate.rate for rate in answer}


def read_projects(asana: Client, workspace: str) -> list[Project]:
    """Return the projects that are not archived, by name. Raises `AsanaError`."""
    projects = asana.list_all(listings.projects(workspace))
    return sorted(projects, key=lambda project: (project.name.casefold(), project.gid))


def estimate_of(tasks: Iterable[PlannedTask]) -> int | None:
    """Return the estimated minutes of tasks together; None if none has an estimate."""
    estimates = [task.estimate for task in tasks if task.estimate is not None]
    return sum(estimates) if estimates else None


def _figures(
    query: ProjectsQuery,
    tasks: Sequence[PlannedTask],
    entries: Records[Entry],
    budgets: Sequence[Budget] | AsanaError,
    now: datetime,
) -> ProjectFigures:
    status, budget = visible_budget(budgets)
    shown = [entry for entry in entries if query.span.start <= entry.entered_on <= query.span.end]
    people = {entry.created_by.gid for entry in shown if entry.created_by}
    counted = budget.actual.billable_status_filter if budget else "any"
    return ProjectFigures(
        at=now,
        minutes=sum(entry.duration_minutes for entry in shown),
        billable=sum(e.duration_minutes for e in shown if e.billable_status == BILLABLE),
        unknown=sum(e.duration_minutes for e in shown if e.billable_status is None),
        people=sorted(people),
        estimate=estimate_of(tasks),
        actual=sum(task.actual for task in tasks),
        tasks=len(tasks),
        budget_status=status,
        budget=_without_money(budget) if budget else None,
        burned=burned_minutes(entries, counted, query.today),
        unreadable=len(entries.unreadable),
    )


def _records(answer: Records[T] | AsanaError) -> Records[T]:
    if isinstance(answer, AsanaError):
        raise answer
    return answer


def _is_cost(budget: Budget) -> bool:
    return budget.budget_type == COST


def _without_money(budget: Budget) -> Budget:
    return Budget(budget.gid, COST) if _is_cost(budget) else budget


def _pack(figures: ProjectFigures) -> bytes:
    return zlib.compress(msgspec.msgpack.encode(figures), level=1)


def _unpack(packed: bytes) -> ProjectFigures | None:
    try:
        return msgspec.msgpack.decode(zlib.decompress(packed), type=ProjectFigures)
    except (msgspec.MsgspecError, zlib.error):
        # Another version of this software cached it, with other fields; or it is damaged.
        return None
