"""The database file: creates its tables, seeds it, and restores an earlier state.

The seeded state is in a file beside it, those that were saved under a name are in memory.
"""

from __future__ import annotations

import shutil
import sqlite3
import sys
import threading
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.apps import apps
from django.db import connection

from sandbox import clock, data_import, issued_secrets, prepared
from sandbox.access import FULL_SCOPE
from sandbox.data_schema import Data
from sandbox.issued_secrets import SecretKind
from sandbox.models import OAuthClient, Person
from sandbox.runtime_settings import RuntimeSettings, current_settings, settings_store
from sandbox.scopes import IDENTITY_SCOPES
from sandbox.seed import fill

CLIENT_ID = "sandbox-client"
CLIENT_SECRET = "sandbox-secret"  # noqa: S105 - of the sandbox, on its start page

MOST_SNAPSHOTS = 100


class UnknownSnapshot(Exception):
    """No snapshot has this name."""


class TooManySnapshots(Exception):
    """There are as many snapshots as there may be."""


@dataclass(frozen=True)
class _Snapshot:
    """The data, settings and issued secrets of the moment when it was saved."""

    database: sqlite3.Connection
    settings: RuntimeSettings
    secrets: list[tuple[SecretKind, str]]
    saved_at: datetime


_lock = threading.Lock()
_snapshots: dict[str, _Snapshot] = {}


def prepare(size: str, data: Data | None = None, weeks: int | None = None) -> None:
    """Create the tables of an empty file, seed them and add `data`, and remember that state.

    The state is kept in a file beside it, so that a reset works after a restart.
    """
    file = prepared.path_of(size, clock.today(), weeks)
    is_prepared = size == "large" and file.exists() and not _file().exists()
    if is_prepared:
        _file().parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, _file())
    _make_tables()
    is_new = is_prepared or not Person.objects.exists()
    if is_new:
        if not is_prepared:
            _seed(size, weeks)
        if data is not None:
            data_import.add(data)
    if is_new or not _seed_file().exists():
        _copy(_file(), _seed_file())


def _seed(size: str, weeks: int | None) -> None:
    if size != "none":
        fill(size, clock.today(), weeks)
    with connection.cursor() as cursor:
        # Without it SQLite reads a large workspace task by task: 130 ms per list instead of 5.
        cursor.execute("ANALYZE")
    if size == "large":
        prepared.keep(_file(), prepared.path_of(size, clock.today(), weeks))


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as database, closing(sqlite3.connect(target)) as copy:
        copy.execute("PRAGMA synchronous=OFF")
        database.backup(copy)


def restore_seed() -> None:
    """Restore the seeded data and the settings of the start, after a write in progress."""
    with _lock:
        with closing(sqlite3.connect(_seed_file())) as seeded:
            _write_back(seeded)
        issued_secrets.clear()
        settings = settings_store.reset()
    register_app(settings.redirect_uris)


def save(name: str) -> None:
    """Save the present state under a name; an earlier one of that name is overwritten.

    Raises `TooManySnapshots`.
    """
    with _lock:
        if name not in _snapshots and len(_snapshots) >= MOST_SNAPSHOTS:
            raise TooManySnapshots
        database = sqlite3.connect(":memory:", check_same_thread=False)
        with closing(sqlite3.connect(_file())) as source:
            source.backup(database)
        secrets = issued_secrets.issued()
        earlier = _snapshots.get(name)
        _snapshots[name] = _Snapshot(database, current_settings(), secrets, clock.now())
        if earlier is not None:
            earlier.database.close()


def restore(name: str) -> None:
    """Restore a saved state, after a write in progress; raises `UnknownSnapshot`."""
    with _lock:
        snapshot = _snapshots.get(name)
        if snapshot is None:
            raise UnknownSnapshot
        _write_back(snapshot.database)
        issued_secrets.replace(snapshot.secrets)
        settings_store.replace(snapshot.settings)


def delete(name: str) -> None:
    """Delete a snapshot; raises `UnknownSnapshot`."""
    with _lock:
        snapshot = _snapshots.pop(name, None)
        if snapshot is None:
            raise UnknownSnapshot
        snapshot.database.close()


def saved_times() -> dict[str, datetime]:
    """Return when each snapshot was saved, by name."""
    with _lock:
        return {name: snapshot.saved_at for name, snapshot in sorted(_snapshots.items())}


def _write_back(source: sqlite3.Connection) -> None:
    with closing(sqlite3.connect(_file())) as target:
        target.execute("PRAGMA synchronous=OFF")
        source.backup(target, sleep=0.002)


def register_app(redirect_uris: tuple[str, ...]) -> None:
    """Store the app with these redirect addresses."""
    OAuthClient.objects.update_or_create(
        client_id=CLIENT_ID,
        defaults={
            "client_secret": CLIENT_SECRET,
            "name": "Timesheet",
            "redirect_uris": list(redirect_uris),
            "scopes": [FULL_SCOPE, *IDENTITY_SCOPES],
        },
    )


def _file() -> Path:
    return Path(str(connection.settings_dict["NAME"]))


def _seed_file() -> Path:
    return _file().with_name(f"{_file().name}.seeded")


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
