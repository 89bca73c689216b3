"""What every address of reports begins with: a manager, and the report that the query asks for."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import team_reader_required
from accounts.http import TeamRequest, problem_response
from accounts.problems import Problem
from timesheet.core import clock
from timesheet.domain.date_range import BadQuery, Preset, QueryFault
from timesheet.domain.report_entry import Grouping
from timesheet.domain.report_query import Query, Report
from timesheet.reports import hours, labels, loading, page, saved_views
from timesheet.reports.hours import LoadProgress
from timesheet.reports.loading import ReportRequest


def report_required(
    view: Callable[[TeamRequest, ReportRequest], HttpResponseBase],
) -> Callable[[HttpRequest, str], HttpResponse]:
    """Lets managers in, with the report that they ask for. A query that is no good comes back in
    its form, with what is wrong."""

    @wraps(view)
    def with_scene(request: TeamRequest, /, workspace: str) -> HttpResponse:
        query = dict(request.GET.lists())
        people = loading.people_of(request.asana, request.user, request.membership)
        try:
            report = Report.read(query, clock.today())
        except BadQuery as error:
            report_request = ReportRequest(
                request.reader, workspace, _without(query, error.fault), people
            )
            return _bad(request, report_request, error.fault)
        everybody = not request.membership.people and request.membership.is_admin
        report_request = ReportRequest(request.reader, workspace, report, people, everybody)
        if "fresh" in query:
            hours.forget(report_request.wanted)
            return redirect(own_address(request, report_request))
        # A stream is as good: it needs no more of what is closed behind the view.
        return cast(HttpResponse, view(request, report_request))

    return team_reader_required(with_scene)


def own_address(request: HttpRequest, report_request: ReportRequest) -> str:
    name = request.resolver_match.view_name if request.resolver_match else "reports"
    return page.address(name, report_request.workspace, report_request.report)


def form_context(report_request: ReportRequest) -> dict[str, object]:
    """What the form of a report needs, and the links beside it."""
    workspace, report = report_request.workspace, report_request.report
    query = page.address("reports", workspace, report).partition("?")[2]
    return {
        "workspace": workspace,
        "report": report,
        "query": query,
        "presets": [_preset(report_request, preset) for preset in Preset],
        "groupings": [(by.value, labels.BY[by]) for by in Grouping],
        "filters": page.filters(report_request),
        "typed": {"from": report.span.start.isoformat(), "to": report.span.end.isoformat()},
        "everybody": report_request.everybody,
        "saved": saved_views.views_of(report_request.user, workspace),
        "title": labels.days(report.span),
        "preset": labels.PRESETS[report.preset] if report.preset else "",
    }


def progress_context(
    report_request: ReportRequest, progress: LoadProgress, goal: str, **more: str
) -> dict[str, object]:
    """`goal` says where it goes on once all is read."""
    goes_on = page.address(
        "prepare_report", report_request.workspace, report_request.report, goal=goal, **more
    )
    return {"progress": progress, "goes_on": goes_on, "wait": 0}


def _preset(report_request: ReportRequest, preset: Preset) -> tuple[str, str, bool]:
    report = report_request.report.with_preset(preset, clock.today())
    link = page.address("reports", report_request.workspace, report)
    return str(labels.PRESETS[preset]), link, report_request.report.preset is preset


def _without(query: Query, fault: QueryFault) -> Report:
    """What can be made of a query beside what is wrong in it."""
    bad = ("by", "then") if fault is QueryFault.GROUPING else ("range", "from", "to")
    try:
        return Report.read({k: v for k, v in query.items() if k not in bad}, clock.today())
    except BadQuery:
        return Report.read({}, clock.today())


def _bad(request: TeamRequest, report_request: ReportRequest, fault: QueryFault) -> HttpResponse:
    if request.htmx:
        problem = Problem(422, _("No such report"), labels.fault(fault))
        return problem_response(request, problem)
    typed = {name: request.GET.get(name, "") for name in ("from", "to")}
    context = {
        **form_context(report_request),
        "typed": typed,
        "fault": labels.fault(fault),
        "faulty": labels.FIELDS.get(fault, "to"),
    }
    return render(request, "reports/reports.html", context, status=422)
