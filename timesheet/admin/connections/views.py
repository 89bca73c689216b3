"""The connections of a workspace, as its admins see them: all, and one."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.access import admin_of_person_required, admin_required
from accounts.http import ManagerRequest, PersonAdminRequest
from accounts.models import Connection, Event, User
from timesheet.admin.connections import columns, service
from timesheet.admin.connections.forms import ConnectionFilterForm
from timesheet.admin.roles.service import is_known_elsewhere
from timesheet.core import clock

MOST_SHOWN, MOST_EVENTS = 500, 50


@require_safe
@admin_required
def connections(request: ManagerRequest, workspace: str) -> HttpResponse:
    """Lists the connections of the workspace's people, filtered and sorted."""
    form = ConnectionFilterForm(request.GET)
    everybody = service.rows_of(request.asana, request.user, workspace, clock.now())
    rows = service.sort_rows(service.filter_rows(everybody, form.filter), form.order)
    context = {
        "workspace": workspace,
        "form": form,
        "rows": rows[:MOST_SHOWN],
        "more": max(len(rows) - MOST_SHOWN, 0),
        "never": sum(not row.is_connected for row in everybody),
        "columns": columns.sortable_columns(form.order),
    }
    return render(request, "admin/connections/list.html", context)


@require_safe
@admin_of_person_required
def connection_of(request: PersonAdminRequest, workspace: str, person: str) -> HttpResponse:
    """Shows one person's connection, its latest events and its requests of the last 24 hours."""
    row = service.row_of(request.person, workspace, clock.now())
    context = {
        "workspace": workspace,
        "row": row,
        "is_own": person == request.user.gid,
        "events": _events(request.user, row.connection, person, workspace)[:MOST_EVENTS],
    }
    if row.connection:
        context["traffic"] = columns.usage_chart_of(row.connection, clock.now())
    return render(request, "admin/connections/detail.html", context)


def _events(
    viewer: User, connection: Connection | None, person: str, workspace: str
) -> QuerySet[Event]:
    """Return the history of a connection, without sign-ins that concern another workspace too."""
    history = audit.history_of(person, workspace)
    is_shared = connection and is_known_elsewhere(viewer, connection.user, workspace)
    return history.exclude(workspace_gid="") if is_shared else history
