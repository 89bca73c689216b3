"""The rows and totals of the projects page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from accounts.asana.records import Project
from timesheet.domain.budget import TIME, BudgetState
from timesheet.domain.report_entry import distinct_names
from timesheet.projects.figures import HIDDEN, NOT_IN_PLAN, SHOWN, ProjectFigures


@dataclass(frozen=True)
class ProjectRow:
    """A project with its figures; None while they are being read."""

    project: Project
    figures: ProjectFigures | None
    budget: BudgetState | None
    # None without a forecast.
    runs_out: date | None
    # The name, with the team or the gid if another project has the same.
    label: str

    @property
    def over_estimate(self) -> int:
        """Minutes that were ever logged beyond the estimate."""
        if self.figures is None or self.figures.estimate is None:
            return 0
        return max(self.figures.actual - self.figures.estimate, 0)

    @property
    def billable_percent(self) -> float | None:
        """The billable share; None without hours, and where Asana does not say it."""
        return _share(self.figures.billable, self.figures) if self.figures else None


@dataclass(frozen=True)
class ProjectTotal:
    """The sums of several projects."""

    label: str
    projects: int
    minutes: int
    billable_percent: float | None
    # None if no project has an estimate.
    estimate: int | None
    # The sums of the budgets that have a total: those in time, and those of money by currency.
    budgets: tuple[BudgetState, ...]
    people: int


@dataclass(frozen=True)
class ProjectsPage:
    """The rows of the page, and what is known of all projects together."""

    rows: tuple[ProjectRow, ...]
    totals: tuple[ProjectTotal, ...]
    total: ProjectTotal
    # How many projects are still being read.
    missing: int

    @property
    def read(self) -> int:
        """How many projects are read."""
        return len(self.rows) - self.missing

    @property
    def at(self) -> datetime | None:
        """When the oldest figures were read; None while there are none."""
        return min((row.figures.at for row in self.rows if row.figures), default=None)

    @property
    def has_estimates(self) -> bool:
        """Whether any project has an estimate."""
        return self.total.estimate is not None

    @property
    def has_budgets(self) -> bool:
        """Whether Asana shows the viewer the budget of any project."""
        return SHOWN in self._budget_statuses

    @property
    def sorts(self) -> tuple[str, ...]:
        """What the rows can be sorted by: the columns that there are."""
        absent = set() if self.has_estimates else {"estimate"}
        absent |= set() if self.has_budgets else {"budget", "runs-out"}
        return tuple(by for by in SORTS if by not in absent)

    @property
    def plan_lacks_budgets(self) -> bool:
        """Whether the Asana plan has no budgets."""
        return NOT_IN_PLAN in self._budget_statuses

    @property
    def hides_budgets(self) -> bool:
        """Whether Asana does not show the viewer any budget."""
        return HIDDEN in self._budget_statuses and not self.has_budgets

    @property
    def hidden_budgets(self) -> list[str]:
        """The projects whose budget Asana does not show the viewer."""
        rows = [row for row in self.rows if row.figures and row.figures.budget_status == HIDDEN]
        return [row.label for row in rows]

    @property
    def unknown_billable(self) -> bool:
        """Whether Asana did not say of some entries whether they are billable."""
        return any(row.figures and row.figures.unknown for row in self.rows)

    @property
    def unreadable(self) -> int:
        """Number of entries that could not be read."""
        return sum(row.figures.unreadable for row in self.rows if row.figures)

    @property
    def _budget_statuses(self) -> set[str]:
        return {row.figures.budget_status for row in self.rows if row.figures}


def build_page(
    projects: Iterable[Project],
    figures: Mapping[str, ProjectFigures],
    budgets: Mapping[str, BudgetState | None],
    today: date,
    *,
    label: str,
    no_team: str,
) -> ProjectsPage:
    """Build the page; `label` is that of the total of all, `no_team` of projects without a team."""
    listed = tuple(projects)
    teams = {each.gid: each.team.name for each in listed if each.team and each.team.name}
    labels = distinct_names({project.gid: project.name for project in listed}, teams)
    rows = tuple(
        _row(
            project, labels[project.gid], figures.get(project.gid), budgets.get(project.gid), today
        )
        for project in listed
    )
    by_team: dict[tuple[str, str], list[ProjectRow]] = {}
    for row in rows:
        team = row.project.team
        key = (team.name or team.gid, team.gid) if team else ("", "")
        by_team.setdefault(key, []).append(row)
    totals = tuple(_total(name or no_team, by_team[name, gid]) for name, gid in sorted(by_team))
    missing = sum(row.figures is None for row in rows)
    return ProjectsPage(rows, totals, _total(label, rows), missing)


_Key = Callable[[ProjectRow], float]


def _budget_percent(row: ProjectRow) -> float:
    return (row.budget.percent or 0) if row.budget else -1


def _minutes(row: ProjectRow) -> float:
    return row.figures.minutes if row.figures else -1


def _days_left(row: ProjectRow) -> float:
    if row.runs_out is not None:
        return -row.runs_out.toordinal()
    return 0 if row.budget and (row.budget.percent or 0) >= 100 else -float("inf")


# The largest first; what is behind comes last.
_SORT_KEYS: dict[str, _Key] = {
    "logged": _minutes,
    "estimate": lambda row: (row.figures.estimate or -1) if row.figures else -1,
    "budget": _budget_percent,
    "runs-out": _days_left,
    "billable": lambda row: -1 if row.billable_percent is None else row.billable_percent,
    "people": lambda row: len(row.figures.people) if row.figures else -1,
}
SORTS = ("name", *_SORT_KEYS)


def sort_rows(rows: Sequence[ProjectRow], by: str) -> tuple[ProjectRow, ...]:
    """Sort rows that are sorted by name; of all else the largest, or the most urgent, is first."""
    if by not in _SORT_KEYS:
        return tuple(rows)
    key = _SORT_KEYS[by]
    return tuple(sorted(rows, key=lambda row: -key(row)))


def _row(
    project: Project,
    label: str,
    figures: ProjectFigures | None,
    budget: BudgetState | None,
    today: date,
) -> ProjectRow:
    runs_out = budget.runs_out(today) if budget else None
    return ProjectRow(project, figures, budget, runs_out, label)


def _total(label: str, rows: Sequence[ProjectRow]) -> ProjectTotal:
    read = [row.figures for row in rows if row.figures]
    estimates = [figures.estimate for figures in read if figures.estimate is not None]
    minutes = sum(figures.minutes for figures in read)
    billable = sum(figures.billable for figures in read)
    unknown = sum(figures.unknown for figures in read)
    return ProjectTotal(
        label,
        len(rows),
        minutes,
        100 * billable / minutes if minutes and not unknown else None,
        sum(estimates) if estimates else None,
        _sums(row.budget for row in rows),
        len({gid for figures in read for gid in figures.people}),
    )


def _sums(budgets: Iterable[BudgetState | None]) -> tuple[BudgetState, ...]:
    """Add up the budgets that have a total, those in time first."""
    sums: dict[tuple[bool, str], BudgetState] = {}
    for budget in budgets:
        if budget is not None and budget.total is not None:
            key = (budget.kind != TIME, budget.currency)
            known = sums.get(key, BudgetState(budget.kind, 0, 0, currency=budget.currency))
            used, total = known.used + budget.used, (known.total or 0) + budget.total
            sums[key] = BudgetState(budget.kind, used, total, currency=budget.currency)
    return tuple(sums[key] for key in sorted(sums))


def _share(part: int, figures: ProjectFigures) -> float | None:
    if not figures.minutes or figures.unknown:
        return None
    return 100 * part / figures.minutes
