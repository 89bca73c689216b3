"""Parameters that several listings share."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from sandbox import clock
from sandbox.api_request import Call
from sandbox.errors import bad
from sandbox.models import Task
from sandbox.request_body import read_moment


def flag(call: Call, name: str) -> bool | None:
    text = call.query.get(name)
    if not text:
        return None
    if text not in ("true", "false"):
        raise bad(f"{name}: Not a boolean: {text}")
    return text == "true"


def since(call: Call, rows: QuerySet[Task]) -> QuerySet[Task]:
    """`completed_since` keeps what is not done, or done only since then."""
    if text := call.query.get("completed_since"):
        moment = clock.now() if text == "now" else read_moment("completed_since", text)
        rows = rows.filter(Q(completed=False) | Q(completed_at__gte=moment))
    if text := call.query.get("modified_since"):
        rows = rows.filter(modified_at__gte=read_moment("modified_since", text))
    return rows
