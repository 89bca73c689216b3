"""Pages of lists: `limit`, `offset` and `next_page`.

https://developers.asana.com/docs/pagination
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core import signing
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from sandbox.errors import TOO_LARGE, bad_request
from sandbox.runtime_settings import current_settings

API_ROOT = "/api/1.0"
LARGEST_LIMIT = 100
LARGEST_UNPAGED = 1000

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Page:
    """One page of a list. `next_page` is None on the last page."""

    rows: Sequence[Any]
    next_page: dict[str, str] | None
    was_limited: bool


def paginate(request: HttpRequest, rows: QuerySet[Row] | Sequence[Row]) -> Page:
    """Return the page of `rows` that the request asks for."""
    limit, start = _limit(request), _start(request)
    largest = limit or LARGEST_UNPAGED
    page_rows = list(rows[start : start + largest + 1])
    if limit is None:
        if len(page_rows) > largest:
            raise bad_request(TOO_LARGE)
        return Page(page_rows, None, was_limited=False)
    more = _next_page(request, start + limit) if len(page_rows) > limit else None
    return Page(page_rows[:limit], more, was_limited=True)


def _limit(request: HttpRequest) -> int | None:
    text = request.GET.get("limit")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= LARGEST_LIMIT):
        raise bad_request(f"limit: Must be a number between 1 and {LARGEST_LIMIT}, not: {text}")
    return int(text)


def _start(request: HttpRequest) -> int:
    token = request.GET.get("offset")
    if token is None:
        return 0
    try:
        start: int = signing.loads(
            token, salt=_listing(request), max_age=current_settings().offset_seconds
        )
    except signing.SignatureExpired:
        raise bad_request("offset: Your pagination token has expired.") from None
    except signing.BadSignature:
        raise bad_request("offset: Your pagination token is invalid.") from None
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
    """Return the salt that binds an offset to its list."""
    return f"sandbox.offset:{request.path}"
