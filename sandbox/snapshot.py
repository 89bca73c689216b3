"""The database file: creates its tables, seeds it, and restores that state."""

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
    """Create and seed the tables of an empty file, and remember that state.

    The state is also kept in a file beside it, so that a reset works after a restart.
    """
    _make_tables()
    seed_file = _file().with_name(f"{_file().name}.seeded")
    if not Person.objects.exists():
        fill(size, clock.today())
        with connection.cursor() as cursor:
            # Without it SQLite reads a large workspace task by task: 130 ms per list instead of 5.
            cursor.execute("ANALYZE")
        with (
            closing(sqlite3.connect(_file())) as source,
            closing(sqlite3.connect(seed_file)) as target,
        ):
            source.backup(target)
    with closing(sqlite3.connect(seed_file if seed_file.exists() else _file())) as source:
        source.backup(_seeded)


def restore() -> None:
    """Restore the seeded state, after a write that is in progress."""
    with _lock, closing(sqlite3.connect(_file())) as target:
        target.execute("PRAGMA synchronous=OFF")
        _seeded.backup(target, sleep=0.002)


def register_app(redirect_uris: tuple[str, ...]) -> None:
    """Store the app with these redirect addresses."""
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
    tables = connection.introspection.table_names()
    if not tables:
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
        description = connection.introspection.get_table_description(cursor, table)
        return {column.name for column in description}
