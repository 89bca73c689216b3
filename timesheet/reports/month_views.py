"""A person's month to print: of one's people for managers, and one's own."""

from __future__ import annotations

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import asana_required, team_reader_required
from accounts.asana.client import Client
from accounts.asana.records import AsanaUser
from accounts.http import AsanaRequest, TeamRequest
from timesheet.domain.date_range import DateRange
from timesheet.reports import loading
from timesheet.reports.month import load_month, month_of


@require_safe
@team_reader_required
def person_month(request: TeamRequest, workspace: str, person: str, month: str) -> HttpResponse:
    """Shows the month of one of the viewer's people."""
    span = _span(month)
    asana, user, membership = request.asana, request.user, request.membership
    people = (
        *loading.people_of(asana, user, membership),
        *loading.people_who_left(asana, user, membership),
    )
    found = next((each for each in people if each.gid == person), None)
    if found is None:
        raise Http404
    # One's own hours are read with one's own client, never with the shared reporting account.
    client = asana if person == user.gid else request.reader.asana
    return _month_page(request, client, workspace, found, span)


@require_safe
@asana_required
def own_month(request: AsanaRequest, workspace: str, month: str) -> HttpResponse:
    """Shows the viewer's own month."""
    user = request.user
    me = AsanaUser(user.gid, user.name, user.email)
    return _month_page(request, request.asana, workspace, me, _span(month))


def _span(month: str) -> DateRange:
    try:
        return month_of(month)
    except ValueError:
        raise Http404 from None


def _month_page(
    request: HttpRequest, asana: Client, workspace: str, person: AsanaUser, span: DateRange
) -> HttpResponse:
    context = {
        "workspace": workspace,
        "month": load_month(asana, workspace, person, span),
        "previous": f"{span.previous.start:%Y-%m}",
        "next": f"{span.end + timedelta(days=1):%Y-%m}",
        "view_name": request.resolver_match.view_name if request.resolver_match else "",
    }
    return render(request, "reports/month.html", context)
