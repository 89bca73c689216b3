"""Saving selections of projects, and emails about a project's budget."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import manager_required
from accounts.http import ManagerRequest, problem_response
from accounts.problems import Problem
from timesheet.core.params import positive_int
from timesheet.models.planning import LONGEST_SELECTION_NAME
from timesheet.projects import alerts, selections
from timesheet.reports.loading import people_of


@require_POST
@manager_required
def save_selection(request: ManagerRequest, workspace: str) -> HttpResponse:
    """Saves the ticked projects under a name, and shows them."""
    name = request.POST.get("name", "").strip()
    projects = [gid for gid in request.POST.getlist("project") if gid.isdecimal()]
    if not 0 < len(name) <= LONGEST_SELECTION_NAME:
        sentence = _("Give the selection a name of up to %(most)d characters.")
        problem = Problem(422, _("Name needed"), sentence % {"most": LONGEST_SELECTION_NAME})
        return problem_response(request, problem)
    if not projects:
        sentence = _("Select the projects that you want to save together.")
        return problem_response(request, Problem(422, _("No projects selected"), sentence))
    selection = selections.store_selection(request.user, workspace, name, projects)
    messages.success(request, _("“%(name)s” saved.") % {"name": name})
    path = reverse("projects", kwargs={"workspace": workspace})
    return redirect(f"{path}?selection={selection.slug}")


@require_POST
@manager_required
def delete_selection(request: ManagerRequest, workspace: str, slug: UUID) -> HttpResponse:
    """Deletes a saved selection."""
    selection = selections.find_selection(request.user, workspace, slug)
    if selection is None:
        raise Http404
    selection.delete()
    messages.success(request, _("“%(name)s” deleted.") % {"name": selection.name})
    return redirect("projects", workspace=workspace)


@require_POST
@manager_required
def save_alert(request: ManagerRequest, workspace: str, project_gid: str) -> HttpResponse:
    """Saves who gets an email at which part of a project's budget; nobody turns it off."""
    percent = positive_int(request.POST.get("percent", ""), most_digits=3)
    if percent is None or not 1 <= percent <= alerts.MOST_PERCENT:
        sentence = _("Enter a percentage from 1 to %(most)d.") % {"most": alerts.MOST_PERCENT}
        return problem_response(request, Problem(422, _("Not a percentage"), sentence))
    project = request.asana.get_project(project_gid)
    people = alerts.possible_recipients(people_of(request.asana, request.user, request.membership))
    chosen = set(request.POST.getlist("person"))
    recipients = [person.gid for person in people if person.gid in chosen]
    alerts.store_alert(request.user, workspace, project.gid, percent, recipients)
    if recipients:
        messages.success(request, _("Budget alert saved."))
    else:
        messages.success(request, _("Budget alert turned off."))
    return redirect("project_page", workspace=workspace, project_gid=project_gid)
