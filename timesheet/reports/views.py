"""A report of people's hours, the entries behind its figures, and the reading of many of them."""

from __future__ import annotations

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET
from django_htmx.http import HttpResponseClientRedirect

from accounts.asana.errors import RateLimited
from accounts.http import TeamRequest
from timesheet.core import clock
from timesheet.reports import hours, lines, loading
from timesheet.reports.decorators import (
    form_context,
    own_address,
    progress_context,
    report_required,
)
from timesheet.reports.hours import LoadProgress
from timesheet.reports.loading import PORTIONS_OF_A_PAGE, ReportData, ReportRequest
from timesheet.reports.page import ReportPage, address, filters

ENTRIES_OF_A_PAGE = 100
# Where a reading goes on to once it is done: the name of the view, by what the page calls it.
GOES_TO = {
    "page": "reports",
    "entries": "report_entries",
    "csv": "export_csv",
    "xlsx": "export_xlsx",
}
# In seconds, where Asana asks for time and does not say how much.
WAIT = 30


@require_GET
@report_required
def reports(request: TeamRequest, report_request: ReportRequest) -> HttpResponse:
    if _says_too_much(request, report_request):
        return redirect(own_address(request, report_request))
    told = loading.load_report(
        request.asana, report_request, clock.now(), chunks=PORTIONS_OF_A_PAGE
    )
    context = form_context(report_request)
    if isinstance(told, LoadProgress):
        context |= progress_context(report_request, told, "page")
        return render(request, "reports/reports.html", context)
    page = ReportPage(report_request, told)
    days, trend = page.days(), page.trend()
    context |= {
        "told": told,
        "page": page,
        "filters": filters(report_request, told.all, told.names),
        "days": days,
        "day_columns": page.columns(days),
        "legend": page.legend(days),
        "trend": trend,
        "week_columns": page.columns(trend),
        "shares": page.shares(),
    }
    return render(request, "reports/reports.html", context)


@require_GET
@report_required
def report_entries(request: TeamRequest, report_request: ReportRequest) -> HttpResponse:
    told = loading.load_report(
        request.asana, report_request, clock.now(), chunks=PORTIONS_OF_A_PAGE
    )
    context = form_context(report_request)
    if isinstance(told, LoadProgress):
        context |= progress_context(report_request, told, "entries")
        return render(request, "reports/entries.html", context)
    pages = Paginator(lines.ordered(told), ENTRIES_OF_A_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    context |= {
        "told": told,
        "shown": shown,
        "lines": lines.lines(shown.object_list, told.names, settings.ASANA_URL),
        "years": report_request.report.span.start.year != report_request.report.span.end.year,
        "minutes": sum(work.minutes for work in told.works),
        "narrowed": [one for one in filters(report_request, told.all, told.names) if one.chosen],
    }
    return render(request, "reports/entries.html", context)


@require_GET
@report_required
def prepare_report(request: TeamRequest, report_request: ReportRequest) -> HttpResponse:
    """Reads the hours of some more people, and tells how far it is; then goes on by itself."""
    goal = request.GET.get("goal", "")
    goal = goal if goal in GOES_TO else "page"
    rows = {"rows": "entries"} if request.GET.get("rows") == "entries" else {}
    found, wait = _read_on(request, report_request)
    if isinstance(found, LoadProgress):
        context = {**progress_context(report_request, found, goal, **rows), "wait": wait}
        return render(request, "reports/_progress.html", context)
    url = address(GOES_TO[goal], report_request.workspace, report_request.report, **rows)
    if not request.htmx:
        return redirect(url)
    if goal in ("page", "entries"):
        return HttpResponseClientRedirect(url)
    return render(request, "reports/_download.html", {"address": url})


def _read_on(
    request: TeamRequest, report_request: ReportRequest
) -> tuple[ReportData | LoadProgress, int]:
    """And how many seconds to wait before there is more."""
    try:
        return loading.load_report(request.asana, report_request, clock.now(), chunks=1), 0
    except RateLimited as error:
        return hours.progress(report_request.wanted), error.retry_after or WAIT


def _says_too_much(request: TeamRequest, report_request: ReportRequest) -> bool:
    """A form sends its empty fields too, and dates beside the name of a range."""
    pairs = {(name, value) for name, values in request.GET.lists() for value in values}
    return not pairs <= set(report_request.report.query_pairs)
