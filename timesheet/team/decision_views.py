"""Approving weeks, sending them back, and reopening them: in place, with Undo.

Without scripts, one page previews the decision and another one shows the result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import team_reader_required
from accounts.asana.records import AsanaUser
from accounts.http import TeamRequest, redirect_with
from timesheet.core import clock
from timesheet.domain.approval import MANAGER_MOVES, Status
from timesheet.domain.cell import is_gid
from timesheet.domain.team_week import PersonWeek
from timesheet.domain.week import Week
from timesheet.team import decisions, loading
from timesheet.team.decisions import DecisionResult, SkipReason
from timesheet.team.loading import TeamWeek
from timesheet.team.messages import decided_message, progress_message, result_message
from timesheet.team.views import team_context, viewer_of

# How many weeks are decided before the page reports progress.
AT_ONCE = 12
LONGEST_MESSAGE = 2000

ACTIONS = {
    "approve": Status.APPROVED,
    "return": Status.REJECTED,
    "reopen": Status.SUBMITTED,
}


@dataclass(frozen=True)
class DecisionLine:
    """The result of the decision about one week."""

    person: AsanaUser
    succeeded: bool
    message: str


@require_safe
@team_reader_required
def preview_decision(request: TeamRequest, workspace: str, week: Week) -> HttpResponse:
    """Previews a decision about the selected people; if none are selected, about nobody."""
    action = request.GET.get("action", "")
    if action not in ACTIONS:
        action = "approve"
    loaded = loading.load(request.asana, viewer_of(request), week)
    return _preview(request, loaded, action, _selected(loaded, request.GET))


@require_POST
@team_reader_required
def approve_weeks(request: TeamRequest, workspace: str, week: Week) -> HttpResponse:
    """Approves the weeks of the people selected."""
    return _decide(request, week, "approve")


@require_POST
@team_reader_required
def return_weeks(request: TeamRequest, workspace: str, week: Week) -> HttpResponse:
    """Sends the weeks of the people selected back, with a message to them."""
    # Browsers send line ends as two characters; Asana's limit counts one.
    message = request.POST.get("message", "").replace("\r\n", "\n").strip()
    if message and len(message) <= LONGEST_MESSAGE:
        return _decide(request, week, "return", message)
    error = (
        _("Use up to %(most)d characters.") % {"most": LONGEST_MESSAGE}
        if message
        else _("Enter what should change.")
    )
    if request.htmx:
        return render(request, "team/_toast.html", {"toast": error}, status=422)
    loaded = loading.load(request.asana, viewer_of(request), week)
    people = _selected(loaded, request.POST)
    return _preview(request, loaded, "return", people, message=message, error=error)


@require_POST
@team_reader_required
def reopen_weeks(request: TeamRequest, workspace: str, week: Week) -> HttpResponse:
    """Reopens weeks that were approved or sent back: their status is submitted again."""
    return _decide(request, week, "reopen")


def _preview(
    request: TeamRequest,
    loaded: TeamWeek,
    action: str,
    people: list[PersonWeek],
    *,
    message: str = "",
    error: str = "",
) -> HttpResponse:
    new_status = ACTIONS[action]
    context = {
        "team": loaded,
        "action": action,
        "people": [row for row in people if _is_possible(row, new_status)],
        "left": [row for row in people if not _is_possible(row, new_status)],
        "message": message,
        "error": error,
    }
    return render(request, "team/decision.html", context, status=422 if error else 200)


def _selected(loaded: TeamWeek, values: QueryDict) -> list[PersonWeek]:
    gids = _fingerprints(values)
    return [row for row in loaded.people if row.person.gid in gids]


def _is_possible(row: PersonWeek, new_status: Status) -> bool:
    """Return whether the manager may decide: hidden hours only allow reopening the week."""
    return new_status in MANAGER_MOVES[row.status] and (
        not row.hidden or new_status is Status.SUBMITTED
    )


def _decide(request: TeamRequest, week: Week, action: str, message: str = "") -> HttpResponse:
    """Decides about the first `AT_ONCE` weeks; with htmx the page then sends the rest by itself."""
    fingerprints = _fingerprints(request.POST)
    batch = dict(list(fingerprints.items())[:AT_ONCE]) if request.htmx else fingerprints
    viewer = viewer_of(request)
    # Read before the decision: if this failed afterwards, nobody would see what was decided.
    people = {person.gid: person for person in loading.people_of(request.asana, viewer)}
    results = decisions.decide(
        request.asana, viewer, week, ACTIONS[action], batch, message=message, clock=clock.now
    )
    if (after := request.POST.get("after")) is not None and len(results) == 1:
        return _go_to_next(request, week, _line(results[0], people, action), after)
    lines = [_line(result, people, action) for result in results]
    if not request.htmx:
        done = [line.person.gid for line in lines if line.succeeded]
        context = {"workspace": viewer.membership.workspace, "week": week, "action": action}
        return render(
            request, "team/decision_result.html", {**context, "lines": lines, "done": done}
        )
    rest = {gid: fingerprint for gid, fingerprint in fingerprints.items() if gid not in batch}
    toast = _toast(request, action, lines, rest, people)
    loaded = loading.load_cached(request.asana, viewer, week)
    gids = set(batch)
    context = {
        **team_context(request, loaded),
        **toast,
        "message": message,
        "rows": [row for row in loaded.people if row.person.gid in gids],
        # The hours of a week have changed since they were shown: they are read again.
        "is_outdated": any(result.skip_reason is SkipReason.CHANGED for result in results),
    }
    return render(request, "team/decide_weeks.html", context)


def _toast(
    request: TeamRequest,
    action: str,
    lines: list[DecisionLine],
    rest: Mapping[str, str],
    people: Mapping[str, AsanaUser],
) -> dict[str, object]:
    """Return what the message about a decision shows: of this batch and those before it."""
    post = request.POST
    done = [gid for gid in post.getlist("done") if is_gid(gid)]
    done += [line.person.gid for line in lines if line.succeeded]
    earlier = [text.partition(":") for text in post.getlist("failed")]
    failed = [
        DecisionLine(people.get(gid, AsanaUser(gid, gid)), succeeded=False, message=text)
        for gid, _colon, text in earlier
        if is_gid(gid)
    ]
    failed += [line for line in lines if not line.succeeded]
    progress = len(done) + len(failed)
    return {
        "action": action,
        "done": done,
        "failed": failed,
        "rest": rest,
        "progress": progress,
        "total": progress + len(rest),
        "toast": progress_message(action, len(done), progress + len(rest))
        if rest
        else decided_message(action, len(done), len(failed)),
    }


def _go_to_next(request: TeamRequest, week: Week, line: DecisionLine, after: str) -> HttpResponse:
    """Goes on from one person's page to that of the person `after`; stays if nothing was done."""
    level = messages.SUCCESS if line.succeeded else messages.ERROR
    message = f"{line.person.name}: {line.message}"
    address = {"workspace": request.membership.workspace, "week": str(week)}
    if not line.succeeded:
        return redirect_with(
            request, level, message, "person_week", **address, person=line.person.gid
        )
    if is_gid(after):
        return redirect_with(request, level, message, "person_week", **address, person=after)
    return redirect_with(request, level, message, "team", **address)


def _fingerprints(post: QueryDict) -> dict[str, str]:
    """The fingerprints of the hours that the manager saw, by gid."""
    pairs = [text.partition(":") for text in post.getlist("week")]
    selected = {gid: fingerprint[:16] for gid, _colon, fingerprint in pairs if is_gid(gid)}
    return selected | {
        gid: post.get(f"fingerprint:{gid}", "")[:16]
        for gid in post.getlist("person")
        if is_gid(gid)
    }


def _line(result: DecisionResult, people: Mapping[str, AsanaUser], action: str) -> DecisionLine:
    person = people.get(result.gid, AsanaUser(result.gid, result.gid))
    return DecisionLine(person, result.succeeded, result_message(result, action))
