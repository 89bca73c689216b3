"""A report of people's hours, the entries behind its figures, and the reading of many of them."""

from __future__ import annotations

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET
from django_htmx.http import HttpResponseClientRedirect

from accounts.asana.errors import RateLimited
from accounts.http import LookingRequest
from timesheet import clock, report_page
from timesheet.report_page import Page
from timesheet.services import hours, listing, scenes
from timesheet.services.hours import Progress
from timesheet.services.scenes import PORTIONS_OF_A_PAGE, Scene, Told
from timesheet.views.reporting import form_context, own_address, progress_context, reporting

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
@reporting
def reports(request: LookingRequest, scene: Scene) -> HttpResponse:
    if _says_too_much(request, scene):
        return redirect(own_address(request, scene))
    told = scenes.look(request.asana, scene, clock.now(), portions=PORTIONS_OF_A_PAGE)
    context = form_context(scene)
    if isinstance(told, Progress):
        context |= progress_context(scene, told, "page")
        return render(request, "reports/reports.html", context)
    page = Page(scene, told)
    days, trend = page.days(), page.trend()
    context |= {
        "told": told,
        "page": page,
        "filters": report_page.filters(scene, told.all, told.names),
        "days": days,
        "day_columns": page.columns(days),
        "legend": page.legend(days),
        "trend": trend,
        "week_columns": page.columns(trend),
        "shares": page.shares(),
    }
    return render(request, "reports/reports.html", context)


@require_GET
@reporting
def report_entries(request: LookingRequest, scene: Scene) -> HttpResponse:
    told = scenes.look(request.asana, scene, clock.now(), portions=PORTIONS_OF_A_PAGE)
    context = form_context(scene)
    if isinstance(told, Progress):
        context |= progress_context(scene, told, "entries")
        return render(request, "reports/entries.html", context)
    pages = Paginator(listing.ordered(told), ENTRIES_OF_A_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    context |= {
        "told": told,
        "shown": shown,
        "lines": listing.lines(shown.object_list, told.names, settings.ASANA_URL),
        "years": scene.report.span.start.year != scene.report.span.end.year,
        "minutes": sum(work.minutes for work in told.works),
        "narrowed": [one for one in report_page.filters(scene, told.all, told.names) if one.chosen],
    }
    return render(request, "reports/entries.html", context)


@require_GET
@reporting
def prepare_report(request: LookingRequest, scene: Scene) -> HttpResponse:
    """Reads the hours of some more people, and tells how far it is; then goes on by itself."""
    goal = request.GET.get("goal", "")
    goal = goal if goal in GOES_TO else "page"
    rows = {"rows": "entries"} if request.GET.get("rows") == "entries" else {}
    found, wait = _read_on(request, scene)
    if isinstance(found, Progress):
        context = {**progress_context(scene, found, goal, **rows), "wait": wait}
        return render(request, "reports/_progress.html", context)
    address = report_page.address(GOES_TO[goal], scene.workspace, scene.report, **rows)
    if not request.htmx:
        return redirect(address)
    if goal in ("page", "entries"):
        return HttpResponseClientRedirect(address)
    return render(request, "reports/_download.html", {"address": address})


def _read_on(request: LookingRequest, scene: Scene) -> tuple[Told | Progress, int]:
    """And how many seconds to wait before there is more."""
    try:
        return scenes.look(request.asana, scene, clock.now(), portions=1), 0
    except RateLimited as error:
        return hours.progress(scene.wanted), error.retry_after or WAIT


def _says_too_much(request: LookingRequest, scene: Scene) -> bool:
    """A form sends its empty fields too, and dates beside the name of a range."""
    pairs = {(name, value) for name, values in request.GET.lists() for value in values}
    return not pairs <= set(scene.report.pairs)
