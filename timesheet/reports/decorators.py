"""The decorator of every view of reports, and the parts of context that these views share."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import team_reader_required
from accounts.asana.records import AsanaUser
from accounts.http import TeamRequest, problem_response
from accounts.problems import Problem
from timesheet.core import clock
from timesheet.domain.date_range import BadQuery, Preset, QueryFault
from timesheet.domain.report_entry import Grouping, distinct_people
from timesheet.domain.report_query import Query, Report
from timesheet.reports import hours, labels, loading, page, saved_views
from timesheet.reports.hours import LoadProgress
from timesheet.reports.loading import ReportRequest


def report_required(
    view: Callable[[TeamRequest, ReportRequest], HttpResponseBase],
) -> Callable[[HttpRequest, str], HttpResponse]:
    """Lets managers in, with the report that the query string asks for.

    An invalid query is answered with its form and a message. `fresh` deletes cached hours.
    """

    @wraps(view)
    def with_report_request(request: TeamRequest, /, workspace: str) -> HttpResponse:
        query = dict(request.GET.lists())
        people, left = _people(request)
        try:
            report = Report.read(query, clock.today())
        except BadQuery as error:
            valid = _without(query, error.fault)
            report_request = ReportRequest(request.reader, workspace, valid, people, left)
            return _bad(request, report_request, error.fault)
        report_request = ReportRequest(request.reader, workspace, report, people, left)
        if "fresh" in query:
            hours.forget(report_request.hours_query)
            return redirect(own_address(request, report_request))
        # The decorators close the Asana client after the view; a stream no longer needs it.
        return cast(HttpResponse, view(request, report_request))

    return team_reader_required(with_report_request)


def _people(request: TeamRequest) -> tuple[tuple[AsanaUser, ...], frozenset[str]]:
    """Return whom the viewer may have a report about, and who of them has left."""
    asana, user, membership = request.asana, request.user, request.membership
    left = loading.people_who_left(asana, user, membership)
    people = loading.people_of(asana, user, membership)
    return distinct_people((*people, *left)), frozenset(person.gid for person in left)


def own_address(request: HttpRequest, report_request: ReportRequest) -> str:
    """Return the address of this view with the report's query string in its shortest form."""
    name = request.resolver_match.view_name if request.resolver_match else "reports"
    return page.address(name, report_request.workspace, report_request.report)


def form_context(report_request: ReportRequest) -> dict[str, object]:
    """Build the context of the form of a report and of the links beside it."""
    workspace, report = report_request.workspace, report_request.report
    query = page.address("reports", workspace, report).partition("?")[2]
    return {
        "workspace": workspace,
        "report": report,
        "query": query,
        "presets": [_preset(report_request, preset) for preset in Preset],
        "groupings": [(by.value, labels.BY[by]) for by in Grouping],
        "filters": page.filters(report_request),
        "dates": {"from": report.span.start.isoformat(), "to": report.span.end.isoformat()},
        "saved_views": saved_views.views_of(report_request.user, workspace),
        "title": labels.days(report.span),
        "preset": labels.PRESETS[report.preset] if report.preset else "",
        "toggles": _toggles(report_request),
    }


def progress_context(
    report_request: ReportRequest, progress: LoadProgress, goal: str, **more: str
) -> dict[str, object]:
    """Build the context of the progress; `goal` says where to go once everything is read."""
    next_url = page.address(
        "prepare_report", report_request.workspace, report_request.report, goal=goal, **more
    )
    return {"progress": progress, "next_url": next_url, "wait": 0}


def _toggles(report_request: ReportRequest) -> list[tuple[str, str, bool]]:
    """Return the label and the address of each option of the table, and whether it is on."""
    report, options = report_request.report, report_request.report.options
    toggles = [(_("Compare with the previous period"), "compare", options.compare)]
    if report.then:
        toggles.append((_("Percentages"), "percent", options.percent))
    toggles.append((_("Cost and billable amount"), "money", options.money))
    return [
        (
            label,
            page.address(
                "reports", report_request.workspace, report.with_options(**{name: not is_on})
            ),
            is_on,
        )
        for label, name, is_on in toggles
    ]


def _preset(report_request: ReportRequest, preset: Preset) -> tuple[str, str, bool]:
    report = report_request.report.with_preset(preset, clock.today())
    link = page.address("reports", report_request.workspace, report)
    return str(labels.PRESETS[preset]), link, report_request.report.preset is preset


def _without(query: Query, fault: QueryFault) -> Report:
    """The report of a query without its invalid part."""
    bad = ("by", "then") if fault is QueryFault.GROUPING else ("range", "from", "to")
    try:
        valid = {name: values for name, values in query.items() if name not in bad}
        return Report.read(valid, clock.today())
    except BadQuery:
        return Report.read({}, clock.today())


def _bad(request: TeamRequest, report_request: ReportRequest, fault: QueryFault) -> HttpResponse:
    if request.htmx:
        problem = Problem(422, _("This report can’t be shown"), labels.fault(fault))
        return problem_response(request, problem)
    context = {
        **form_context(report_request),
        "dates": {name: request.GET.get(name, "") for name in ("from", "to")},
        "fault": labels.fault(fault),
        "fault_field": labels.FIELDS.get(fault, "to"),
    }
    return render(request, "reports/reports.html", context, status=422)
