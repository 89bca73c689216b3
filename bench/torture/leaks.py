"""Looks for tokens and secrets where none may be: in the app's database, its logs and its pages.

A secret is found by its long words of letters, digits, - and _, which are written the same way in
HTML, JSON, addresses and files. The set of all long words of all texts is so much smaller than the
texts that it can be kept until every secret ever issued is known.
"""

from __future__ import annotations

import base64
import pickle
import re
import threading
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import redis

MIN_WORD_LENGTH = 10
WORD = re.compile(rb"[\w-]{%d,}" % MIN_WORD_LENGTH)
# Asana's own log, which is not ours.
SANDBOX_LOG = "sandbox.log"

# Secrets by kind.
Secrets = Mapping[str, Iterable[str]]


class TooShort(Exception):
    """A secret has no long word, so it would be found in texts that do not have it."""


class Words:
    """The long words of many texts, added by many threads."""

    def __init__(self) -> None:
        # Number of texts.
        self.texts = 0
        self._words: set[bytes] = set()
        self._lock = threading.Lock()

    def add(self, text: str | bytes) -> None:
        """Add the words of a text."""
        words = WORD.findall(text.encode() if isinstance(text, str) else text)
        with self._lock:
            self.texts += 1
            self._words.update(words)

    def kinds_of(self, secrets: Secrets) -> Iterator[str]:
        """Yield the kind of each secret that is in one of the texts. Raises `TooShort`."""
        all_words = b"\n".join(self._words)
        for kind, values in secrets.items():
            for secret in set(values):
                if all(word in all_words for word in _words_of(secret)):
                    yield kind


@dataclass
class Leaks:
    """The secrets that were found, and the numbers of secrets and texts that were searched."""

    secrets: int = 0
    # Of the database.
    files: int = 0
    values: int = 0
    logs: int = 0
    pages: int = 0
    # The kind and the place of each secret that was found, without the secret.
    cases: list[str] = field(default_factory=list)


def find_leaks(secrets: Secrets, folder: Path, pages: Words) -> Leaks:
    """Search for secrets in the pages, in Django's database, and in the logs in `folder`.

    The files of an SQLite database are in `folder` too; they still have parts of deleted rows.
    """
    files, rows, logs = Words(), Words(), Words()
    for path in sorted(folder.glob("*.sqlite3*")):
        if not path.name.startswith("sandbox."):
            files.add(path.read_bytes())
    for path in sorted(folder.glob("*.log")):
        if path.name != SANDBOX_LOG:
            logs.add(path.read_bytes())
    for value in _values():
        rows.add(value)
    leaks = Leaks(
        sum(len(set(values)) for values in secrets.values()),
        files.texts,
        rows.texts,
        logs.texts,
        pages.texts,
    )
    places = {"a file": files, "a row": rows, "a log": logs, "a page": pages}
    for place, words in places.items():
        leaks.cases += [f"{kind} in {place}" for kind in words.kinds_of(secrets)]
    return leaks


def _words_of(secret: str) -> list[bytes]:
    words = WORD.findall(secret.encode())
    if not words:
        raise TooShort
    return words


def _values() -> Iterator[str | bytes]:
    """Yield every value of every table, and what sessions and the cache have packed into values."""
    from django.conf import settings
    from django.db import connection

    from accounts.models import BrowserSession
    from accounts.sessions.store import SessionStore

    cache = settings.CACHE_URL
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            for row in cursor.fetchall():
                yield from (_text(value) for value in row if value is not None)
        if cache.startswith("redis"):
            for address in (cache, settings.QUEUE_URL):
                yield from _values_in_redis(address)
        else:
            table = connection.ops.quote_name(cache.removeprefix("db://"))
            cursor.execute(f"SELECT value FROM {table}")  # noqa: S608
            for (packed,) in cursor.fetchall():
                yield from _unpacked(base64.b64decode(packed))
    for session in BrowserSession.objects.all():
        yield repr(SessionStore().decode(session.session_data))


def _values_in_redis(address: str) -> Iterator[bytes]:
    """Yield the content of every cached value, and what the queue has."""
    store: Any = redis.from_url(address)
    for key in store.scan_iter():
        kind = store.type(key)
        if kind == b"string":
            packed = store.get(key)
            # Django stores whole numbers as they are.
            yield from (_unpacked(packed) if packed[:1] == b"\x80" else [packed])
        elif kind == b"list":
            yield from store.lrange(key, 0, -1)
        elif kind == b"hash":
            yield repr(store.hgetall(key)).encode()
        else:
            yield repr(store.zrange(key, 0, -1)).encode()


def _text(value: object) -> str | bytes:
    return bytes(value) if isinstance(value, (bytes, memoryview)) else str(value)


def _unpacked(packed: bytes) -> Iterator[bytes]:
    """Yield the content of a cached value: pickled, and some of it compressed inside."""
    yield packed
    value = pickle.loads(packed)  # noqa: S301 - our own cache
    if isinstance(value, bytes) and value[:1] == b"\x78":
        yield zlib.decompress(value)
