"""The database: its tables, its first filling, and the way back to that."""

from __future__ import annotations

import sqlite3
import sys
import threading
from contextlib import closing
from pathlib import Path

from django.apps import apps
from django.db import connection

from sandbox import clock
from sandbox.models import OAuthClient, Person
from sandbox.seed import fill

CLIENT_ID = "sandbox-client"
CLIENT_SECRET = "sandbox-secret"  # noqa: S105 - of the sandbox, on its start page

_lock = threading.Lock()
_seeded = sqlite3.connect(":memory:", check_same_thread=False)


def prepare(size: str) -> None:
    """Makes and fills the tables of an empty file; remembers what they were filled with.

    That is kept in a file beside it, so that a reset works after a restart too.
    """
    _make_tables()
    kept = _file().with_name(f"{_file().name}.seeded")
    if not Person.objects.exists():
        fill(size, clock.today())
        with connection.cursor() as cursor:
            # Without it SQLite reads a large workspace task by task: 130 ms a list, not 5.
            cursor.execute("ANALYZE")
        with closing(sqlite3.connect(_file())) as source, closing(sqlite3.connect(kept)) as target:
            source.backup(target)
    with closing(sqlite3.connect(kept if kept.exists() else _file())) as source:
        source.backup(_seeded)


def restore() -> None:
    """Waits for a write that is under way, and is then the next one."""
    with _lock, closing(sqlite3.connect(_file())) as target:
        target.execute("PRAGMA synchronous=OFF")
        _seeded.backup(target, sleep=0.002)


def register_app(redirect_uris: tuple[str, ...]) -> None:
    OAuthClient.objects.update_or_create(
        client_id=CLIENT_ID,
        defaults={
            "client_secret": CLIENT_SECRET,
            "name": "Timesheet",
            "redirect_uris": list(redirect_uris),
        },
    )


def _file() -> Path:
    return Path(str(connection.settings_dict["NAME"]))


def _make_tables() -> None:
    _file().parent.mkdir(parents=True, exist_ok=True)
    models = list(apps.get_app_config("sandbox").get_models())
    there = connection.introspection.table_names()
    if not there:
        with connection.schema_editor() as editor:
            for model in models:
                editor.create_model(model)
        return
    for model in models:
        columns = _columns(model._meta.db_table)
        if not {field.column for field in model._meta.local_concrete_fields} <= columns:
            sys.exit(f"{_file()} was made by another version of the sandbox. Please delete it.")


def _columns(table: str) -> set[str]:
    with connection.cursor() as cursor:
        if table not in connection.introspection.table_names(cursor):
            return set()
        described = connection.introspection.get_table_description(cursor, table)
        return {column.name for column in described}
