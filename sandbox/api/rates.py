"""Rates: what an hour of a person costs on a project. https://developers.asana.com/reference/rates"""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpResponse

from sandbox import clock, planning_access
from sandbox.api.numbers import amount
from sandbox.api.planned_people import subject_of
from sandbox.api_request import ApiRequest, writes
from sandbox.errors import bad_request
from sandbox.planning_models import Rate
from sandbox.planning_resources import RATE


def list_filtered(request: ApiRequest) -> HttpResponse:
    """List the rates of a project, or that of one user or placeholder on it."""
    project = planning_access.project_with_budget(
        request.viewer, request.required("parent"), "parent"
    )
    planning_access.require_rate_access(request.viewer, project)
    rows = Rate.objects.filter(project=project)
    if gid := request.query.get("resource"):
        rows = rows.filter(Q(person=gid) | Q(placeholder=gid))
    return request.listing(RATE, rows.order_by("gid"))


def show(request: ApiRequest, rate_gid: str) -> HttpResponse:
    """Show a rate."""
    return request.single(RATE, planning_access.rate(request.viewer, rate_gid))


@writes
def create(request: ApiRequest) -> HttpResponse:
    """Create the rate of a user or a placeholder on a project."""
    viewer, body = request.viewer, request.body
    body.refuse_other_fields(("parent", "resource", "rate"))
    project = planning_access.project_with_budget(viewer, body.gid("parent"), "parent")
    planning_access.require_rate_access(viewer, project)
    subject = subject_of(viewer, project, "resource", body.required("resource"))
    if Rate.objects.filter(project=project, **subject).exists():
        raise bad_request("resource: There is a rate for this resource already")
    row = Rate(
        gid=clock.new_gid(),
        project=project,
        created_by=viewer.person,
        rate=amount("rate", body.required("rate")),
        **subject,
    )
    row.save(force_insert=True)
    return request.created(RATE, row, "rates")


@writes
def update(request: ApiRequest, rate_gid: str) -> HttpResponse:
    """Change the value of a rate."""
    row = planning_access.rate(request.viewer, rate_gid)
    request.body.refuse_other_fields(("rate",))
    row.rate = amount("rate", request.body.required("rate"))
    row.save()
    return request.single(RATE, row)


@writes
def delete(request: ApiRequest, rate_gid: str) -> HttpResponse:
    """Delete a rate."""
    planning_access.rate(request.viewer, rate_gid).delete()
    return request.deleted()
