"""Backing up the default database, SQLite, while it is in use, and putting a backup back in its
place. The keys of the tokens are no part of it."""

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
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.models import F

from accounts import audit
from accounts.encrypted_field import Unreadable
from accounts.models import Action, Connection, Heartbeat
from timesheet.admin.health.service import OUT_OF_ORDER
from timesheet.domain.journal import OPEN, State
from timesheet.journal import dispatch, wakeup
from timesheet.models import Edit

# Seconds to wait for others who write.
PATIENCE = 60.0
OURS = {("accounts", "0001_initial"), ("timesheet", "0001_initial")}


class BackupFailed(Exception):
    """Says why, and what to do."""


@dataclass(frozen=True)
class Backup:
    """What is in an intact one."""

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
    """`kept` is the database that was there before, if there was one; `unreadable` how many
    connections none of TOKEN_KEYS opens, `looked_up` how many edits Asana is asked about first."""

    kept: Path | None
    unreadable: int
    looked_up: int


def back_up(to: Path, *, replace: bool = False) -> Backup:
    """Writes all of the database, as it is at one moment, to a file that only its owner can read.
    Raises `NotDone`."""
    database = _database()
    if not database.exists():
        raise BackupFailed(f"There is no database at {database} yet. Nothing was written.")
    if to.exists() and (to.samefile(database) or not replace):
        raise BackupFailed(
            f"{to} is there already. Nothing was written. Name another file, or add --force."
        )
    with _beside(to) as file:
        with _trouble(f"{database} could not be copied to {to}. Nothing was written."):
            _copy(database, file)
            _leave_out(file)
        found = examine(file, called=database)
        file.replace(to)
    return found


def examine(file: Path, *, called: Path | None = None) -> Backup:
    """Raises `NotDone` unless it is an intact backup that this version can read."""
    name = called or file
    if not file.is_file():
        raise BackupFailed(f"There is no file {name}. Nothing was changed.")
    with (
        _trouble(f"{name} is no intact backup. Nothing was changed."),
        closing(_open(file, _reading(file))) as database,
    ):
        (said,) = database.execute("PRAGMA integrity_check(1)").fetchone()
        if said != "ok":
            raise BackupFailed(f"{name} is damaged: {said}. Nothing was changed.")
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
        if "django_migrations" not in tables:
            raise BackupFailed(f"{name} is no backup of this timesheet. Nothing was changed.")
        applied = set(database.execute("SELECT app, name FROM django_migrations"))
        _check_migrations(name, applied)
        return _counted(database)


def _counted(database: sqlite3.Connection) -> Backup:
    states = ", ".join(f"'{state}'" for state in sorted(OPEN))
    tables = ("accounts_user", "accounts_connection", "timesheet_edit")
    rows = (*tables, f"timesheet_edit WHERE state IN ({states})")
    counts = [f"(SELECT count(*) FROM {one})" for one in rows]  # noqa: S608 (ours)
    return Backup(*database.execute(f"SELECT {', '.join(counts)}").fetchone())


def restore(file: Path, now: datetime) -> RestoreResult:
    """Puts a backup in the place of the database, for running processes at one moment, once it is
    ready for this version. Raises `NotDone`."""
    examine(file)
    database = _database()
    if database.exists() and file.samefile(database):
        raise BackupFailed(f"{file} is the database itself. Nothing was changed.")
    with _beside(database) as made:
        with _trouble(f"{file} could not be read. Nothing was changed."):
            _copy(file, made)
        with as_default(made):
            unreadable, looked_up = _make_ready(file.name)
        kept = _keep(database, now)
        connections["default"].close()
        with _trouble(f"{database} could not be written; it is as it was."):
            _copy(made, database)
    _forget()
    for person in dispatch.users_with_due_edits(now):
        wakeup.wake_worker(person)
    return RestoreResult(kept, unreadable, looked_up)


@contextmanager
def as_default(file: Path) -> Iterator[None]:
    """Has Django take this file for the database: migrations name no other."""
    default = connections["default"]
    name = default.settings_dict["NAME"]
    default.close()
    default.settings_dict["NAME"] = str(file)
    try:
        yield
    finally:
        default.close()
        default.settings_dict["NAME"] = name


