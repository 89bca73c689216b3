"""Looks for tokens and secrets where none may be: in the app's database, its logs and its pages.

A secret is told by its long words: letters, digits, - and _, which stand for themselves in HTML,
JSON, addresses and files alike. All long words of all texts, each once, are so much less than the
texts that they can be kept until every secret is known that ever was.
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

LEAST = 10
WORD = re.compile(rb"[\w-]{%d,}" % LEAST)
# Asana's own log, which is not ours.
SANDBOX_LOG = "sandbox.log"

Secrets = Mapping[str, Iterable[str]]


class TooShort(Exception):
    """A secret that would be found in words that have nothing to do with it."""


class Words:
    """The long words of many texts, from many threads. `texts` is how many there were."""

    def __init__(self) -> None:
        self.texts = 0
        self._words: set[bytes] = set()
        self._lock = threading.Lock()

    def take(self, text: str | bytes) -> None:
        found = WORD.findall(text.encode() if isinstance(text, str) else text)
        with self._lock:
            self.texts += 1
            self._words.update(found)

    def kinds_of(self, secrets: Secrets) -> Iterator[str]:
        """The kind of each secret that is in one of the texts."""
        everything = b"\n".join(self._words)
        for kind, known in secrets.items():
            for secret in set(known):
                if all(word in everything for word in _words_of(secret)):
                    yield kind


@dataclass
class Leaks:
    """`found` says what lies where, without the secret itself; the rest is for how many was looked,
    and in how many."""

    secrets: int = 0
    files: int = 0
    values: int = 0
    logs: int = 0
    pages: int = 0
    found: list[str] = field(default_factory=list)


def look(secrets: Secrets, folder: Path, pages: Words) -> Leaks:
    """`folder` has the logs, and the files of a SQLite database; its rows are read through Django,
    which also knows those of PostgreSQL."""
    files, rows, logs = Words(), Words(), Words()
    for path in sorted(folder.glob("*.sqlite3*")):
        if not path.name.startswith("sandbox."):
            files.take(path.read_bytes())
    for path in sorted(folder.glob("*.log")):
        if path.name != SANDBOX_LOG:
            logs.take(path.read_bytes())
    for value in _values():
        rows.take(value)
    leaks = Leaks(
        sum(len(set(known)) for known in secrets.values()),
        files.texts,
        rows.texts,
        logs.texts,
        pages.texts,
    )
    places = {"a file": files, "a row": rows, "a log": logs, "a page": pages}
    for place, words in places.items():
        leaks.found += [f"{kind} in {place}" for kind in words.kinds_of(secrets)]
    return leaks


def _words_of(secret: str) -> list[bytes]:
    words = WORD.findall(secret.encode())
    if not words:
        raise TooShort
    return words


def _values() -> Iterator[str | bytes]:
    """Every value of every table, with what is packed into some of them."""
    from django.conf import settings
    from django.contrib.sessions.models import Session
    from django.db import connection

    cache = settings.CACHES["default"]["LOCATION"]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            for row in cursor.fetchall():
                yield from (_plain(value) for value in row if value is not None)
        cursor.execute(f"SELECT value FROM {connection.ops.quote_name(cache)}")  # noqa: S608
        for (packed,) in cursor.fetchall():
            yield from _unpacked(base64.b64decode(packed))
    for session in Session.objects.all():
        yield repr(session.get_decoded())


def _plain(value: object) -> str | bytes:
    return bytes(value) if isinstance(value, (bytes, memoryview)) else str(value)


def _unpacked(packed: bytes) -> Iterator[bytes]:
    """What the cache holds: pickled, and some of it compressed within."""
    yield packed
    value = pickle.loads(packed)  # noqa: S301 - of our own app, which does so too
    if isinstance(value, bytes) and value[:1] == b"\x78":
        yield zlib.decompress(value)
