"""Pages of lists: `limit`, `offset` and `next_page`.

https://developers.asana.com/docs/pagination

An offset holds the place of a page's last row in the order of the list, so that rows which are
added or deleted meanwhile move no other row into or out of a page. It is valid for the same
person, address and filters only. Asana documents neither; both are our choice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from sandbox import clock
from sandbox.envelope import API_ROOT
from sandbox.errors import TOO_LARGE, bad_request
from sandbox.models import Person
from sandbox.request_body import read_number
from sandbox.runtime_settings import current_settings

LARGEST_LIMIT = 100
LARGEST_UNPAGED = 1000
# What may change from page to page.
PAGE_PARAMETERS = ("limit", "offset", "opt_fields", "opt_pretty")

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Page:
    """One page of a list. `next_page` is None on the last page."""

    rows: Sequence[Any]
    next_page: dict[str, str] | None
    was_limited: bool


def paginate(request: HttpRequest, person: Person, rows: QuerySet[Row] | Sequence[Row]) -> Page:
    """Return the page of `rows` that the request asks for.

    A query set is in ascending order of its fields, the last of them unique. Other sequences have
    one page only.
    """
    limit = _limit(request)
    if not isinstance(rows, QuerySet):
        return Page(rows[:limit], None, was_limited=limit is not None)
    salt = _salt(request, person)
    largest = limit or LARGEST_UNPAGED
    page_rows = list(_after_offset(request, salt, rows)[: largest + 1])
    has_more = len(page_rows) > largest
    if limit is None:
        if has_more:
            raise bad_request(TOO_LARGE)
        return Page(page_rows, None, was_limited=False)
    last_row = page_rows[limit - 1] if has_more else None
    next_page = _next_page(request, salt, _place(rows, last_row)) if last_row else None
    return Page(page_rows[:limit], next_page, was_limited=True)


def _limit(request: HttpRequest) -> int | None:
    text = request.GET.get("limit")
    return None if text is None else read_number("limit", text, LARGEST_LIMIT)


def _salt(request: HttpRequest, person: Person) -> str:
    """Return what an offset belongs to."""
    query = sorted(
        (name, values) for name, values in request.GET.lists() if name not in PAGE_PARAMETERS
    )
    return f"sandbox.offset:{person.gid}:{request.path}:{query}"


def _after_offset(request: HttpRequest, salt: str, rows: QuerySet[Row]) -> QuerySet[Row]:
    token = request.GET.get("offset")
    if token is None:
        return rows
    try:
        given_at, place = signing.loads(token, salt=salt)
    except signing.BadSignature:
        raise bad_request("offset: Your pagination token is invalid.") from None
    if clock.now().timestamp() - given_at > current_settings().offset_seconds:
        raise bad_request("offset: Your pagination token has expired.")
    return rows.filter(_is_after(_order(rows), place))


def _order(rows: QuerySet[Row]) -> list[str]:
    return [str(name) for name in rows.query.order_by]


def _place(rows: QuerySet[Row], row: Row) -> list[str]:
    return [str(getattr(row, name)) for name in _order(rows)]


def _is_after(names: list[str], place: list[str]) -> Q:
    """Return the condition that a row comes behind the one at `place`."""
    first, value = names[0], place[0]
    condition = Q(**{f"{first}__gt": value})
    if len(names) > 1:
        condition |= Q(**{first: value}) & _is_after(names[1:], place[1:])
    return condition


def _next_page(request: HttpRequest, salt: str, place: list[str]) -> dict[str, str]:
    offset = signing.dumps([clock.now().timestamp(), place], salt=salt)
    query = request.GET.copy()
    query["offset"] = offset
    path = f"{request.path}?{query.urlencode()}"
    return {
        "offset": offset,
        "path": path.removeprefix(API_ROOT),
        "uri": request.build_absolute_uri(path),
    }
