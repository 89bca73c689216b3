"""What the pages of connections show besides the connections: columns to sort by, and usage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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
    "success": gettext_lazy("Last used"),
    "failure": gettext_lazy("Last failure"),
    "requests": gettext_lazy("Requests (24\N{NO-BREAK SPACE}h)"),
    "slowed": gettext_lazy("Rate limited (24\N{NO-BREAK SPACE}h)"),
    "edits": gettext_lazy("Unsynced changes"),
}
_NUMBERS = ("requests", "slowed", "edits")
# The first click sorts these in descending order: the largest or latest matter most.
_DESCENDING_FIRST = (*_NUMBERS, "success", "failure")


@dataclass(frozen=True)
class SortableColumn:
    """A column of the list, with what its link sorts by."""

    name: str
    # The value of `sort` in the column's link; the other direction where it is sorted by already.
    next_order: str
    # As `aria-sort` has it; empty where the rows are in another order.
    sorted: str
    is_number: bool


def sortable_columns(order: str) -> list[SortableColumn]:
    """Build the columns of a list that is sorted by `order`, a key with "-" for descending."""
    return [
        SortableColumn(str(label), _next_order(key, order), _aria_sort(key, order), key in _NUMBERS)
        for key, label in _NAMES.items()
    ]


def _next_order(key: str, order: str) -> str:
    if order.removeprefix("-") == key:
        return key if order.startswith("-") else f"-{key}"
    return f"-{key}" if key in _DESCENDING_FIRST else key


def _aria_sort(key: str, order: str) -> str:
    if order.removeprefix("-") != key:
        return ""
    return "descending" if order.startswith("-") else "ascending"


@dataclass(frozen=True)
class UsageChart:
    """A connection's requests of the last 24 hours."""

    picture: HourlyBars
    # Each hour with its bar.
    columns: tuple[tuple[UsageHour, UsageBar], ...]
    # The hours with requests.
    busy: tuple[UsageHour, ...]
    # How often each status was returned; a request without an answer counts as one of its own.
    statuses: tuple[tuple[str, int], ...]
    requests: int
    # The most requests in one hour.
    busiest: int


def usage_chart_of(connection: Connection, now: datetime) -> UsageChart:
    """Build the chart of the 24 hours up to `now`."""
    hours = usage.hours_of(connection, now)
    picture = hourly_bars([(hour.answered, hour.slowed, hour.failed) for hour in hours])
    return UsageChart(
        picture,
        tuple(zip(hours, picture.bars, strict=True)),
        tuple(hour for hour in hours if hour.requests),
        tuple(
            (_("no response") if status == NO_ANSWER else str(status), number)
            for status, number in usage.statuses_of(connection, now)
        ),
        sum(hour.requests for hour in hours),
        max(hour.requests for hour in hours),
    )
