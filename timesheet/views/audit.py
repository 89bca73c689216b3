"""The audit log of a workspace."""

from __future__ import annotations

from typing import cast

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts import audit
from accounts.access import administering
from accounts.http import ManagingRequest
from accounts.models import Action
from timesheet import clock
from timesheet.audit_form import AuditForm
from timesheet.services import trail
from timesheet.views.csv_answer import csv_answer


@require_GET
@administering
def audit_log(request: ManagingRequest, workspace: str) -> HttpResponse:
    form = AuditForm(request.GET, label_suffix="")
    narrowed, below = form.narrowed, request.GET.get("below", "")
    page = trail.page_of(
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
@administering
def export_audit_log(request: ManagingRequest, workspace: str) -> HttpResponse:
    narrowed = AuditForm(request.GET).narrowed
    sheet = trail.sheet_of(request.asana, request.user, workspace, narrowed)
    audit.record(
        Action.EXPORTED, request.user, workspace=workspace, after={"format": "csv", "rows": "log"}
    )
    # A stream is as good: it needs no more of what is closed behind the view.
    return cast(HttpResponse, csv_answer(sheet, f"audit-log-{clock.today()}"))
