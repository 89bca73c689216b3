"""Backs up the default SQLite database while it is in use, and replaces it with a backup.

A backup does not hold the keys of the tokens.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from accounts import audit
from accounts.encrypted_field import Unreadable
from accounts.models import Action, BrowserSession, Connection, Heartbeat
from timesheet.admin.health.service import OUT_OF_ORDER
from timesheet.domain.journal import OPEN
from timesheet.journal import delivery_mark, dispatch, moves, wakeup
from timesheet.journal.delivery_mark import Mark
from timesheet.models import DeliveryLock

# How many seconds to wait for processes that write to the database.
LOCK_TIMEOUT = 60.0
OUR_MIGRATIONS = {("accounts", "0001_initial"), ("timesheet", "0001_initial")}


class BackupFailed(Exception):
    """The message says why, and what to do."""


@dataclass(frozen=True)
class Backup:
    """How many rows an intact backup holds."""

    people: int
    connections: int
    edits: int
    open_edits: int

    def __str__(self) -> str:
        return (
            f"people: {self.people}, connections: {self.connections}, edits: {self.edits}, "
            f"open ones: {self.open_edits}"
        )


@dataclass(frozen=True)
class RestoreResult:
    """What came of restoring a backup."""

    # A backup of the database that was there before, if there was one.
    kept: Path | None
    # How many connections none of TOKEN_KEYS decrypts.
    unreadable: int
    # How many edits their people compare with Asana before anything is sent.
    held: int


def back_up(to: Path, *, replace: bool = False) -> Backup:
    """Write the whole database, as it is at one moment, to a file that only its owner can read.

    An existing file is overwritten only with `replace`. Raises `BackupFailed`.
    """
    database = _database()
    if not database.exists():
        raise BackupFailed(f"There is no database at {database} yet. Nothing was written.")
    if to.exists() and (to.samefile(database) or not replace):
        raise BackupFailed(
            f"{to} already exists. Nothing was written. Name another file, or add --force."
        )
    with _temporary_file(to) as file:
        with _failing_with(f"{database} could not be copied to {to}. Nothing was written."):
            _copy(database, file)
            _delete_transient_rows(file)
        backup = examine(file, name=database)
        file.replace(to)
    return backup


def examine(file: Path, *, name: Path | None = None) -> Backup:
    """Check that a file is an intact backup that this version can read; messages call it `name`.

    Raises `BackupFailed`.
    """
    name = name or file
    if not file.is_file():
        raise BackupFailed(f"There is no file {name}. Nothing was changed.")
    with (
        _failing_with(f"{name} isn't an intact backup. Nothing was changed."),
        closing(_open(file, _read_mode(file))) as database,
    ):
        (result,) = database.execute("PRAGMA integrity_check(1)").fetchone()
        if result != "ok":
            raise BackupFailed(f"{name} is damaged: {result}. Nothing was changed.")
        tables = {table for (table,) in database.execute("SELECT name FROM sqlite_master")}
        if "django_migrations" not in tables:
            raise BackupFailed(f"{name} isn't a backup of this timesheet. Nothing was changed.")
        applied = set(database.execute("SELECT app, name FROM django_migrations"))
        _check_migrations(name, applied)
        return _count_rows(database)


def _count_rows(database: sqlite3.Connection) -> Backup:
    states = ", ".join(f"'{state}'" for state in sorted(OPEN))
    tables = ("accounts_user", "accounts_connection", "timesheet_edit")
    sources = (*tables, f"timesheet_edit WHERE state IN ({states})")
    counts = [f"(SELECT count(*) FROM {source})" for source in sources]  # noqa: S608 (ours)
    return Backup(*database.execute(f"SELECT {', '.join(counts)}").fetchone())


def restore(file: Path, now: datetime) -> RestoreResult:
    """Migrate a copy of the backup to this version, and replace the database with it.

    Running processes see the change at one moment. Raises `BackupFailed`.
    """
    examine(file)
    database = _database()
    if database.exists() and file.samefile(database):
        raise BackupFailed(f"{file} is the database itself. Nothing was changed.")
    with _temporary_file(database) as copy:
        with _failing_with(f"{file} could not be read. Nothing was changed."):
            _copy(file, copy)
        with as_default(copy):
            unreadable, checked = _prepare(file.name, now)
        backup_before = _back_up_before_restoring(database, now)
        connections["default"].close()
        with _failing_with(f"{database} could not be written and is unchanged."):
            _copy(copy, database)
    _finish(checked, now)
    return RestoreResult(backup_before, unreadable, checked.held)


@dataclass(frozen=True)
class CheckedRestore:
    """A restored database that may deliver again."""

    # How many edits their people compare with Asana before anything is sent.
    held: int
    # What is to be written to the file beside the database.
    mark: Mark


def after_restore(now: datetime) -> int:
    """Make a database deliver again that was restored by other means, and return the edits held.

    Raises `BackupFailed` where the database is of a later version, or the cache cannot be emptied.
    """
    applied = set(MigrationRecorder(connections["default"]).applied_migrations())
    _check_migrations("The database", applied)
    with transaction.atomic():
        checked = _check(now, source="")
    _finish(checked, now)
    return checked.held


def _check(now: datetime, *, source: str) -> CheckedRestore:
    """Hold back what was open, delete what is outdated, and record it in the audit log."""
    # People who have signed out since the backup must stay signed out.
    BrowserSession.objects.all().delete()
    Heartbeat.objects.all().delete()
    # A process may have been delivering when the backup was made.
    DeliveryLock.objects.all().delete()
    held = moves.hold_restored(now)
    after = {"from": source} if source else {"edits": held}
    audit.record(Action.RESTORED, audit.COMMAND_LINE, after=after)
    return CheckedRestore(held, delivery_mark.renew())


def _finish(checked: CheckedRestore, now: datetime) -> None:
    """Do what is outside the database once it is in place."""
    delivery_mark.write_file(checked.mark)
    _clear_cache()
    for user_id in dispatch.users_with_due_edits(now):
        wakeup.wake_worker(user_id)


@contextmanager
def as_default(file: Path) -> Iterator[None]:
    """Make this file Django's default database, because migrations run on no other."""
    default = connections["default"]
    name = default.settings_dict["NAME"]
    default.close()
    default.settings_dict["NAME"] = str(file)
    try:
        yield
    finally:
        default.close()
        default.settings_dict["NAME"] = name


