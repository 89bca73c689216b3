"""Out-of-office entries.

https://developers.asana.com/reference/getoooentries
"""

from __future__ import annotations

from django.http import HttpResponse

from sandbox import clock
from sandbox.access import Viewer
from sandbox.api.values import user_of
from sandbox.api_request import ApiRequest, writes
from sandbox.errors import bad_request, no_access, unknown_object
from sandbox.models import OutOfOffice, Person, Workspace
from sandbox.request_body import read_day
from sandbox.time_resources import OOO


def list_of_user(request: ApiRequest) -> HttpResponse:
    """List a user's out-of-office entries that overlap with the given days."""
    user, gid = request.required("user"), request.required("workspace")
    workspace, person = request.viewer.workspace(gid), request.viewer.user(user)
    rows = request.viewer.ooo().filter(workspace=workspace, person=person)
    if day := request.query.get("start_date"):
        rows = rows.filter(end_date__gte=read_day("start_date", day))
    if day := request.query.get("end_date"):
        rows = rows.filter(start_date__lte=read_day("end_date", day))
    return request.listing(OOO, rows.order_by("start_date", "gid"))


def show(request: ApiRequest, ooo_gid: str) -> HttpResponse:
    """Show an out-of-office entry."""
    return request.single(OOO, request.viewer.ooo_entry(ooo_gid))


@writes
def create(request: ApiRequest) -> HttpResponse:
    """Create an out-of-office entry of a user of a workspace."""
    body, viewer = request.body, request.viewer
    body.refuse_other_fields(("user", "workspace", "start_date", "end_date"))
    user, gid = body.required("user"), body.gid("workspace")
    if not Workspace.objects.filter(pk=gid).exists():
        raise unknown_object("workspace", gid, 400)
    workspace = viewer.workspace(gid)
    person = user_of(viewer, user, "user", workspace.gid)
    _require_access(viewer, person, workspace.gid)
    row = OutOfOffice(
        gid=clock.new_gid(),
        person=person,
        created_by=viewer.person,
        workspace=workspace,
        start_date=body.day("start_date"),
        end_date=body.day("end_date"),
    )
    _check_days(row)
    row.save(force_insert=True)
    return request.created(OOO, row, "ooo_entries")


@writes
def update(request: ApiRequest, ooo_gid: str) -> HttpResponse:
    """Change the days of an out-of-office entry."""
    row = _writable(request.viewer, ooo_gid)
    request.body.refuse_other_fields(("start_date", "end_date"))
    for name in ("start_date", "end_date"):
        if name in request.body:
            setattr(row, name, request.body.day(name))
    _check_days(row)
    row.save()
    return request.single(OOO, row)


@writes
def delete(request: ApiRequest, ooo_gid: str) -> HttpResponse:
    """Delete an out-of-office entry."""
    _writable(request.viewer, ooo_gid).delete()
    return request.deleted()


def _writable(viewer: Viewer, gid: str) -> OutOfOffice:
    row = viewer.ooo_entry(gid)
    _require_access(viewer, row.person, row.workspace_id)
    return row


def _require_access(viewer: Viewer, person: Person, workspace_gid: str) -> None:
    """Raise `ApiError` 403 unless it is one's own, or one administers the workspace.

    Asana does not document who may write whose: our choice.
    """
    viewer.require_write_access(workspace_gid)
    if person != viewer.person and not viewer.is_admin(workspace_gid):
        raise no_access("OOO entry")


def _check_days(row: OutOfOffice) -> None:
    if row.end_date < row.start_date:
        raise bad_request(f"end_date: Must not be before {row.start_date}, not: {row.end_date}")
