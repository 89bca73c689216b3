"""The views of reports that a manager keeps."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import manager_required
from accounts.http import ManagerRequest, problem_response
from accounts.problems import Problem
from timesheet.core import clock
from timesheet.domain.date_range import BadQuery
from timesheet.domain.report_query import Report
from timesheet.models import SavedView
from timesheet.models.saved_views import LONGEST_NAME
from timesheet.reports import page
from timesheet.reports.labels import fault
from timesheet.reports.saved_views import save_view as save
from timesheet.reports.saved_views import view_at


@require_GET
@manager_required
def saved_view(request: ManagerRequest, workspace: str, slug: UUID) -> HttpResponse:
    view = _mine(request, workspace, slug)
    return redirect(f"{reverse('reports', kwargs={'workspace': workspace})}?{view.query}")


@require_POST
@manager_required
def save_view(request: ManagerRequest, workspace: str) -> HttpResponse:
    name = request.POST.get("name", "").strip()
    if not 0 < len(name) <= LONGEST_NAME:
        sentence = _("A name has 1 to %(most)d letters. Nothing was saved: give it one.")
        problem = Problem(422, _("A view needs a name"), sentence % {"most": LONGEST_NAME})
        return problem_response(request, problem)
    query = dict(QueryDict(request.POST.get("query", "")).lists())
    try:
        report = Report.read(query, clock.today())
    except BadQuery as error:
        return problem_response(request, Problem(422, _("No such report"), fault(error.fault)))
    address = page.address("reports", workspace, report)
    save(request.user, workspace, name, address.partition("?")[2])
    messages.success(request, _("“%(name)s” is saved.") % {"name": name})
    return redirect(address)


@require_POST
@manager_required
def delete_view(request: ManagerRequest, workspace: str, slug: UUID) -> HttpResponse:
    view = _mine(request, workspace, slug)
    view.delete()
    messages.success(request, _("“%(name)s” is deleted.") % {"name": view.name})
    return redirect(f"{reverse('reports', kwargs={'workspace': workspace})}?{view.query}")


def _mine(request: ManagerRequest, workspace: str, slug: UUID) -> SavedView:
    view = view_at(request.user, workspace, slug)
    if view is None:
        raise Http404
    return view
