"""The audit log of a workspace."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.access import admin_required
from accounts.http import ManagerRequest
from accounts.models import Action
from timesheet.admin.audit import service
from timesheet.admin.audit.forms import EventFilterForm
from timesheet.core import clock
from timesheet.web.downloads import csv_response


@require_safe
@admin_required
def audit_log(request: ManagerRequest, workspace: str) -> HttpResponse:
    """Shows the newest events, or older ones after the cursor `after`."""
    form = EventFilterForm(request.GET)
    after = request.GET.get("after", "")
    page = service.events_page(request.asana, request.user, workspace, form.filter, after=after)
    context = {
        "workspace": workspace,
        "form": form,
        "page": page,
        "kept_days": settings.AUDIT_KEEP_DAYS,
    }
    return render(request, "admin/audit/list.html", context)


@require_safe
@admin_required
def export_audit_log(request: ManagerRequest, workspace: str) -> HttpResponse:
    """Streams all events that the filter allows as CSV, and records the export."""
    event_filter = EventFilterForm(request.GET).filter
    table = service.events_table(request.asana, request.user, workspace, event_filter)
    audit.record(
        Action.EXPORTED, request.user, workspace=workspace, after={"format": "csv", "rows": "log"}
    )
    # The decorators close the Asana client after the view; the stream no longer needs it.
    return cast(HttpResponse, csv_response(table, f"audit-log-{clock.today()}"))
