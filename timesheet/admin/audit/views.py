"""The audit log of a workspace."""

from __future__ import annotations

from typing import cast

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts import audit
from accounts.access import admin_required
from accounts.http import ManagerRequest
from accounts.models import Action
from timesheet.admin.audit import service
from timesheet.admin.audit.forms import AuditForm
from timesheet.core import clock
from timesheet.web.downloads import csv_response


@require_GET
@admin_required
def audit_log(request: ManagerRequest, workspace: str) -> HttpResponse:
    form = AuditForm(request.GET, label_suffix="")
    narrowed, below = form.filter, request.GET.get("below", "")
    page = service.page_of(
        request.asana,
        request.user,
        workspace,
        narrowed,
        below=int(below) if below.isascii() and below.isdigit() and len(below) < 19 else 0,
    )
    query = request.GET.copy()
    query.pop("below", None)
    context = {
        "workspace": workspace,
        "form": form,
        "page": page,
        "query": query.urlencode(),
        "first": not below,
    }
    return render(request, "admin/audit/list.html", context)


@require_GET
@admin_required
def export_audit_log(request: ManagerRequest, workspace: str) -> HttpResponse:
    narrowed = AuditForm(request.GET).filter
    sheet = service.events_table(request.asana, request.user, workspace, narrowed)
    audit.record(
        Action.EXPORTED, request.user, workspace=workspace, after={"format": "csv", "rows": "log"}
    )
    # A stream is as good: it needs no more of what is closed behind the view.
    return cast(HttpResponse, csv_response(sheet, f"audit-log-{clock.today()}"))
