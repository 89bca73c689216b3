"""The connections of a workspace, as its admins see them: all, and one."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts import audit
from accounts.access import administering, administering_person
from accounts.http import ManagingRequest, PersonRequest
from timesheet import clock, connections_page
from timesheet.connections_form import ConnectionsForm
from timesheet.services import connections as service

MOST_SHOWN, MOST_EVENTS = 500, 50


@require_GET
@administering
def connections(request: ManagingRequest, workspace: str) -> HttpResponse:
    form = ConnectionsForm(request.GET, label_suffix="")
    everybody = service.rows_of(request.asana, request.user, workspace, clock.now())
    found = service.ordered(service.chosen(everybody, **form.asked), form.order)
    context = {
        "workspace": workspace,
        "form": form,
        "rows": found[:MOST_SHOWN],
        "more": max(len(found) - MOST_SHOWN, 0),
        "never": sum(not row.is_connected for row in everybody),
        "columns": connections_page.columns(request.GET, form.order),
    }
    return render(request, "admin/connections/list.html", context)


@require_GET
@administering_person
def connection_of(request: PersonRequest, workspace: str, person: str) -> HttpResponse:
    row = service.row_of(request.colleague, workspace, clock.now())
    context = {
        "workspace": workspace,
        "row": row,
        "is_own": person == request.user.gid,
        "events": audit.history_of(person, workspace)[:MOST_EVENTS],
    }
    if row.connection:
        context["traffic"] = connections_page.traffic_of(row.connection, clock.now())
    return render(request, "admin/connections/detail.html", context)