def _prepare(name: str, now: datetime) -> tuple[int, CheckedRestore]:
    """Migrate the default database, a copy of the backup `name`, and delete what is outdated.

    Returns the number of unreadable connections too.
    """
    call_command("migrate", interactive=False, verbosity=0)
    checked = _check(now, source=name)
    unreadable = sum(not _is_readable(connection) for connection in Connection.objects.all())
    return unreadable, checked


def _clear_cache() -> None:
    """Empty the cache: its keys hold ids of rows that may belong to other people now."""
    try:
        call_command("createcachetable", verbosity=0)
        cache.clear()
    except OUT_OF_ORDER as error:
        raise BackupFailed(
            f"The database is restored, but the cache could not be emptied ({error}). Empty it "
            "before anyone uses the site: cached data may be shown to the wrong people."
        ) from error


def _is_readable(connection: Connection) -> bool:
    try:
        return bool(connection.access_token + connection.refresh_token)
    except Unreadable:
        return False


def _back_up_before_restoring(database: Path, now: datetime) -> Path | None:
    """Write a backup of the database, if there is one, to a file in its folder."""
    if not database.exists():
        return None
    backup = database.with_name(f"{database.name}.before-{now:%Y%m%dT%H%M%SZ}")
    with _temporary_file(backup) as file:
        with _failing_with(
            f"{database} could not be backed up first, so nothing was changed. If it can't be "
            "repaired, move it and its -wal and -shm files elsewhere, then try again."
        ):
            _copy(database, file)
            _delete_transient_rows(file)
        file.replace(backup)
    return backup


def _check_migrations(name: Path | str, applied: set[tuple[str, str]]) -> None:
    if not applied >= OUR_MIGRATIONS:
        raise BackupFailed(f"{name} isn't a backup of this timesheet. Nothing was changed.")
    known = set(MigrationLoader(None).disk_migrations)
    newer = sorted(".".join(migration) for migration in applied - known)
    if newer:
        raise BackupFailed(
            f"{name} is from a newer version, with {', '.join(newer)}. Nothing was changed. "
            "Install that version first."
        )


# Files


def _database() -> Path:
    database_settings = connections["default"].settings_dict
    if not settings.SQLITE:
        raise BackupFailed(
            "The database is not SQLite. Nothing was done. For PostgreSQL use pg_dump and "
            "pg_restore, then manage.py after_restore."
        )
    return Path(database_settings["NAME"])


@contextmanager
def _temporary_file(to: Path) -> Iterator[Path]:
    """Make a file in the folder of `to` that only its owner can read; delete it unless it moved."""
    with _failing_with(f"No file could be written to {to.parent}. Nothing was changed."):
        number, name = tempfile.mkstemp(prefix=f".{to.name}.", dir=to.parent)
    os.close(number)
    file = Path(name)
    try:
        yield file
    finally:
        for ending in ("", "-wal", "-shm", "-journal"):
            Path(f"{file}{ending}").unlink(missing_ok=True)


@contextmanager
def _failing_with(sentence: str) -> Iterator[None]:
    """Turn errors of files and of SQLite into `BackupFailed` with this sentence."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise BackupFailed(f"{sentence} ({error})") from error


def _open(file: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(file))}?mode={mode}", uri=True, timeout=LOCK_TIMEOUT)


def _read_mode(file: Path) -> str:
    """Return the mode to open a database in: reading one with a write-ahead log writes to it."""
    # Bytes 18 and 19 are 2 for a database with such a log: https://www.sqlite.org/fileformat.html
    with file.open("rb") as opened:
        return "rw" if opened.read(20)[18:] == b"\x02\x02" else "ro"


def _copy(source: Path, target: Path) -> None:
    """Copy a database in one transaction: other processes see all of it or nothing."""
    deadline = time.monotonic() + LOCK_TIMEOUT

    def give_up(_status: int, remaining: int, _total: int) -> None:
        if remaining and time.monotonic() > deadline:
            raise TimeoutError(f"{target} is in constant use by other processes")

    with (
        closing(_open(source, _read_mode(source))) as from_database,
        closing(_open(target, "rwc")) as to_database,
    ):
        from_database.backup(to_database, progress=give_up)


def _delete_transient_rows(file: Path) -> None:
    """Delete the cache and the sessions from a copy, and fold its write-ahead log into it."""
    cache_table = str(settings.CACHES["default"]["LOCATION"])
    tables = (cache_table, "django_session", BrowserSession._meta.db_table)
    with closing(_open(file, "rw")) as database:
        database.execute("PRAGMA journal_mode=DELETE").fetchone()
        for table in tables:
            if database.execute("SELECT 1 FROM sqlite_master WHERE name=?", (table,)).fetchone():
                database.execute(f'DELETE FROM "{table}"')  # noqa: S608 (a setting's)
        database.commit()
        database.execute("VACUUM")
