"""Approving weeks, returning them, and taking that back: previewed, decided, and told person by
person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import team_reader_required
from accounts.asana.records import AsanaUser
from accounts.http import TeamRequest
from timesheet.core import clock
from timesheet.domain.approval import MANAGER_MOVES, Status
from timesheet.domain.cell import is_gid
from timesheet.domain.team_week import PersonWeek
from timesheet.domain.week import Week
from timesheet.team import decisions
from timesheet.team import loading as teams
from timesheet.team.decisions import DecisionResult
from timesheet.team.loading import TeamWeek
from timesheet.team.messages import result_message
from timesheet.team.views import viewer_of

# How many weeks are decided before the page tells how far it is.
AT_ONCE = 12
LONGEST_MESSAGE = 2000

ACTIONS = {
    "approve": Status.APPROVED,
    "return": Status.REJECTED,
    "reopen": Status.SUBMITTED,
}


@dataclass(frozen=True)
class DecisionLine:
    """What became of one week, in words."""

    person: AsanaUser
    done: bool
    said: str


@require_GET
@team_reader_required
def preview_decision(request: TeamRequest, workspace: str, week: Week) -> HttpResponse:
    """What would be decided, about whom: those named, or all with nothing odd."""
    action = request.GET.get("action", "")
    if action not in ACTIONS:
        action = "approve"
    loaded = teams.load(request.asana, viewer_of(request), week)
    named = request.GET.getlist("person")
    people = [one for one in loaded.people if one.person.gid in named] or (
        [] if named or action != "approve" else list(loaded.clean)
    )
    return _preview(request, loaded, action, people)


@require_POST
@team_reader_required
def approve_weeks(request: TeamRequest, workspace: str, week: Week) -> HttpResponse:
    return _decided(request, week, "approve")


@require_POST
@team_reader_required
def return_weeks(request: TeamRequest, workspace: str, week: Week) -> HttpResponse:
    # Forms send line ends of their own, which count twice.
    message = request.POST.get("message", "").replace("\r\n", "\n").strip()
    if message and len(message) <= LONGEST_MESSAGE:
        return _decided(request, week, "return", message)
    loaded = teams.load(request.asana, viewer_of(request), week)
    people = [one for one in loaded.people if one.person.gid in request.POST.getlist("person")]
    error = (
        _("That is too long for Asana: %(most)d characters at most.") % {"most": LONGEST_MESSAGE}
        if message
        else _("Say why, so that they know what to change. Nothing was returned.")
    )
    return _preview(request, loaded, "return", people, message=message, error=error)


@require_POST
@team_reader_required
def reopen_weeks(request: TeamRequest, workspace: str, week: Week) -> HttpResponse:
    return _decided(request, week, "reopen")


def _preview(
    request: TeamRequest,
    loaded: TeamWeek,
    action: str,
    people: list[PersonWeek],
    *,
    message: str = "",
    error: str = "",
) -> HttpResponse:
    wanted = ACTIONS[action]
    context = {
        "team": loaded,
        "action": action,
        "people": [one for one in people if _can_be(one, wanted)],
        "left": [one for one in people if not _can_be(one, wanted)],
        "message": message,
        "error": error,
    }
    template = "decision" if not request.htmx else "_decision_form"
    return render(request, f"team/{template}.html", context, status=422 if error else 200)


def _can_be(one: PersonWeek, wanted: Status) -> bool:
    """Nobody decides about hours that they do not see, but may take back what was decided."""
    return wanted in MANAGER_MOVES[one.status] and (not one.hidden or wanted is Status.SUBMITTED)


def _decided(request: TeamRequest, week: Week, action: str, message: str = "") -> HttpResponse:
    """Decides about as many as are told of at once; a browser with script then asks for the rest
    by itself."""
    seen = _seen(request.POST)
    now = dict(list(seen.items())[:AT_ONCE]) if request.htmx else seen
    viewer = viewer_of(request)
    # Before anything is decided: what is read after could fail, and then nobody is told what was.
    named = {one.gid: one for one in teams.people_of(request.asana, viewer)}
    outcomes = decisions.decide(
        request.asana, viewer, week, ACTIONS[action], now, message=message, clock=clock.now
    )
    earlier = [gid for gid in request.POST.getlist("done") if is_gid(gid)]
    done = [*earlier, *(one.gid for one in outcomes if one.done)]
    if (after := request.POST.get("after")) is not None and len(outcomes) == 1:
        return _to_the_next(request, week, _line(outcomes[0], named, action), after)
    rest = {gid: mark for gid, mark in seen.items() if gid not in now}
    told = _number(request.POST, "told") + len(outcomes)
    context = {
        "workspace": viewer.membership.workspace,
        "week": week,
        "action": action,
        "message": message,
        "lines": [_line(one, named, action) for one in outcomes],
        "done": done,
        "rest": rest,
        "told": told,
        "all": told + len(rest),
    }
    template = "decision_result" if not request.htmx else "_decision_result"
    return render(request, f"team/{template}.html", context)


def _to_the_next(request: TeamRequest, week: Week, line: DecisionLine, after: str) -> HttpResponse:
    """From one person's page to that of whom comes `after`, with what was done said there."""
    say = messages.success if line.done else messages.error
    say(request, f"{line.person.name}: {line.said}")
    workspace = request.membership.workspace
    if not line.done:
        return redirect("person_week", workspace=workspace, week=week, person=line.person.gid)
    if is_gid(after):
        return redirect("person_week", workspace=workspace, week=week, person=after)
    return redirect("team", workspace=workspace, week=week)


def _seen(sent: QueryDict) -> dict[str, str]:
    """The marks of the hours that the manager saw, by gid."""
    return {gid: sent.get(f"mark:{gid}", "")[:16] for gid in sent.getlist("person") if is_gid(gid)}


def _number(sent: QueryDict, name: str) -> int:
    text = sent.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def _line(outcome: DecisionResult, named: Mapping[str, AsanaUser], action: str) -> DecisionLine:
    person = named.get(outcome.gid, AsanaUser(outcome.gid, outcome.gid))
    return DecisionLine(person, outcome.done, result_message(outcome, action))
