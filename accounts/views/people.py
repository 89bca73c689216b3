"""Who looks after whom: the admins' page of all reviewers, and that of one reviewer's people."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts import problems, reviewers
from accounts.access import administering, managing
from accounts.http import ManagingRequest, problem_response
from accounts.models import Reviewer
from accounts.problems import Problem
from accounts.reviewers import Asker, NotChosen, Why

P = ParamSpec("P")

_PROBLEMS: dict[Why, Callable[[], Problem]] = {
    Why.OWN: problems.nobody_reviews_themself,
    Why.NOT_YOURS: problems.not_yours_to_choose,
    Why.NOT_HERE: problems.not_in_workspace,
}


def _of_reviewer(
    view: Callable[Concatenate[ManagingRequest, Reviewer, P], HttpResponse],
) -> Callable[Concatenate[ManagingRequest, P], HttpResponse]:
    """Fetches the reviewer of the address, for an admin or for the reviewer."""

    @wraps(view)
    def with_reviewer(
        request: ManagingRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        gid = str(kwargs.pop("reviewer"))
        if gid != request.seat.gid and not request.seat.is_admin:
            return problem_response(request, problems.not_your_page())
        found = Reviewer.objects.filter(workspace_gid=request.seat.workspace, gid=gid).first()
        if found is None:
            return problem_response(request, problems.not_a_reviewer())
        try:
            return view(request, found, *args, **kwargs)
        except NotChosen as refused:
            return problem_response(request, _PROBLEMS[refused.why]())

    return with_reviewer


@require_GET
@administering
def people(request: ManagingRequest, workspace: str) -> HttpResponse:
    asker = _asker(request)
    charges = reviewers.charges(asker)
    known = {charge.reviewer.gid for charge in charges}
    candidates = [one for gid, one in asker.everybody().items() if gid not in known]
    context = {
        "workspace": workspace,
        "charges": charges,
        "candidates": candidates,
        "chooses": Reviewer.Chooses.choices,
    }
    return render(request, "workspaces/managers.html", context)


@require_POST
@administering
def add_reviewer(request: ManagingRequest, workspace: str) -> HttpResponse:
    gid = request.POST.get("person", "")
    if not gid:
        messages.error(request, _("Choose a person first. Nothing was changed."))
        return redirect("people", workspace=workspace)
    try:
        reviewer = reviewers.appoint(_asker(request), gid)
    except NotChosen as refused:
        return problem_response(request, _PROBLEMS[refused.why]())
    said = _("%(name)s looks after people’s weeks now. Choose whose.")
    messages.success(request, said % {"name": reviewer.name})
    return redirect("people_of", workspace=workspace, reviewer=reviewer.gid)


@require_GET
@managing
@_of_reviewer
def people_of(request: ManagingRequest, reviewer: Reviewer, *, workspace: str) -> HttpResponse:
    context = {
        "workspace": workspace,
        "charge": reviewers.charge_of(_asker(request), reviewer),
        "own": reviewer.gid == request.seat.gid,
        "is_admin": request.seat.is_admin,
    }
    return render(request, "workspaces/manager_detail.html", context)


@require_POST
@managing
@_of_reviewer
def choose_people(request: ManagingRequest, reviewer: Reviewer, *, workspace: str) -> HttpResponse:
    """`person` are those who are ticked, `was` those who were when the page was made: what another
    has chosen since stays."""
    ticked, was = set(request.POST.getlist("person")), set(request.POST.getlist("was"))
    reviewers.choose(_asker(request), reviewer, add=ticked - was, drop=was - ticked)
    messages.success(request, _("Saved."))
    return redirect("people_of", workspace=workspace, reviewer=reviewer.gid)


@require_POST
@managing
@_of_reviewer
def add_team(request: ManagingRequest, reviewer: Reviewer, *, workspace: str) -> HttpResponse:
    team = request.POST.get("team", "")
    new = reviewers.choose_team(_asker(request), reviewer, team) if team else 0
    if not team:
        messages.error(request, _("Choose a team first. Nothing was changed."))
    elif new:
        said = ngettext("%(number)d person was added.", "%(number)d people were added.", new)
        messages.success(request, said % {"number": new})
    else:
        messages.success(request, _("Everybody of this team was there already."))
    return redirect("people_of", workspace=workspace, reviewer=reviewer.gid)


@require_POST
@administering
@_of_reviewer
def allow_choosing(request: ManagingRequest, reviewer: Reviewer, *, workspace: str) -> HttpResponse:
    wanted = request.POST.get("chooses", "")
    if wanted in Reviewer.Chooses.values:
        reviewers.let_choose(request.user, reviewer, Reviewer.Chooses(wanted))
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("That cannot be chosen. Nothing was changed."))
    return redirect("people", workspace=workspace)


@require_POST
@administering
@_of_reviewer
def remove_reviewer(
    request: ManagingRequest, reviewer: Reviewer, *, workspace: str
) -> HttpResponse:
    reviewers.dismiss(request.user, reviewer)
    said = _("%(name)s looks after nobody’s weeks any more.")
    messages.success(request, said % {"name": reviewer.name or reviewer.gid})
    return redirect("people", workspace=workspace)


def _asker(request: ManagingRequest) -> Asker:
    return Asker(request.asana, request.user, request.seat)
