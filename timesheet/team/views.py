"""A manager's team: everybody's week at a glance, and one person's week to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.access import manager_required, team_reader_required
from accounts.asana.errors import NotFound
from accounts.asana.records import AsanaUser
from accounts.http import ManagerRequest, TeamRequest
from accounts.problems import Problem, problem_for
from timesheet.core import clock
from timesheet.domain.mail_schedule import week_to_check
from timesheet.domain.team_week import PersonWeek, WeekFilter
from timesheet.domain.week import Week
from timesheet.team import loading, messages
from timesheet.team.loading import TeamWeek, Viewer
from timesheet.team.person import load_sheet

# How often a page refreshes itself.
MOST_REFRESHES = 3


@require_safe
@manager_required
def latest_team(request: ManagerRequest, workspace: str) -> HttpResponse:
    """Goes to the week that managers review now: the last one early in the week, else this one."""
    return redirect("team", workspace=workspace, week=week_to_check(clock.today()))


@require_safe
@team_reader_required
def team(request: TeamRequest, workspace: str, week: Week) -> HttpResponse:
    """Shows the week of each person of the team; `fresh=1` reads it from Asana."""
    loaded = loading.load(
        request.asana, viewer_of(request), week, fresh=request.GET.get("fresh") == "1"
    )
    template = "team/_team.html" if request.htmx else "team/team.html"
    return render(request, template, team_context(request, loaded))


@require_safe
@team_reader_required
def person_week(request: TeamRequest, workspace: str, week: Week, person: str) -> HttpResponse:
    """Shows one person's week, with links to the people before and after them in the team."""
    viewer = viewer_of(request)
    loaded = loading.load_person(request.asana, viewer, week, person)
    assessed = loaded.of(person)
    if assessed is None:
        raise NotFound(f"user: Unknown object: {person}", 404)
    team_filter = TeamFilter.of(request)
    before, after = _neighbours(
        person, [row.person for row in loaded.people if team_filter.allows(row)]
    )
    context = {
        "team": loaded,
        "person_week": assessed,
        "sheet": load_sheet(viewer, loaded, assessed),
        "chosen": team_filter,
        "before": before,
        "after": after,
        "problem": _problem(loaded),
    }
    return render(request, "team/person.html", context)


@dataclass(frozen=True)
class TeamFilter:
    """Which people of the team are shown."""

    show: WeekFilter | None
    # A part of a name or an address.
    text: str

    @classmethod
    def of(cls, request: ManagerRequest) -> TeamFilter:
        """Read the filter from the query string, ignoring what is invalid."""
        show = request.GET.get("show", "")
        week_filter = WeekFilter(show) if show in list(WeekFilter) else None
        return cls(week_filter, request.GET.get("q", "").strip()[:100])

    @property
    def query(self) -> str:
        """The filter as a query string; empty if it allows everybody."""
        values = {"show": self.show or "", "q": self.text}
        return urlencode({name: value for name, value in values.items() if value})

    def allows(self, row: PersonWeek) -> bool:
        """Tell whether this person is shown."""
        has_text = self.text.casefold() in f"{row.person.name} {row.person.email}".casefold()
        return has_text and row.matches(self.show)


def viewer_of(request: TeamRequest) -> Viewer:
    """Build the viewer of a team from the request."""
    return Viewer(request.reader, request.membership, clock.today(), clock.now())


def team_context(request: ManagerRequest, loaded: TeamWeek) -> dict[str, object]:
    """Build the context of the template of a team."""
    team_filter = TeamFilter.of(request)
    return {
        "team": loaded,
        "chosen": team_filter,
        "rows": [row for row in loaded.people if team_filter.allows(row)],
        "counts": [
            (show, messages.SHOWS[show], sum(row.matches(show) for row in loaded.people))
            for show in WeekFilter
        ],
        "problem": _problem(loaded),
        "again": _next_refresh(request, loaded),
        "this_week": Week.of(clock.today()),
        "days": loaded.week.days,
        "today": clock.today(),
    }


def _next_refresh(request: ManagerRequest, loaded: TeamWeek) -> int:
    """Number of the next background refresh, or 0 when the page should stop refreshing."""
    number = request.GET.get("again", "0")
    refreshes = int(number) if number in ("1", "2", "3") else 0
    return refreshes + 1 if loaded.behind and refreshes < MOST_REFRESHES else 0


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
