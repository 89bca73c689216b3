"""A manager's team: everybody's week at a glance, and one person's week to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.access import manager_required, team_reader_required
from accounts.asana.errors import NotFound
from accounts.asana.records import AsanaUser
from accounts.http import ManagerRequest, TeamRequest
from accounts.problems import Problem, problem_for
from timesheet.core import clock
from timesheet.core.params import positive_int
from timesheet.core.sessions import runs_scripts
from timesheet.domain.mail_schedule import week_to_check
from timesheet.domain.team_summary import TeamSummary, summarize
from timesheet.domain.team_week import PersonWeek, WeekFilter
from timesheet.domain.week import Week
from timesheet.sheets import approvals
from timesheet.team import loading, messages
from timesheet.team.listing import TeamQuery, group_names
from timesheet.team.loading import TeamWeek, Viewer
from timesheet.team.person import load_sheet, load_trend, project_totals

# After how many refreshes that bring nothing new a page stops refreshing itself.
MOST_IDLE_REFRESHES = 3


@require_safe
@manager_required
def latest_team(request: ManagerRequest, workspace: str) -> HttpResponse:
    """Goes to the week of `day`, or to the week that managers review now: the last one early in
    the week, else this one."""
    day = _day(request.GET.get("day", ""))
    week = week_to_check(clock.today()) if day is None else Week.of(day)
    return redirect("team", workspace=workspace, week=week)


@require_safe
@team_reader_required
def team(request: TeamRequest, workspace: str, week: Week) -> HttpResponse:
    """Shows the week of each person of the team; `fresh=1` reads it from Asana.

    A browser that runs scripts gets a large team at once: what is cached, with the names of the
    others. With htmx only what changed is sent: the page refreshes itself until all is read.
    """
    viewer, is_fresh = viewer_of(request), request.GET.get("fresh") == "1"
    if not request.htmx:
        waits = is_fresh or not runs_scripts(request.COOKIES)
        loaded = loading.load(request.asana, viewer, week, fresh=is_fresh, waits=waits)
        return render(request, "team/team.html", team_context(request, loaded))
    refresh = Refresh.of(request.GET)
    before = loading.load_cached(request.asana, viewer, week)
    # The names are there already: what fills in their hours lets clicks go first.
    reader = viewer.in_background() if refresh.number or before.pending else viewer
    loaded = loading.load(request.asana, reader, week, fresh=is_fresh)
    context = {
        **team_context(request, loaded),
        "rows": changed_rows(before, loaded, request.GET.get("shown")),
        # Rows that came late are in the order of their names: now the order is known.
        "is_complete_now": refresh.is_cold and not loaded.pending,
    }
    return render(request, "team/refresh_team.html", context)


@require_safe
@team_reader_required
def person_week(request: TeamRequest, workspace: str, week: Week, person: str) -> HttpResponse:
    """Shows one person's week, with links to the people before and after them in the team."""
    viewer = viewer_of(request)
    loaded = loading.load_person(request.asana, viewer, week, person)
    assessed = loaded.of(person)
    if assessed is None:
        raise NotFound(f"user: Unknown object: {person}", 404)
    query = TeamQuery.of(request.GET)
    before, after = _neighbours(
        person, [row.person for row in query.listed(loaded.people, workspace)]
    )
    sheet = load_sheet(viewer, loaded, assessed)
    context = {
        "team": loaded,
        "person_week": assessed,
        "sheet": sheet,
        "projects": project_totals(sheet.grid),
        "decisions": approvals.history_of(workspace, week, person),
        "chosen": query,
        "before": before,
        "after": after,
        "problem": _problem(loaded),
    }
    return render(request, "team/person.html", context)


@require_safe
@team_reader_required
def person_trend(request: TeamRequest, workspace: str, week: Week, person: str) -> HttpResponse:
    """Shows the last eight weeks of one person as bars."""
    weeks = load_trend(viewer_of(request), week, person)
    context = {"workspace": workspace, "weeks": weeks, "week": week, "person": person}
    return render(request, "team/_person_trend.html", context)


