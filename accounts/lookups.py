"""Finds out with one query which of many would return anything, so that a page skips the others."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Exists, Model, QuerySet, Subquery

M = TypeVar("M", bound=Model)

_NOTHING: Mapping[Hashable, Any] = {}
_found: ContextVar[Mapping[Hashable, Any]] = ContextVar("found", default=_NOTHING)


@dataclass(frozen=True)
class Lookup(Generic[M]):
    """A query for rows, under a name that says which rows they are and whose.

    `find` builds it when it is needed: that takes as long as running it on a small table.
    """

    name: Hashable
    find: Callable[[], QuerySet[M]]

    @property
    def rows(self) -> QuerySet[M]:
        """The query for the rows."""
        return self.find()

    @property
    def is_empty(self) -> bool:
        """Whether it is known that there are none; the database is not asked."""
        return _found.get().get(self.name) is False

    def exists(self) -> bool:
        """Tell whether there are such rows."""
        known = _found.get().get(self.name)
        return self.rows.exists() if known is None else bool(known)

    def read(self) -> list[M]:
        """Return the rows."""
        return [] if self.is_empty else list(self.rows)

    @property
    def probe(self) -> Any:
        """The expression that finds out whether there are any."""
        return Exists(self.rows)


@dataclass(frozen=True)
class FirstValue:
    """The first value of a query for one column, under a name like that of a `Lookup`."""

    name: Hashable
    find: Callable[[], QuerySet[Any, Any]]

    def read(self) -> Any:
        """Return the value; None where there is none."""
        found = _found.get()
        return found[self.name] if self.name in found else self.find().first()

    @property
    def probe(self) -> Any:
        """The expression that reads the value."""
        return Subquery(self.find()[:1])


@contextmanager
def found_together(
    one_row: QuerySet[Any, Any], lookups: Iterable[Lookup[Any] | FirstValue]
) -> Iterator[None]:
    """Run all of these with one query; within the block they answer from its result.

    `one_row` is any query that returns one row; if it returns none, each lookup asks the database
    itself. Within the block, write nothing that one of the lookups would find.
    """
    known = _found.get()
    unknown = [lookup for lookup in lookups if lookup.name not in known]
    probes = {f"probe_{number}": lookup for number, lookup in enumerate(unknown)}
    rows = one_row.annotate(**{name: lookup.probe for name, lookup in probes.items()})
    values = (rows.values(*probes).first() or {}) if probes else {}
    token = _found.set({**known, **{probes[name].name: values[name] for name in values}})
    try:
        yield
    finally:
        _found.reset(token)
