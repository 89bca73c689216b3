"""One project: its tasks with estimate and actual, its people, its weeks and its budget.

Read from Asana for each page, because rates and amounts of money are never stored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from typing import Any

from accounts.asana import listings
from accounts.asana.client import Client
from accounts.asana.errors import AsanaError
from accounts.asana.listings import Listing
from accounts.asana.records import AsanaUser, Budget, Entry, PlannedTask, Project, Rate, Records
from timesheet.domain import weekly_bars
from timesheet.domain.budget import BudgetState, burned_minutes, state_of
from timesheet.domain.date_range import DateRange
from timesheet.domain.report_entry import BILLABLE, distinct_names
from timesheet.domain.week import Week
from timesheet.projects.figures import (
    ProjectsQuery,
    estimate_of,
    rates_by_person,
    visible_budget,
)

# The weeks of the chart, the current one included.
CHART_WEEKS = 12


@dataclass(frozen=True)
class PersonHours:
    """What a person logged on a project on some days; amounts are None without rates."""

    person: AsanaUser
    minutes: int
    billable: int
    rate: float | None
    cost: float | None
    billable_amount: float | None


@dataclass(frozen=True)
class TaskHours:
    """A task with its estimate, and minutes of all people on all days."""

    task: PlannedTask

    @property
    def over(self) -> int:
        """Minutes beyond the estimate; 0 without one."""
        return max(self.task.actual - self.task.estimate, 0) if self.task.estimate else 0

    @property
    def left(self) -> int:
        """Minutes left of the estimate; 0 without one."""
        return max(self.task.estimate - self.task.actual, 0) if self.task.estimate else 0

    @property
    def percent(self) -> float | None:
        """The actual time in percent of the estimate; None without one."""
        return 100 * self.task.actual / self.task.estimate if self.task.estimate else None


@dataclass(frozen=True)
class ProjectData:
    """A project as its page shows it."""

    project: Project
    span: DateRange
    tasks: tuple[TaskHours, ...]
    # The entries of the span.
    entries: Sequence[Entry]
    # The entries of the chart's weeks.
    recent: Sequence[Entry]
    budget_status: str
    budget: BudgetState | None
    # What an hour costs by gid of the person; None if Asana does not show it.
    rates: Mapping[str, float] | None
    currency: str
    unreadable: int
    # Email addresses by gid of the person, for names that are alike.
    emails: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def minutes(self) -> int:
        """Minutes of the span."""
        return sum(entry.duration_minutes for entry in self.entries)

    @cached_property
    def estimate(self) -> int | None:
        """The estimates of all tasks; None if none has one."""
        return estimate_of(hours.task for hours in self.tasks)

    @cached_property
    def actual(self) -> int:
        """Minutes of all people on all days."""
        return sum(hours.task.actual for hours in self.tasks)

    @cached_property
    def people(self) -> tuple[PersonHours, ...]:
        """The people who logged time in the span, most first."""
        minutes, billable = Counter[str](), Counter[str]()
        names: dict[str, str] = {}
        for entry in self.entries:
            gid = entry.created_by.gid if entry.created_by else ""
            names[gid] = (entry.created_by.name or "") if entry.created_by else ""
            minutes[gid] += entry.duration_minutes
            if entry.billable_status == BILLABLE:
                billable[gid] += entry.duration_minutes
        labels = distinct_names(names, self.emails)
        order = sorted(minutes, key=lambda gid: (-minutes[gid], labels[gid].casefold(), gid))
        return tuple(
            self._person(AsanaUser(gid, labels[gid]), minutes[gid], billable[gid]) for gid in order
        )

    @property
    def has_rates(self) -> bool:
        """Whether Asana shows the viewer what an hour of anybody costs."""
        return bool(self.rates)

    @property
    def cost(self) -> float | None:
        """What the hours of the span cost; None if no rate of these people is known."""
        return _sum_of(person.cost for person in self.people)

    @property
    def billable_amount(self) -> float | None:
        """What the billable hours of the span cost; None as `cost` is, or if they are unknown."""
        return None if self.unknown else _sum_of(p.billable_amount for p in self.people)

    @cached_property
    def unknown(self) -> int:
        """Minutes of which Asana does not say whether they are billable."""
        return sum(e.duration_minutes for e in self.entries if e.billable_status is None)

    @property
    def without_rate(self) -> list[AsanaUser]:
        """People whose hours have no cost, because nobody set a rate for them."""
        if not self.rates:
            return []
        return [hours.person for hours in self.people if hours.person.gid not in self.rates]

    def bars(self, today: Week) -> tuple[weekly_bars.WeekBar, ...]:
        """The hours of each week of the chart."""
        minutes = Counter[Week]()
        for entry in self.recent:
            minutes[Week.of(entry.entered_on)] += entry.duration_minutes
        start = today.start - timedelta(weeks=CHART_WEEKS - 1)
        weeks = [Week.of(start + timedelta(weeks=index)) for index in range(CHART_WEEKS)]
        return weekly_bars.weekly_bars([(week, minutes[week]) for week in weeks])

    def _person(self, person: AsanaUser, minutes: int, billable: int) -> PersonHours:
        rate = (self.rates or {}).get(person.gid)
        if rate is None:
            return PersonHours(person, minutes, billable, None, None, None)
        return PersonHours(
            person, minutes, billable, rate, minutes / 60 * rate, billable / 60 * rate
        )


def _sum_of(amounts: Iterable[float | None]) -> float | None:
    """Return the sum of the known amounts; None if there is none."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None


def load_project(
    asana: Client, query: ProjectsQuery, gid: str, emails: Mapping[str, str]
) -> ProjectData:
    """Load a project with everything on its page, in one round of requests.

    `emails` are addresses by gid of the person, which tell people of the same name apart.
    Raises `AsanaError`, also `Forbidden` and `NotFound` for a project that the viewer cannot see.
    """
    chart_start = Week.of(query.today).start - timedelta(weeks=CHART_WEEKS - 1)
    start, end = min(query.span.start, chart_start), max(query.span.end, query.today)
    lists: list[Listing[Any]] = [
        listings.tasks_of(gid),
        listings.entries_of_project(gid, start=start, end=end),
        listings.budgets(gid),
        listings.rates(gid),
    ]
    tasks, entries, budgets, rates, project = asana.gather_lists(
        lists, also=[lambda client: client.get_project(gid)]
    )
    for answer in (project, tasks, entries):
        if isinstance(answer, AsanaError):
            raise answer
    data = _project_data(query, project, tasks, entries, budgets, rates)
    return replace(data, emails=emails)


def _project_data(
    query: ProjectsQuery,
    project: Project,
    tasks: Records[PlannedTask],
    entries: Records[Entry],
    budgets: Sequence[Budget] | AsanaError,
    rates: Sequence[Rate] | AsanaError,
) -> ProjectData:
    status, budget = visible_budget(budgets)
    by_person = rates_by_person(rates)
    state = None
    if budget is not None:
        counted = budget.actual.billable_status_filter
        state = state_of(budget, burned_minutes(entries, counted, query.today), by_person)
    span, chart_start = query.span, Week.of(query.today).start - timedelta(weeks=CHART_WEEKS - 1)
    return ProjectData(
        project,
        span,
        tuple(TaskHours(task) for task in tasks),
        [entry for entry in entries if span.start <= entry.entered_on <= span.end],
        [entry for entry in entries if entry.entered_on >= chart_start],
        status,
        state,
        by_person,
        next((rate.currency_code for rate in rates), "")
        if not isinstance(rates, AsanaError)
        else "",
        len(entries.unreadable),
    )
