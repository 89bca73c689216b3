"""A person's own hours: a month, a year of weeks, a search, what they changed, and files."""

from __future__ import annotations

from datetime import date, timedelta
from typing import cast

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.access import asana_required
from accounts.http import AsanaRequest
from timesheet.core import clock
from timesheet.core.sessions import LAST_WORKSPACE
from timesheet.core.table import Table
from timesheet.domain.date_range import DateRange
from timesheet.domain.own_hours import project_lines, search, total_of
from timesheet.domain.report_entry import Grouping
from timesheet.domain.week import Week
from timesheet.me import changes, loading, page
from timesheet.me.forms import PeriodForm
from timesheet.me.loading import OwnHours
from timesheet.reports import labels, tables
from timesheet.web.downloads import csv_response, xlsx_response

# How many days back a search looks.
SEARCH_DAYS = 365
DAY = timedelta(days=1)


@require_safe
@asana_required
def my_hours(request: AsanaRequest, workspace: str) -> HttpResponse:
    """Show a month as a calendar, with its totals by project and the entries of a day or project.

    Without a valid month the current one is shown.
    """
    today, form = clock.today(), PeriodForm(request.GET)
    if not form.is_valid():
        return redirect("my_hours", workspace=workspace)
    span = form.month_on(today)
    if "fresh" in request.GET:
        loading.forget(request.user, workspace, span)
        return redirect(page.month_address(workspace, span))
    hours = _load(request, workspace, span)
    day, project = form.cleaned_data["day"], form.cleaned_data["project"]
    context = {
        "hours": hours,
        "total": total_of(span, hours.weeks),
        "projects": page.projects(hours, workspace),
        "billable": page.billable_percent(hours),
        "month": span.start,
        "period": f"month={span.start:%Y-%m}",
        "previous": page.month_address(workspace, DateRange.month_of(span.start - DAY)),
        "next": page.month_address(workspace, DateRange.month_of(span.end + DAY)),
        "listed": page.listing(hours, day=day, project=project),
        "listed_title": _title_of(hours, day, project),
        "day": day,
        "project": project,
        **_common(request, workspace, today),
    }
    return render(request, "me/my_hours.html", context)


@require_safe
@asana_required
def my_weeks(request: AsanaRequest, workspace: str) -> HttpResponse:
    """Show every week of a year with its status, and the year's totals by project and month."""
    today, form = clock.today(), PeriodForm(request.GET)
    if not form.is_valid():
        return redirect("my_weeks", workspace=workspace)
    span = form.year_on(today)
    if "fresh" in request.GET:
        loading.forget(request.user, workspace, span)
        return redirect(page.year_address(workspace, span))
    hours = _load(request, workspace, span)
    weeks = page.weeks_to_show(hours, Week.of(today))
    context = {
        "hours": hours,
        "weeks": weeks,
        "total": total_of(span, weeks),
        "table": page.project_table(project_lines(hours.report_data.entries), hours),
        "year": str(span.start.year),
        "period": f"year={span.start.year}",
        "previous": page.year_address(workspace, DateRange(span.start - DAY, span.start - DAY)),
        "next": page.year_address(workspace, DateRange(span.end + DAY, span.end + DAY)),
        **_common(request, workspace, today),
    }
    return render(request, "me/my_weeks.html", context)


@require_safe
@asana_required
def week_calendar(request: AsanaRequest, workspace: str) -> HttpResponse:
    """Show a month to choose a week from, with the hours of each day and the status of each week.

    `day` is one of the week that is on the page; the month is its own by default.
    """
    today, form = clock.today(), PeriodForm(request.GET)
    if not form.is_valid():
        return redirect("week_calendar", workspace=workspace)
    day = form.cleaned_data["day"] or today
    span = form.month_on(day)
    hours = _load(request, workspace, span)
    week = Week.of(day)
    context = {
        "hours": hours,
        "month": span.start,
        "week": week,
        "day": today if today in week else week.start,
        "previous": page.calendar_address(workspace, span.start - DAY, week),
        "next": page.calendar_address(workspace, span.end + DAY, week),
        **_common(request, workspace, today),
    }
    template = "me/_week_calendar.html" if request.htmx else "me/week_calendar.html"
    return render(request, template, context)


@require_safe
@asana_required
def search_my_hours(request: AsanaRequest, workspace: str) -> HttpResponse:
    """Show the person's entries of a year with the words that they look for."""
    today, form = clock.today(), PeriodForm(request.GET)
    if not form.is_valid() or not form.cleaned_data["query"]:
        return redirect("my_hours", workspace=workspace)
    query = form.cleaned_data["query"]
    end = form.cleaned_data["day"] or Week.of(today).end
    span = DateRange(end - timedelta(days=SEARCH_DAYS - 1), end)
    hours = _load(request, workspace, span)
    matches = search(hours.report_data.entries, hours.report_data.names, query)
    context = {
        "hours": hours,
        "query": query,
        "span": span,
        "listed": page.listing_of(hours, matches),
        "earlier": page.search_address(workspace, query, span.start - DAY),
        **_common(request, workspace, today),
    }
    return render(request, "me/search.html", context)


@require_safe
@asana_required
def my_changes(request: AsanaRequest, workspace: str) -> HttpResponse:
    """List what the person changed, the newest first."""
    after = request.GET.get("after", "")
    context = {
        "page": changes.changes_page(request.user, workspace, after=after),
        **_common(request, workspace, clock.today()),
    }
    return render(request, "me/my_changes.html", context)


@require_safe
@asana_required
def export_my_csv(request: AsanaRequest, workspace: str) -> HttpResponse:
    """Send the entries of a month or a year as CSV."""
    form = PeriodForm(request.GET)
    if not form.is_valid():
        return redirect("my_hours", workspace=workspace)
    span = form.period_on(clock.today())
    response = csv_response(_table(request, workspace, span), page.file_name(span))
    # The file needs no client any more, so it can be streamed.
    return cast(HttpResponse, response)


@require_safe
@asana_required
def export_my_xlsx(request: AsanaRequest, workspace: str) -> HttpResponse:
    """Send the entries of a month or a year as XLSX."""
    form = PeriodForm(request.GET)
    if not form.is_valid():
        return redirect("my_hours", workspace=workspace)
    span = form.period_on(clock.today())
    return cast(HttpResponse, xlsx_response(_table(request, workspace, span), page.file_name(span)))


def _load(request: AsanaRequest, workspace: str, span: DateRange) -> OwnHours:
    hours = loading.load(request.asana, request.user, workspace, span, clock.now())
    # Asana has shown hours of this workspace, so the person is in it.
    request.session[LAST_WORKSPACE] = workspace
    return hours


def _table(request: AsanaRequest, workspace: str, span: DateRange) -> Table:
    hours = _load(request, workspace, span)
    return tables.entries_table(hours.report_data, settings.ASANA_URL)


def _title_of(hours: OwnHours, day: date | None, project: str) -> str:
    """Return the heading of the listed entries; empty where none are listed."""
    if day:
        return labels.days(DateRange(day, day))
    return labels.label(Grouping.PROJECT, project, hours.report_data.names) if project else ""


def _common(request: AsanaRequest, workspace: str, today: date) -> dict[str, object]:
    return {"workspace": workspace, "today": today, "query": request.GET.get("query", "")}
