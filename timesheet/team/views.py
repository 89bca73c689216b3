"""A manager's team: everybody's week at a glance, and one person's week to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from accounts.access import manager_required, team_reader_required
from accounts.asana.errors import NotFound
from accounts.asana.records import AsanaUser
from accounts.http import ManagerRequest, TeamRequest
from accounts.problems import Problem, problem_for
from timesheet.core import clock
from timesheet.domain.mail_schedule import week_to_check
from timesheet.domain.team_week import PersonWeek, WeekFilter
from timesheet.domain.week import Week
from timesheet.team import loading as teams
from timesheet.team import messages
from timesheet.team.loading import TeamWeek, Viewer
from timesheet.team.person import load

# How often a page looks again by itself.
MOST_LOOKS = 3


@require_GET
@manager_required
def latest_team(request: ManagerRequest, workspace: str) -> HttpResponse:
    """The team in the week that is to be looked at now."""
    return redirect("team", workspace=workspace, week=week_to_check(clock.today()))


@require_GET
@team_reader_required
def team(request: TeamRequest, workspace: str, week: Week) -> HttpResponse:
    loaded = teams.load(
        request.asana, viewer_of(request), week, fresh=request.GET.get("fresh") == "1"
    )
    context = team_context(request, loaded)
    template = "team/_team.html" if request.htmx else "team/team.html"
    return render(request, template, context)


@require_GET
@team_reader_required
def person_week(request: TeamRequest, workspace: str, week: Week, person: str) -> HttpResponse:
    viewer = viewer_of(request)
    loaded = teams.load_person(request.asana, viewer, week, person)
    looked = loaded.of(person)
    if looked is None:
        raise NotFound(f"user: Unknown object: {person}", 404)
    chosen = TeamFilter.of(request)
    before, after = _beside(person, [one.person for one in loaded.people if chosen.has(one)])
    context = {
        "team": loaded,
        "one": looked,
        "sheet": load(viewer, loaded, looked),
        "chosen": chosen,
        "before": before,
        "after": after,
        "problem": _problem(loaded),
    }
    return render(request, "team/person.html", context)


@dataclass(frozen=True)
class TeamFilter:
    """What the team is narrowed to. `query` says the same in an address."""

    show: WeekFilter | None
    text: str

    @classmethod
    def of(cls, request: ManagerRequest) -> TeamFilter:
        asked = request.GET.get("show", "")
        show = WeekFilter(asked) if asked in list(WeekFilter) else None
        return cls(show, request.GET.get("q", "").strip()[:100])

    @property
    def query(self) -> str:
        said = {"show": self.show or "", "q": self.text}
        return urlencode({name: value for name, value in said.items() if value})

    def has(self, one: PersonWeek) -> bool:
        found = self.text.casefold() in f"{one.person.name} {one.person.email}".casefold()
        return found and one.matches(self.show)


def viewer_of(request: TeamRequest) -> Viewer:
    return Viewer(request.reader, request.membership, clock.today(), clock.now())


def team_context(request: ManagerRequest, loaded: TeamWeek) -> dict[str, object]:
    chosen = TeamFilter.of(request)
    return {
        "team": loaded,
        "chosen": chosen,
        "rows": [one for one in loaded.people if chosen.has(one)],
        "counts": [
            (show, messages.SHOWS[show], sum(one.matches(show) for one in loaded.people))
            for show in WeekFilter
        ],
        "problem": _problem(loaded),
        "again": _again(request, loaded),
        "this_week": Week.of(clock.today()),
        "days": loaded.week.days,
        "today": clock.today(),
    }


def _again(request: ManagerRequest, loaded: TeamWeek) -> int:
    """The how manieth look behind the page comes next; 0 for none: what Asana does not tell in a
    few it does not tell now."""
    before = request.GET.get("again", "0")
    looks = int(before) if before in ("1", "2", "3") else 0
    return looks + 1 if loaded.behind and looks < MOST_LOOKS else 0


def _problem(loaded: TeamWeek) -> Problem | None:
    """Why what is shown is not of just now."""
    return problem_for(loaded.problem, undone="") if loaded.problem else None


def _beside(person: str, people: Sequence[AsanaUser]) -> tuple[AsanaUser | None, AsanaUser | None]:
    """Who comes before this person, and who after."""
    order = [one.gid for one in people]
    if person not in order:
        return None, people[0] if people else None
    place = order.index(person)
    return (people[place - 1] if place else None), next(iter(people[place + 1 :]), None)
