"""Records out of rows: what a resource has, and which of it an answer shows (`opt_fields`).

https://developers.asana.com/docs/inputoutput-options
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import prefetch_related_objects

from sandbox.access import Viewer

# The fields asked for, by name, each with those asked of it. ITSELF stands for the compact record.
Tree = dict[str, "Tree"]
ITSELF = ""

_GROUP = re.compile(r"\(([^()]*)\)")


@dataclass(frozen=True)
class Field:
    """`relation` is what Django has to fetch for it, `prepare` what we have to."""

    value: Callable[[Any, Viewer], Any]
    shape: Shape | None = None
    many: bool = False
    relation: str = ""
    prepare: Callable[[Sequence[Any]], None] | None = None

    def below(self, row: Any, viewer: Viewer) -> list[Any]:
        value = self.value(row, viewer)
        return value if self.many else [value] if value is not None else []


@dataclass(frozen=True)
class Shape:
    """A resource: its fields, those of a compact record, and those of a full one.

    `listed` are those that the documentation of the lists names, where it does not name all.
    `gid` is None for what has none, as a task's place in a project.
    """

    fields: Mapping[str, Field]
    compact: tuple[str, ...]
    full: tuple[str, ...] = ()
    listed: frozenset[str] | None = None
    gid: Callable[[Any], str] | None = lambda row: str(row.pk)


def parse(text: str) -> Tree:
    """`name,this.projects.(name|color)` as a tree."""
    tree: Tree = {}
    for path in text.split(","):
        for plain in _ungroup(path.strip().removeprefix("this.")):
            _plant(tree, [name for name in plain.split(".") if name])
    return tree


def _ungroup(path: str) -> list[str]:
    group = _GROUP.search(path)
    if group is None:
        return [path]
    before, after = path[: group.start()], path[group.end() :]
    return [
        plain
        for choice in group[1].split("|")
        for plain in _ungroup(f"{before}{choice.strip()}{after}")
    ]


def _plant(tree: Tree, names: Sequence[str]) -> None:
    for name in names:
        tree = tree.setdefault(name, {})
    if names:
        tree[ITSELF] = {}


def tree_of(names: Iterable[str]) -> Tree:
    return {name: {ITSELF: {}} for name in names}


def _spelled_out(tree: Tree, shape: Shape) -> Tree:
    if ITSELF not in tree:
        return tree
    return {**tree_of(shape.compact), **{name: tree[name] for name in tree if name != ITSELF}}


def render(rows: Sequence[Any], shape: Shape, tree: Tree, viewer: Viewer) -> list[dict[str, Any]]:
    """The same number of queries however many rows."""
    _prepare(rows, shape, tree, viewer)
    return [_record(row, shape, tree, viewer) for row in rows]


def _prepare(rows: Sequence[Any], shape: Shape, tree: Tree, viewer: Viewer) -> None:
    for name, below in _spelled_out(tree, shape).items():
        field = shape.fields.get(name)
        if field is None:
            continue
        if field.relation:
            prefetch_related_objects(rows, field.relation)
        if field.prepare:
            field.prepare(rows)
        if field.shape:
            children = [child for row in rows for child in field.below(row, viewer)]
            _prepare(children, field.shape, below, viewer)


def _record(row: Any, shape: Shape, tree: Tree, viewer: Viewer) -> dict[str, Any]:
    record = {"gid": shape.gid(row)} if shape.gid else {}
    for name, below in _spelled_out(tree, shape).items():
        # What Asana answers to a name it does not know is not documented: we leave it out.
        if field := shape.fields.get(name):
            record[name] = _value(row, field, below, viewer)
    return record


def _value(row: Any, field: Field, below: Tree, viewer: Viewer) -> Any:
    value = field.value(row, viewer)
    if field.shape is None or value is None:
        return value
    if field.many:
        return [_record(child, field.shape, below, viewer) for child in value]
    return _record(value, field.shape, below, viewer)
