"""Event streams: what happened since the last call.

https://developers.asana.com/reference/getevents
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.core import signing
from django.db.models import Max
from django.http import HttpResponse

from sandbox import clock
from sandbox.access import Viewer, get_visible, is_gid
from sandbox.api_request import ApiRequest
from sandbox.envelope import error_content, json_response
from sandbox.errors import no_access, not_a_gid, unknown_object
from sandbox.event_models import Event
from sandbox.event_resources import EVENT
from sandbox.models import Membership, Project, Task, Workspace
from sandbox.resources import gid_behind_stand_in

MOST_EVENTS, MOST_WORKSPACE_EVENTS = 100, 1000
VALID_FOR = timedelta(hours=24)
NO_SYNC = (
    "Sync token invalid or too old. If you are attempting to keep resources in sync, "
    "you must fetch the full dataset for this query now and use the new sync token for the next "
    "sync."
)


def list_of_resource(request: ApiRequest) -> HttpResponse:
    """List the events of a task, a project or a My Tasks list."""
    gid = request.required("resource")
    subscribable(request.viewer, gid)
    return _listing(request, gid, MOST_EVENTS)


def list_of_workspace(request: ApiRequest, workspace_gid: str) -> HttpResponse:
    """List the events of a workspace."""
    gid = request.viewer.workspace(workspace_gid).gid
    return _listing(request, gid, MOST_WORKSPACE_EVENTS)


def subscribable(viewer: Viewer, gid: str) -> Task | Project | Workspace | Membership:
    """Fetch what one can listen to; raises `ApiError` if it is unknown or hidden."""
    if not is_gid(gid):
        raise not_a_gid("resource", gid)
    searches = (
        (viewer.tasks(), Task.objects.all(), "task"),
        (viewer.projects(), Project.objects.all(), "project"),
        (viewer.workspaces(), Workspace.objects.all(), "workspace"),
    )
    for visible, all_rows, kind in searches:
        if all_rows.filter(pk=gid).exists():
            row: Any = get_visible(visible, all_rows, gid, "resource", kind)
            return row  # type: ignore[no-any-return]
    membership = Membership.objects.filter(pk=gid_behind_stand_in(gid)).first()
    if membership is None:
        raise unknown_object("resource", gid, 400)
    if membership.person_id != viewer.person.gid:
        raise no_access("user task list")
    return membership


def _listing(request: ApiRequest, gid: str, most: int) -> HttpResponse:
    salt = f"sandbox.events:{gid}:{request.viewer.person.gid}"
    after = _after(request.query.get("sync", ""), salt)
    if after is None:
        latest = Event.objects.aggregate(latest=Max("id"))["latest"] or 0
        return json_response({**error_content(412, NO_SYNC), "sync": _token(latest, salt)}, 412)
    rows = list(
        Event.objects.filter(heard_by__contains=f",{gid},", id__gt=after).order_by("id")[: most + 1]
    )
    page = rows[:most]
    last = page[-1].id if page else after
    visible = _visible(request.viewer, page)
    extra = {"sync": _token(last, salt), "has_more": len(rows) > most}
    return request.sequence(EVENT, visible, extra)


def _after(token: str, salt: str) -> int | None:
    """Return the id of the last event that is known; None without a valid token."""
    try:
        event_id, at = signing.loads(token, salt=salt)
    except signing.BadSignature:
        return None
    given_at = datetime.fromtimestamp(at, UTC)
    return int(event_id) if clock.now() - given_at <= VALID_FOR else None


def _token(event_id: int, salt: str) -> str:
    return signing.dumps([event_id, clock.now().timestamp()], salt=salt)


def _visible(viewer: Viewer, page: list[Event]) -> list[Event]:
    """Leave out the events of tasks and projects that the person may not see."""
    gids = {event.resource["gid"] for event in page}
    hidden = set(Task.objects.filter(gid__in=gids).values_list("gid", flat=True))
    hidden -= set(viewer.tasks().filter(gid__in=gids).values_list("gid", flat=True))
    hidden |= viewer.hidden_projects
    return [event for event in page if event.resource["gid"] not in hidden]