def _make_ready(name: str) -> tuple[int, int]:
    """Brings it to this version, and takes out of it what is not so any more."""
    call_command("migrate", interactive=False, verbosity=0)
    # Who signed out since then shall stay so.
    Session.objects.all().delete()
    Heartbeat.objects.all().delete()
    # Since then they may have reached Asana: as with any lost answer it is looked up first, so
    # that nothing is written twice.
    waiting = Edit.objects.filter(state=State.QUEUED)
    looked_up = waiting.update(state=State.IN_DOUBT, sent_at=F("created_at"))
    audit.record(Action.RESTORED, audit.COMMAND_LINE, after={"from": name})
    return sum(not _opens(connection) for connection in Connection.objects.all()), looked_up


def _forget() -> None:
    """What is remembered is keyed by rows that may be other people's by now."""
    try:
        call_command("createcachetable", verbosity=0)
        cache.clear()
    except OUT_OF_ORDER as error:
        raise BackupFailed(
            f"It is restored, but the cache could not be emptied ({error}). Empty it before "
            "anybody goes on: what it holds may be shown to the wrong people."
        ) from error


def _opens(connection: Connection) -> bool:
    try:
        return bool(connection.access_token + connection.refresh_token)
    except Unreadable:
        return False


def _keep(database: Path, now: datetime) -> Path | None:
    """The database that is there now, as a backup beside it."""
    if not database.exists():
        return None
    kept = database.with_name(f"{database.name}.before-{now:%Y%m%dT%H%M%SZ}")
    with _beside(kept) as file:
        with _trouble(
            f"{database} could not be kept, so nothing was changed. If it is beyond repair, move "
            "it away, with what is named -wal and -shm beside it, and try again."
        ):
            _copy(database, file)
            _leave_out(file)
        file.replace(kept)
    return kept


def _check_migrations(name: Path, applied: set[tuple[str, str]]) -> None:
    if not applied >= OURS:
        raise BackupFailed(f"{name} is no backup of this timesheet. Nothing was changed.")
    known = set(MigrationLoader(None).disk_migrations)
    newer = sorted(".".join(one) for one in applied - known)
    if newer:
        raise BackupFailed(
            f"{name} is of a newer version, with {', '.join(newer)}. Nothing was changed. Install "
            "that version first."
        )


# Files


def _database() -> Path:
    given = connections["default"].settings_dict
    if not settings.SQLITE:
        raise BackupFailed(
            "The database is not SQLite. Nothing was done. PostgreSQL has tools of its own, "
            "pg_dump and pg_restore: use those."
        )
    return Path(given["NAME"])


@contextmanager
def _beside(to: Path) -> Iterator[Path]:
    """A new file in the same folder, only for its owner, which is gone in the end unless it was
    moved."""
    with _trouble(f"No file could be written to {to.parent}. Nothing was changed."):
        number, name = tempfile.mkstemp(prefix=f".{to.name}.", dir=to.parent)
    os.close(number)
    file = Path(name)
    try:
        yield file
    finally:
        for ending in ("", "-wal", "-shm", "-journal"):
            Path(f"{file}{ending}").unlink(missing_ok=True)


@contextmanager
def _trouble(sentence: str) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise BackupFailed(f"{sentence} ({error})") from error


def _open(file: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(file))}?mode={mode}", uri=True, timeout=PATIENCE)


def _reading(file: Path) -> str:
    """A database with a log beside it, as the one in use, is not read without writing to that."""
    # https://www.sqlite.org/fileformat.html: 2 for those with a log.
    with file.open("rb") as opened:
        return "rw" if opened.read(20)[18:] == b"\x02\x02" else "ro"


def _copy(source: Path, target: Path) -> None:
    """All of it in one transaction: whoever reads or writes either meanwhile sees the one or the
    other, and never a part."""
    until = time.monotonic() + PATIENCE

    def give_up(_status: int, remaining: int, _total: int) -> None:
        if remaining and time.monotonic() > until:
            raise TimeoutError(f"{target} is being written by others all the time")

    with closing(_open(source, _reading(source))) as one, closing(_open(target, "rwc")) as other:
        one.backup(other, progress=give_up)


def _leave_out(file: Path) -> None:
    """What is only remembered, of Asana too, and who is signed in, are no part of a backup; and no
    second file is."""
    tables = (settings.CACHES["default"].get("LOCATION", ""), "django_session")
    with closing(_open(file, "rw")) as database:
        database.execute("PRAGMA journal_mode=DELETE").fetchone()
        for table in tables:
            if database.execute("SELECT 1 FROM sqlite_master WHERE name=?", (table,)).fetchone():
                database.execute(f'DELETE FROM "{table}"')  # noqa: S608 (a setting's)
        database.commit()
        database.execute("VACUUM")
