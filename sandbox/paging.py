"""`limit`, `offset` and `next_page`. https://developers.asana.com/docs/pagination"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core import signing
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from sandbox.errors import TOO_LARGE, bad
from sandbox.runtime_settings import switches

API_ROOT = "/api/1.0"
LARGEST_LIMIT = 100
LARGEST_UNPAGED = 1000

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Page:
    rows: Sequence[Any]
    next_page: dict[str, str] | None
    was_limited: bool


def turn_to(request: HttpRequest, rows: QuerySet[Row] | Sequence[Row]) -> Page:
    limit, start = _limit(request), _start(request)
    most = limit or LARGEST_UNPAGED
    found = list(rows[start : start + most + 1])
    if limit is None:
        if len(found) > most:
            raise bad(TOO_LARGE)
        return Page(found, None, was_limited=False)
    more = _next_page(request, start + limit) if len(found) > limit else None
    return Page(found[:limit], more, was_limited=True)


def _limit(request: HttpRequest) -> int | None:
    text = request.GET.get("limit")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= LARGEST_LIMIT):
        raise bad(f"limit: Must be a number between 1 and {LARGEST_LIMIT}, not: {text}")
    return int(text)


def _start(request: HttpRequest) -> int:
    token = request.GET.get("offset")
    if token is None:
        return 0
    try:
        start: int = signing.loads(token, salt=_listing(request), max_age=switches().offset_seconds)
    except signing.SignatureExpired:
        raise bad("offset: Your pagination token has expired.") from None
    except signing.BadSignature:
        raise bad("offset: Your pagination token is invalid.") from None
    return start


def _next_page(request: HttpRequest, start: int) -> dict[str, str]:
    offset = signing.dumps(start, salt=_listing(request))
    query = request.GET.copy()
    query["offset"] = offset
    path = f"{request.path}?{query.urlencode()}"
    return {
        "offset": offset,
        "path": path.removeprefix(API_ROOT),
        "uri": request.build_absolute_uri(path),
    }


def _listing(request: HttpRequest) -> str:
    """An offset is good for the listing that gave it."""
    return f"sandbox.offset:{request.path}"
