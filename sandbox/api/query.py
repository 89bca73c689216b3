"""Query parameters that several lists share."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from sandbox import clock
from sandbox.api_request import ApiRequest
from sandbox.models import Task
from sandbox.request_body import read_flag, read_time


def boolean(request: ApiRequest, name: str) -> bool | None:
    """Read a boolean parameter; None if it is missing. Raises `ApiError` if it is anything else."""
    text = request.query.get(name)
    return read_flag(name, text) if text else None


def filter_by_time(request: ApiRequest, rows: QuerySet[Task]) -> QuerySet[Task]:
    """Apply `completed_since` (open tasks and those completed since then) and `modified_since`."""
    if text := request.query.get("completed_since"):
        time = clock.now() if text == "now" else read_time("completed_since", text)
        rows = rows.filter(Q(completed=False) | Q(completed_at__gte=time))
    if text := request.query.get("modified_since"):
        rows = rows.filter(modified_at__gte=read_time("modified_since", text))
    return rows
