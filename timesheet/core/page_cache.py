"""Rendered pages, each cached with the queries that it was rendered from.

A page is shown again only while all of these return what they returned then. So code that
writes to the database does not have to know which pages it changes.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache as remember
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.cache import cache
from django.db import Error, connection
from django.db.backends.utils import CursorWrapper

from timesheet.core.request_cache import read_together, values_read_together

# Quick rather than small.
COMPRESSION = 1


@dataclass(frozen=True)
class Query:
    """A query, and a digest of what it returned."""

    sql: str
    params: Any
    answer: bytes


@dataclass(frozen=True)
class CachedPage:
    """A page, and all that it was made from."""

    facts: object
    # Values of the cache, by key.
    cached: Mapping[str, Any]
    queries: Sequence[Query]
    # Compressed, with marks where the token and the ids were.
    html: bytes
    # The number of ids.
    ids: int

    def html_now(self, facts: object, cached: Mapping[str, Any], token: str) -> bytes:
        """Return the HTML with another token and other ids.

        Empty where it would be rendered differently now, or is damaged.
        """
        if self.facts != facts or self.cached != cached:
            return b""
        try:
            if not _are_answered_alike(self.queries):
                return b""
            html = zlib.decompress(self.html)
        except (Error, zlib.error):
            # Tables were changed meanwhile, or the database is away: rendering will tell.
            return b""
        for number, value in enumerate([token, *(str(uuid4()) for _ in range(self.ids))]):
            html = html.replace(_mark(number), value.encode())
        return html


@dataclass
class _Recorder:
    """Notes the queries that are made, as a wrapper of Django's `execute_wrapper`."""

    queries: list[Query] = field(default_factory=list)
    # Whether nothing was written.
    only_reads: bool = True
    # What `new_id` has returned.
    ids: list[str] = field(default_factory=list)

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        run = partial(execute, sql, params, many, context)
        if not sql.startswith("SELECT"):
            self.only_reads = False
            return run()
        # Asked before the page is: what is written between the two makes the page outdated at once.
        run()
        self.queries.append(Query(sql, params, _digest(context["cursor"].fetchall())))
        return run()


_recorder: ContextVar[_Recorder | None] = ContextVar("recorder", default=None)


def new_id() -> str:
    """Return a new id for a form of a page. If the page is shown again, it has another one."""
    value = str(uuid4())
    if recorder := _recorder.get():
        recorder.ids.append(value)
    return value


def page(
    name: str,
    facts: object,
    cache_keys: Iterable[str],
    token: str,
    render: Callable[[], tuple[bytes, timedelta] | None],
) -> bytes | None:
    """Return a page's HTML, from the cache if it would be rendered alike; None where there is none.

    `facts` is all that the page depends on besides the database and these keys of the cache; the
    page must not read others. `token` is the CSRF token of this request. `render` returns the HTML
    and how long it may be shown again, or None.
    """
    key = key_of(name)
    with read_together([key, *cache_keys], {}):
        cached = dict(values_read_together())
        known = cached.pop(key)
        if isinstance(known, CachedPage) and (html := known.html_now(facts, cached, token)):
            return html
        recorder = _Recorder()
        outside = _recorder.set(recorder)
        try:
            with connection.execute_wrapper(recorder):
                rendered = render()
        finally:
            _recorder.reset(outside)
    if rendered is None:
        return None
    html, lifetime = rendered
    if lifetime > timedelta(0) and recorder.only_reads and not settings.DEBUG:
        marked = html.replace(b"\0", b"")
        for number, value in enumerate([token, *recorder.ids]):
            marked = marked.replace(value.encode(), _mark(number))
        compressed = zlib.compress(marked, COMPRESSION)
        stored = CachedPage(facts, cached, recorder.queries, compressed, len(recorder.ids))
        cache.set(key, stored, lifetime.total_seconds())
    return html


def key_of(name: str) -> str:
    """Return the cache's key for a page; another one after code or templates were changed."""
    return f"page:{name}:{_release()}"


def _are_answered_alike(queries: Sequence[Query]) -> bool:
    """Tell whether the database still gives the same answers."""
    if not queries:
        return True
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            return all(_answer(cursor, query) == query.answer for query in queries)
        # All at once: each would cost a way to the server and back.
        params = [value for query in queries for value in query.params]
        cursor.execute("; ".join(query.sql for query in queries), params)
        for number, query in enumerate(queries):
            if number:
                cursor.nextset()
            if _digest(cursor.fetchall()) != query.answer:
                return False
    return True


def _answer(cursor: CursorWrapper, query: Query) -> bytes:
    cursor.execute(query.sql, query.params)
    return _digest(cursor.fetchall())


def _mark(number: int) -> bytes:
    return b"\0%d\0" % number


def _digest(rows: Sequence[Any]) -> bytes:
    return blake2b(repr(rows).encode(), digest_size=16).digest()


@remember
def _release() -> str:
    """Return when code, templates and static files were last changed, as this process started."""
    root = settings.ROOT
    files = [
        path
        for folder in (root / "accounts", root / "timesheet", root / "templates")
        for path in folder.rglob("*")
        if path.suffix in (".py", ".mo", ".html", ".jinja")
    ]
    files += Path(settings.STATIC_ROOT).glob("staticfiles.json")
    return f"{max(path.stat().st_mtime_ns for path in files):x}-{len(files)}"