@dataclass(frozen=True)
class Refresh:
    """Where a page is in refreshing itself."""

    # How many refreshes in a row, with this one, may bring nothing new; 0 if a person asked.
    number: int = 0
    # How much there was to read before.
    left: int = 0
    # Whether the page was first shown with rows that were not read yet.
    is_cold: bool = False

    @classmethod
    def of(cls, values: QueryDict) -> Refresh:
        """Read where the page is from its query."""
        number = positive_int(values.get("again", ""), most_digits=1) or 0
        left = positive_int(values.get("left", ""), most_digits=6) or 0
        return cls(number, left, values.get("cold") == "1")

    def next(self, loaded: TeamWeek) -> Refresh | None:
        """Return the next refresh; None when the page should stop refreshing."""
        is_idle = bool(self.number) and loaded.left >= self.left
        number = self.number + 1 if is_idle else 1
        if not loaded.behind or number > MOST_IDLE_REFRESHES:
            return None
        return Refresh(number, loaded.left, self.is_cold or bool(loaded.pending))


def viewer_of(request: TeamRequest) -> Viewer:
    """Build the viewer of a team from the request."""
    return Viewer(request.reader, request.membership, clock.today(), clock.now())


def team_context(request: TeamRequest, loaded: TeamWeek) -> dict[str, object]:
    """Build the context of the template of a team."""
    query = TeamQuery.of(request.GET)
    listed = query.listed(loaded.people, loaded.workspace)
    page = query.page_of(listed)
    rows = list(page)
    groups = group_names(query.group, rows, loaded.workspace) if query.group else {}
    summary = summarize(loaded.people)
    return {
        "team": loaded,
        "chosen": query,
        "page": page,
        "groups": groups,
        "sections": _sections(rows, groups),
        "summary": summary,
        "billable_change": _billable_change(request, loaded, summary),
        "counts": [
            (show, messages.SHOWS[show], sum(row.matches(show) for row in loaded.people))
            for show in WeekFilter
        ],
        "problem": _problem(loaded),
        "refresh": Refresh.of(request.GET).next(loaded),
        "this_week": Week.of(clock.today()),
        "days": loaded.week.days,
        "today": clock.today(),
    }


def _billable_change(request: TeamRequest, loaded: TeamWeek, summary: TeamSummary) -> str:
    """Say how the billable share differs from the week before; empty while either is not known."""
    share = summary.billable_share
    if share is None or loaded.pending or loaded.without_days_off:
        return ""
    week, people = loaded.week.previous, [row.person.gid for row in loaded.people]
    earlier = loading.cached_billable_share(viewer_of(request), week, people)
    return "" if earlier is None else messages.billable_change(share - earlier, week)


def changed_rows(before: TeamWeek, after: TeamWeek, shown: str | None) -> list[PersonWeek]:
    """Return the people whose week changed, of those with the gids `shown` where that is given."""
    old = {week.person.gid: week for week in before.people}
    changed = [week for week in after.people if old.get(week.person.gid) != week]
    if shown is None:
        return changed
    gids = set(shown.split(","))
    return [week for week in changed if week.person.gid in gids]


def _sections(
    rows: Sequence[PersonWeek], groups: dict[str, str]
) -> list[tuple[str, list[PersonWeek]]]:
    """Return the rows in sections of one group each; in one without a name where not grouped."""
    sections: list[tuple[str, list[PersonWeek]]] = []
    for row in rows:
        name = groups.get(row.person.gid, "")
        if not sections or sections[-1][0] != name:
            sections.append((name, []))
        sections[-1][1].append(row)
    return sections


def _day(text: str) -> date | None:
    """Parse a day, as in 2026-11-25; None for anything else and for years without pages."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1900 < day.year < 2999 else None


def _problem(loaded: TeamWeek) -> Problem | None:
    """Why the page shows older hours."""
    return problem_for(loaded.problem, undone="") if loaded.problem else None


def _neighbours(
    person: str, people: Sequence[AsanaUser]
) -> tuple[AsanaUser | None, AsanaUser | None]:
    """The people before and after this one in the order of the page."""
    order = [neighbour.gid for neighbour in people]
    if person not in order:
        return None, people[0] if people else None
    place = order.index(person)
    return (people[place - 1] if place else None), next(iter(people[place + 1 :]), None)
