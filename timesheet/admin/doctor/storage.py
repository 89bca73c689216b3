"""The doctor's checks of the database, the cache, the queue, the worker and files."""

from __future__ import annotations

import filecmp
import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import redis
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

from accounts import heartbeats
from accounts.setup import service
from timesheet.admin.doctor.findings import DoctorFinding, failed, good, reason, warning
from timesheet.core.version import VERSION
from timesheet.domain.health import MIN_FREE_BYTES
from timesheet.journal import delivery_mark, wakeup

CLOSED_MODE = 0o077


def database() -> Iterator[DoctorFinding]:
    """Check that the database answers, can be written, is migrated and holds readable tokens."""
    try:
        version = ".".join(map(str, connection.get_database_version()))
        connection.check_database_version_supported()
        plan = MigrationExecutor(connection)
        waiting = plan.migration_plan(plan.loader.graph.leaf_nodes())
    except Error as error:
        yield failed("Database", reason(error), _database_fix())
        return
    name = f"{connection.display_name} {version}"
    if waiting:
        text = f"{name}: {len(waiting)} migrations are not applied"
        yield failed("Database", text, "Run: manage.py migrate")
        return
    try:
        heartbeats.end("")
    except Error as error:
        yield failed("Database", f"{name} can't be written: {reason(error)}", _database_fix())
        return
    yield good("Database", name)
    yield from _room()
    yield from _tokens()
    yield from _restored()


def _database_fix() -> str:
    if settings.SQLITE:
        return "Check that this user can write the file in DATABASE_URL and its folder."
    return "Start PostgreSQL, or correct the user, password, host and name in DATABASE_URL."


def _room() -> Iterator[DoctorFinding]:
    if settings.SQLITE:
        folder = Path(connection.settings_dict["NAME"]).parent
        free = shutil.disk_usage(folder).free
        if free < MIN_FREE_BYTES:
            text = f"{free // 1_000_000} MB are free in {folder}"
            yield warning("Database", text, "Free up space. A full disk stops saving.")


def _tokens() -> Iterator[DoctorFinding]:
    if lost := service.keys().lost:
        yield failed(
            "Token keys",
            f"no key in TOKEN_KEYS decrypts {lost} stored tokens or secrets",
            "Add the previous key to TOKEN_KEYS, after the current one.",
        )


def _restored() -> Iterator[DoctorFinding]:
    if not delivery_mark.is_valid():
        yield failed(
            "Delivery",
            "this database was restored or copied, so nothing is sent to Asana",
            "Stop all other processes, then run: manage.py after_restore",
        )
    mark = delivery_mark.file()
    if not os.access(mark if mark.exists() else mark.parent, os.W_OK):
        yield failed(
            "Delivery", f"{mark} can't be written", "Set DELIVERY_MARK to a file that can."
        )


def cache() -> Iterator[DoctorFinding]:
    """Check that the cache answers."""
    kind, _, location = settings.CACHE_URL.partition("://")
    if kind == "db":
        if location in connection.introspection.table_names():
            yield good("Cache", f"the table {location}")
        else:
            fix = "Run: manage.py createcachetable"
            yield failed("Cache", f"there is no table {location}", fix)
        return
    try:
        with redis.Redis.from_url(settings.CACHE_URL, socket_timeout=3) as client:
            client.ping()
    except (redis.RedisError, OSError) as error:
        yield failed("Cache", reason(error), "Start Redis, or correct CACHE_URL.")
    else:
        yield good("Cache", "Redis")


def queue() -> Iterator[DoctorFinding]:
    """Check that the queue answers."""
    try:
        waiting = wakeup.queue().huey.pending_count()
    except wakeup.QUEUE_ERRORS as error:
        fix = "Start the service in QUEUE_URL, or correct it. Saving is slower until then."
        yield failed("Queue", reason(error), fix)
    else:
        yield good("Queue", f"{settings.QUEUE_URL.partition(':')[0]}, {waiting} waiting")


def worker(now: datetime) -> Iterator[DoctorFinding]:
    """Check that a worker of this version runs."""
    alive = [beat for beat in heartbeats.latest() if heartbeats.is_alive(beat, now)]
    if not alive:
        yield failed("Worker", "not running", "Start one: systemctl start timesheet-worker")
    elif others := {beat.version for beat in alive} - {VERSION}:
        text = f"runs version {', '.join(sorted(others))}, and this is {VERSION}"
        yield failed("Worker", text, "Restart it: systemctl restart timesheet-worker")
    else:
        yield good("Worker", f"{len(alive)} running")


def static_files() -> Iterator[DoctorFinding]:
    """Check that the static files are those of this version, and that this user may read them."""
    if settings.DEBUG:
        yield good("Static files", "read from their sources, because DEBUG is on")
        return
    fix = "Run: manage.py collectstatic --no-input, then restart the web processes."
    if not (settings.STATIC_ROOT / "staticfiles.json").is_file():
        yield failed("Static files", f"there are none in {settings.STATIC_ROOT}", fix)
    elif old := sum(not same for same in _collected()):
        yield failed("Static files", f"{old} are missing or of another version", fix)
    else:
        yield good("Static files", str(settings.STATIC_ROOT))


def _collected() -> Iterable[bool]:
    """Yield for each static file whether the collected one is the same."""
    for finder in finders.get_finders():
        for name, storage in finder.list([]):
            copy = settings.STATIC_ROOT / name
            yield copy.is_file() and filecmp.cmp(storage.path(name), copy, shallow=False)


def private_files() -> Iterator[DoctorFinding]:
    """Check that nobody else can read the settings, the database and what is beside it."""
    open_files = [path for path in _private_paths() if _is_open(path)]
    if open_files:
        names = " ".join(sorted({_together(path) for path in open_files}))
        yield warning("Files", "other users can read private files", f"Run: chmod 600 {names}")
    else:
        yield good("Files", "readable only by this user")


def _private_paths() -> Iterator[Path]:
    yield settings.ROOT / ".env"
    yield delivery_mark.file()
    if settings.SQLITE:
        database_file = Path(connection.settings_dict["NAME"])
        for ending in ("", "-wal", "-shm", ".queue"):
            yield database_file.with_name(f"{database_file.name}{ending}")


def _together(path: Path) -> str:
    """Return the path, or one pattern for all files of a SQLite database."""
    name = str(connection.settings_dict["NAME"])
    return f"{name}*" if settings.SQLITE and str(path).startswith(name) else str(path)


def _is_open(path: Path) -> bool:
    """Tell whether others may read a file. The group of `.env` may: it is that of the service."""
    if not path.is_file():
        return False
    mode = stat.S_IMODE(path.stat().st_mode)
    return bool(mode & (0o007 if path.name == ".env" else CLOSED_MODE))
