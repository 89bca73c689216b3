"""Records from rows: the fields of a resource and which of them a response has (`opt_fields`).

https://developers.asana.com/docs/inputoutput-options
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import prefetch_related_objects

from sandbox.access import Viewer
from sandbox.errors import bad_request

# The requested fields by name, each with its own. COMPACT stands for the compact record.
FieldTree = dict[str, "FieldTree"]
COMPACT = ""

# The value of a conditional field that this record does not have.
OMITTED = object()

# Our choice: Asana documents no limits. Without them a short text can stand for 2^n fields.
MOST_PATHS = 1000
MOST_GROUPS = 20
DEEPEST_PATH = 50

_GROUP = re.compile(r"\(([^()]*)\)")


@dataclass(frozen=True)
class Field:
    """A field of a record; `relation` is what Django prefetches, `prepare` loads the rest.

    With `scope`, a token with granular scopes needs that one for the field.
    """

    value: Callable[[Any, Viewer], Any]
    resource: Resource | None = None
    is_list: bool = False
    relation: str = ""
    prepare: Callable[[Sequence[Any]], None] | None = None
    scope: str = ""

    def children(self, row: Any, viewer: Viewer) -> list[Any]:
        """Return the related rows as a list."""
        value = self.value(row, viewer)
        if value is None or value is OMITTED:
            return []
        return value if self.is_list else [value]


@dataclass(frozen=True)
class Resource:
    """A resource with its fields, those of a compact record, and those of a full one.

    `list_fields` are those that the documentation of its lists names, if it does not name all.
    `gid` is None for a record without one, as a task's place in a project. `scope` is what a token
    with granular scopes needs for more than the record's name.
    """

    fields: Mapping[str, Field]
    compact: tuple[str, ...]
    full: tuple[str, ...] = ()
    list_fields: frozenset[str] | None = None
    gid: Callable[[Any], str] | None = lambda row: str(row.pk)
    scope: str = ""


def parse_opt_fields(text: str) -> FieldTree:
    """Parse `name,this.projects.(name|color)` into a tree.

    Raises `ApiError` 400 if groups stand for too many fields.
    """
    tree: FieldTree = {}
    paths = [path.strip().removeprefix("this.") for path in text.split(",")]
    for path in _expand_groups(paths):
        _add_path(tree, [name for name in path.split(".") if name][:DEEPEST_PATH])
    return tree


def _expand_groups(paths: list[str]) -> list[str]:
    """Replace each `(a|b)` by its choices, the innermost groups first."""
    plain = [path for path in paths if "(" not in path]
    grouped = [path for path in paths if "(" in path]
    for _ in range(MOST_GROUPS):
        expanded = [choice for path in grouped for choice in _expand_first_group(path)]
        plain += [path for path in expanded if _GROUP.search(path) is None]
        grouped = [path for path in expanded if _GROUP.search(path) is not None]
        if len(plain) + len(grouped) > max(MOST_PATHS, len(paths)):
            break
        if not grouped:
            return plain
    raise bad_request("opt_fields: Too many groups")


def _expand_first_group(path: str) -> list[str]:
    group = _GROUP.search(path)
    if group is None:
        return [path]
    before, after = path[: group.start()], path[group.end() :]
    return [f"{before}{choice.strip()}{after}" for choice in group[1].split("|")]


def _add_path(tree: FieldTree, names: Sequence[str]) -> None:
    for name in names:
        tree = tree.setdefault(name, {})
    if names:
        tree[COMPACT] = {}


def tree_of_names(names: Iterable[str]) -> FieldTree:
    """Return a tree of these fields, each as a compact record."""
    return {name: {COMPACT: {}} for name in names}


def _with_compact_fields(tree: FieldTree, resource: Resource) -> FieldTree:
    if COMPACT not in tree:
        return tree
    return {
        **tree_of_names(resource.compact),
        **{name: tree[name] for name in tree if name != COMPACT},
    }


def render(
    rows: Sequence[Any], resource: Resource, tree: FieldTree, viewer: Viewer
) -> list[dict[str, Any]]:
    """Return the records of the rows; the number of queries does not depend on their number."""
    _prepare(rows, resource, tree, viewer)
    return [_record(row, resource, tree, viewer) for row in rows]


def _prepare(rows: Sequence[Any], resource: Resource, tree: FieldTree, viewer: Viewer) -> None:
    for name, subtree in _with_compact_fields(tree, resource).items():
        field = resource.fields.get(name)
        if field is None:
            continue
        if field.relation:
            prefetch_related_objects(rows, field.relation)
        if field.prepare:
            field.prepare(rows)
        if field.resource:
            children = [child for row in rows for child in field.children(row, viewer)]
            _prepare(children, field.resource, subtree, viewer)


def _record(row: Any, resource: Resource, tree: FieldTree, viewer: Viewer) -> dict[str, Any]:
    record = {"gid": resource.gid(row)} if resource.gid else {}
    for name, subtree in _with_compact_fields(tree, resource).items():
        # What Asana does with an unknown name is not documented: we leave it out.
        if field := resource.fields.get(name):
            value = _value(row, field, subtree, viewer)
            if value is not OMITTED:
                record[name] = value
    return record


def _value(row: Any, field: Field, subtree: FieldTree, viewer: Viewer) -> Any:
    value = field.value(row, viewer)
    if field.resource is None or value is None or value is OMITTED:
        return value
    if field.is_list:
        return [_record(child, field.resource, subtree, viewer) for child in value]
    return _record(value, field.resource, subtree, viewer)
