"""Pages of a list that each begin after the last row of the page before.

Such a page costs the same at any depth, and no row is skipped or shown twice when rows are added
in between.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, Q, QuerySet

from timesheet.core.params import positive_int

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class KeysetPage(Generic[M]):
    """One page of rows."""

    rows: tuple[M, ...]
    # Cursor of the next page, for an address; empty on the last page.
    next: str = ""
    is_first: bool = True


def keyset_page(rows: QuerySet[M], order: tuple[str, ...], cursor: str, size: int) -> KeysetPage[M]:
    """Read the first `size` rows, or those after the `cursor` that the page before ended with.

    `order` names fields or annotations as for `order_by`, a minus sign for descending. They hold
    whole numbers of 0 or more and are unique together. A cursor that does not fit counts as none.
    """
    values = _parse(cursor, len(order))
    ordered = rows.order_by(*order)
    if values is not None:
        ordered = ordered.filter(_after(order, values))
    found = list(ordered[: size + 1])
    shown = found[:size]
    has_more = len(found) > size
    return KeysetPage(
        tuple(shown), _cursor(shown[-1], order) if has_more else "", is_first=values is None
    )


def _after(order: tuple[str, ...], values: tuple[int, ...]) -> Q:
    """The condition of all rows behind the one with these `values`."""
    condition, equal = Q(), Q()
    for field, value in zip(order, values, strict=True):
        name = field.removeprefix("-")
        lookup = "lt" if field.startswith("-") else "gt"
        condition |= equal & Q(**{f"{name}__{lookup}": value})
        equal &= Q(**{name: value})
    return condition


def _cursor(row: Model, order: tuple[str, ...]) -> str:
    return "-".join(str(getattr(row, field.removeprefix("-"))) for field in order)


def _parse(cursor: str, length: int) -> tuple[int, ...] | None:
    numbers = [positive_int(part) for part in cursor.split("-")]
    values = tuple(number for number in numbers if number is not None)
    return values if len(values) == len(numbers) == length else None
