"""A report of people's hours, the entries behind its figures, the reading of many hours, and saved
views."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts.access import manager_required
from accounts.asana.errors import RateLimited
from accounts.http import ManagerRequest, TeamRequest, problem_response
from accounts.problems import Problem
from timesheet.core import clock
from timesheet.domain.date_range import BadQuery
from timesheet.domain.report_query import Report
from timesheet.models import SavedView
from timesheet.models.saved_views import LONGEST_NAME
from timesheet.reports import hours, labels, lines, loading, saved_views
from timesheet.reports.caveats import cost_notes
from timesheet.reports.costs import read_costs
from timesheet.reports.decorators import (
    form_context,
    own_address,
    progress_context,
    report_required,
)
from timesheet.reports.hours import LoadProgress
from timesheet.reports.loading import CHUNKS_OF_A_PAGE, ReportData, ReportRequest
from timesheet.reports.matrix_page import MatrixPage
from timesheet.reports.page import ReportPage, address, filters

ENTRIES_OF_A_PAGE = 100
# The view to go to once everything is read, by the `goal` of the address.
VIEW_OF_GOAL = {
    "page": "reports",
    "entries": "report_entries",
    "csv": "export_csv",
    "xlsx": "export_xlsx",
}
# How many seconds to wait if Asana limits requests and does not say for how long.
WAIT = 30


@require_safe
@report_required
def reports(request: TeamRequest, report_request: ReportRequest) -> HttpResponse:
    """Shows the table and the charts of a report, or the progress of reading it."""
    if _has_redundant_query(request, report_request):
        return redirect(own_address(request, report_request))
    report_data = loading.load_report(
        request.asana, report_request, clock.now(), chunks=CHUNKS_OF_A_PAGE
    )
    previous = _load_previous(request, report_request, chunks=CHUNKS_OF_A_PAGE)
    context = form_context(report_request)
    for reading in (report_data, previous):
        if isinstance(reading, LoadProgress):
            context |= progress_context(report_request, reading, "page")
            return render(request, "reports/reports.html", context)
    if isinstance(report_data, LoadProgress) or isinstance(previous, LoadProgress):
        raise TypeError("the progress was not shown")
    context |= _page_context(request, report_request, report_data, previous)
    return render(request, "reports/reports.html", context)


def _page_context(
    request: TeamRequest,
    report_request: ReportRequest,
    report_data: ReportData,
    previous: ReportData | None,
) -> dict[str, object]:
    report, costs = report_request.report, None
    if report.options.money:
        costs = read_costs(request.asana, report_data.entries)
    page = ReportPage(report_request, report_data, previous=previous, costs=costs)
    days, trend = page.days(), page.trend()
    return {
        "report_data": report_data,
        "page": page,
        "costs": costs,
        "month": f"{report.span.start:%Y-%m}",
        "month_of": report.people[0] if len(report.people) == 1 else "",
        "cost_notes": list(cost_notes(costs, report_data.names)) if costs else [],
        "previous_days": labels.days(report.span.previous) if previous else "",
        "matrix": MatrixPage(report_request, report_data, report.then, previous, costs)
        if report.then
        else None,
        "filters": filters(report_request, report_data.all_entries, report_data.names),
        "days": days,
        "day_columns": page.columns(days),
        "legend": page.legend(days),
        "trend": trend,
        "week_columns": page.columns(trend),
        "shares": page.shares(),
        "other_shares": page.all_shares(),
    }


def _load_previous(
    request: TeamRequest, report_request: ReportRequest, *, chunks: int
) -> ReportData | LoadProgress | None:
    """Load the report of the period before, if the report compares."""
    if not report_request.report.options.compare:
        return None
    before = replace(report_request, report=report_request.report.previous)
    return loading.load_report(request.asana, before, clock.now(), chunks=chunks)


@require_safe
@report_required
def report_entries(request: TeamRequest, report_request: ReportRequest) -> HttpResponse:
    """Shows the entries of a report page by page, or the progress of reading them."""
    report_data = loading.load_report(
        request.asana, report_request, clock.now(), chunks=CHUNKS_OF_A_PAGE
    )
    context = form_context(report_request)
    if isinstance(report_data, LoadProgress):
        context |= progress_context(report_request, report_data, "entries")
        return render(request, "reports/entries.html", context)
    pages = Paginator(lines.sorted_entries(report_data), ENTRIES_OF_A_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    all_filters = filters(report_request, report_data.all_entries, report_data.names)
    context |= {
        "report_data": report_data,
        "shown": shown,
        "lines": lines.lines(shown.object_list, report_data.names, settings.ASANA_URL),
        "years": report_request.report.span.start.year != report_request.report.span.end.year,
        "minutes": sum(entry.minutes for entry in report_data.entries),
        "active_filters": [each for each in all_filters if each.number_selected],
    }
    return render(request, "reports/entries.html", context)


@require_safe
@report_required
def prepare_report(request: TeamRequest, report_request: ReportRequest) -> HttpResponse:
    """Reads the hours of some more people and shows the progress; goes to the report at the end."""
    goal = request.GET.get("goal", "")
    goal = goal if goal in VIEW_OF_GOAL else "page"
    rows = {"rows": "entries"} if request.GET.get("rows") == "entries" else {}
    report_data, wait = _read_on(request, report_request)
    if isinstance(report_data, LoadProgress):
        context = {**progress_context(report_request, report_data, goal, **rows), "wait": wait}
        return render(request, "reports/_progress.html", context)
    url = address(VIEW_OF_GOAL[goal], report_request.workspace, report_request.report, **rows)
    if not request.htmx:
        return redirect(url)
    if goal in ("page", "entries"):
        return HttpResponseClientRedirect(url)
    return render(request, "reports/_download.html", {"address": url})


@require_safe
@manager_required
def saved_view(request: ManagerRequest, workspace: str, slug: UUID) -> HttpResponse:
    """Goes to the report of a saved view."""
    view = _own_view(request, workspace, slug)
    return redirect(f"{reverse('reports', kwargs={'workspace': workspace})}?{view.query}")


@require_POST
@manager_required
def save_view(request: ManagerRequest, workspace: str) -> HttpResponse:
    """Saves the report of the posted query string under a name."""
    name = request.POST.get("name", "").strip()
    if not 0 < len(name) <= LONGEST_NAME:
        sentence = _("Give the view a name of up to %(most)d characters.")
        problem = Problem(422, _("Name needed"), sentence % {"most": LONGEST_NAME})
        return problem_response(request, problem)
    query = dict(QueryDict(request.POST.get("query", "")).lists())
    try:
        report = Report.read(query, clock.today())
    except BadQuery as error:
        problem = Problem(422, _("This report can’t be shown"), labels.fault(error.fault))
        return problem_response(request, problem)
    url = address("reports", workspace, report)
    saved_views.store_view(request.user, workspace, name, url.partition("?")[2])
    messages.success(request, _("“%(name)s” saved.") % {"name": name})
    return redirect(url)


@require_POST
@manager_required
def delete_view(request: ManagerRequest, workspace: str, slug: UUID) -> HttpResponse:
    """Deletes a saved view, and stays on its report."""
    view = _own_view(request, workspace, slug)
    view.delete()
    messages.success(request, _("“%(name)s” deleted.") % {"name": view.name})
    return redirect(f"{reverse('reports', kwargs={'workspace': workspace})}?{view.query}")


def _own_view(request: ManagerRequest, workspace: str, slug: UUID) -> SavedView:
    view = saved_views.find_view(request.user, workspace, slug)
    if view is None:
        raise Http404
    return view


def _read_on(
    request: TeamRequest, report_request: ReportRequest
) -> tuple[ReportData | LoadProgress, int]:
    """Reads one more chunk; returns the seconds to wait before the next one too."""
    try:
        reading = loading.load_report(request.asana, report_request, clock.now(), chunks=1)
        if not isinstance(reading, LoadProgress):
            reading = _load_previous(request, report_request, chunks=1) or reading
        return reading, 0
    except RateLimited as error:
        return hours.progress(report_request.hours_query), error.retry_after or WAIT


def _has_redundant_query(request: TeamRequest, report_request: ReportRequest) -> bool:
    """Return whether the address has more than it needs: a form also sends empty fields, and the
    dates of a preset."""
    pairs = {(name, value) for name, values in request.GET.lists() for value in values}
    return not pairs <= set(report_request.report.query_pairs)
