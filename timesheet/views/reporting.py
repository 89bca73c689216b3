"""What every address of reports begins with: a manager, and the report that the query asks for."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import looking
from accounts.http import LookingRequest, problem_response
from accounts.problems import Problem
from timesheet import clock, report_page, report_words
from timesheet.domain.report import Query, Report
from timesheet.domain.spans import BadQuery, Fault, Preset
from timesheet.domain.work import By
from timesheet.services import hours, saved_views, scenes
from timesheet.services.hours import Progress
from timesheet.services.scenes import Scene


def reporting(
    view: Callable[[LookingRequest, Scene], HttpResponseBase],
) -> Callable[[HttpRequest, str], HttpResponse]:
    """Lets managers in, with the report that they ask for. A query that is no good comes back in
    its form, with what is wrong."""

    @wraps(view)
    def with_scene(request: LookingRequest, /, workspace: str) -> HttpResponse:
        query = dict(request.GET.lists())
        people = scenes.people_of(request.asana, request.user, request.seat)
        try:
            report = Report.read(query, clock.today())
        except BadQuery as error:
            scene = Scene(request.eyes, workspace, _without(query, error.fault), people)
            return _bad(request, scene, error.fault)
        everybody = not request.seat.people and request.seat.is_admin
        scene = Scene(request.eyes, workspace, report, people, everybody)
        if "fresh" in query:
            hours.forget(scene.wanted)
            return redirect(own_address(request, scene))
        # A stream is as good: it needs no more of what is closed behind the view.
        return cast(HttpResponse, view(request, scene))

    return looking(with_scene)


def own_address(request: HttpRequest, scene: Scene) -> str:
    name = request.resolver_match.view_name if request.resolver_match else "reports"
    return report_page.address(name, scene.workspace, scene.report)


def form_context(scene: Scene) -> dict[str, object]:
    """What the form of a report needs, and the links beside it."""
    workspace, report = scene.workspace, scene.report
    query = report_page.address("reports", workspace, report).partition("?")[2]
    return {
        "workspace": workspace,
        "report": report,
        "query": query,
        "presets": [_preset(scene, preset) for preset in Preset],
        "groupings": [(by.value, report_words.BY[by]) for by in By],
        "filters": report_page.filters(scene),
        "typed": {"from": report.span.start.isoformat(), "to": report.span.end.isoformat()},
        "everybody": scene.everybody,
        "saved": saved_views.views_of(scene.user, workspace),
        "title": report_words.days(report.span),
        "preset": report_words.PRESETS[report.preset] if report.preset else "",
    }


def progress_context(scene: Scene, progress: Progress, goal: str, **more: str) -> dict[str, object]:
    """`goal` says where it goes on once all is read."""
    goes_on = report_page.address(
        "prepare_report", scene.workspace, scene.report, goal=goal, **more
    )
    return {"progress": progress, "goes_on": goes_on, "wait": 0}


def _preset(scene: Scene, preset: Preset) -> tuple[str, str, bool]:
    report = scene.report.lasting(preset, clock.today())
    link = report_page.address("reports", scene.workspace, report)
    return str(report_words.PRESETS[preset]), link, scene.report.preset is preset


def _without(query: Query, fault: Fault) -> Report:
    """What can be made of a query beside what is wrong in it."""
    bad = ("by", "then") if fault is Fault.GROUPING else ("range", "from", "to")
    try:
        return Report.read({k: v for k, v in query.items() if k not in bad}, clock.today())
    except BadQuery:
        return Report.read({}, clock.today())


def _bad(request: LookingRequest, scene: Scene, fault: Fault) -> HttpResponse:
    if request.htmx:
        problem = Problem(422, _("No such report"), report_words.fault(fault))
        return problem_response(request, problem)
    typed = {name: request.GET.get(name, "") for name in ("from", "to")}
    context = {
        **form_context(scene),
        "typed": typed,
        "fault": report_words.fault(fault),
        "faulty": report_words.FIELDS.get(fault, "to"),
    }
    return render(request, "reports/reports.html", context, status=422)
