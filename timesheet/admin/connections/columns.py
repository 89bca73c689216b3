"""What the pages of connections show besides the connections: columns to sort by, and traffic."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.connections import usage
from accounts.connections.usage import NO_ANSWER, UsageHour
from accounts.models import Connection
from timesheet.domain.usage_chart import HourlyBars, UsageBar, hourly_bars

_NAMES = {
    "name": gettext_lazy("Person"),
    "state": gettext_lazy("State"),
    "method": gettext_lazy("Method"),
    "success": gettext_lazy("Last success"),
    "failure": gettext_lazy("Last failure"),
    "requests": gettext_lazy("Requests in 24\N{NO-BREAK SPACE}h"),
    "slowed": gettext_lazy("429 in 24\N{NO-BREAK SPACE}h"),
    "edits": gettext_lazy("Open edits"),
}
_NUMBERS = ("requests", "slowed", "edits")
# What is of most interest at its largest or latest.
_DOWN_FIRST = (*_NUMBERS, "success", "failure")


@dataclass(frozen=True)
class SortableColumn:
    """`sorted` is as `aria-sort` says it, empty where the rows are not in this order; the link's
    `query` sorts by it, or the other way round."""

    name: str
    query: str
    sorted: str
    is_number: bool


def columns(asked: QueryDict, order: str) -> list[SortableColumn]:
    return [
        SortableColumn(
            str(label),
            _query(asked, _next(key, order)),
            _sorted(key, order),
            key in _NUMBERS,
        )
        for key, label in _NAMES.items()
    ]


def _next(key: str, order: str) -> str:
    if order.removeprefix("-") == key:
        return key if order.startswith("-") else f"-{key}"
    return f"-{key}" if key in _DOWN_FIRST else key


def _sorted(key: str, order: str) -> str:
    if order.removeprefix("-") != key:
        return ""
    return "descending" if order.startswith("-") else "ascending"


def _query(asked: QueryDict, order: str) -> str:
    query = asked.copy()
    query["sort"] = order
    return query.urlencode()


@dataclass(frozen=True)
class UsageChart:
    """The last 24 hours. `columns` are the hours with their bars, `busy` those with requests."""

    picture: HourlyBars
    columns: tuple[tuple[UsageHour, UsageBar], ...]
    busy: tuple[UsageHour, ...]
    statuses: tuple[tuple[str, int], ...]
    requests: int
    busiest: int


def usage_chart_of(connection: Connection, now: datetime) -> UsageChart:
    hours = usage.hours_of(connection, now)
    picture = hourly_bars([(one.answered, one.slowed, one.failed) for one in hours])
    return UsageChart(
        picture,
        tuple(zip(hours, picture.bars, strict=True)),
        tuple(one for one in hours if one.requests),
        tuple(
            (_("no answer") if status == NO_ANSWER else str(status), number)
            for status, number in usage.statuses_of(connection, now)
        ),
        sum(one.requests for one in hours),
        max(one.requests for one in hours),
    )
