"""Detects a database that went back in time, so that it does not deliver the same edits again.

Sends are counted in the database and in a file. If the file is ahead, the database is an older one:
a backup was put in its place. PostgreSQL also gives a restored database or table another number.
Only `manage.py after_restore` makes such a database deliver again.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction
from django.db.models import CharField
from django.db.models.expressions import RawSQL

from timesheet.models import DeliveryMark, Edit

logger = logging.getLogger(__name__)

_KEY = 1


class OlderDatabase(Exception):
    """This database is not the one that delivered last, so it must not deliver."""


@dataclass(frozen=True)
class Mark:
    """How far delivery has come, as the file has it."""

    token: UUID
    number: int


def file() -> Path:
    """Return the file that has the mark: `DELIVERY_MARK`, or one beside SQLite's database."""
    if settings.DELIVERY_MARK:
        return Path(settings.DELIVERY_MARK)
    name = str(connection.settings_dict["NAME"])
    return Path(f"{name}.mark") if settings.SQLITE else settings.VAR / f"{name}.mark"


def is_valid() -> bool:
    """Return whether this database may deliver: it is the one that delivered last."""
    # The file first: if another process sends in between, the file must not seem to be ahead.
    in_file = _read_file()
    marks = DeliveryMark.objects.annotate(identity_here=_identity())  # type: ignore[no-redef]
    row = marks.filter(pk=_KEY).first()
    if row is None:
        return _begin(in_file)
    if not _is_newest(row, in_file):
        return False
    if in_file is None or in_file.token != row.token:
        write_file(Mark(row.token, row.number))
    return True


def _begin(in_file: Mark | None, edits: Collection[Edit] = ()) -> bool:
    """Create the mark of a database that has none; return False if that is an older database.

    `edits` are about to be sent; others that were sent show that there was a mark.
    """
    sent = Edit.objects.filter(sent_at__isnull=False).exclude(pk__in=[edit.pk for edit in edits])
    if in_file is not None and sent.exists():
        logger.error("nothing is delivered: an older database; run manage.py after_restore")
        return False
    defaults = {"token": uuid4(), "identity": _identity()}
    row, _created = DeliveryMark.objects.get_or_create(pk=_KEY, defaults=defaults)
    write_file(Mark(row.token, row.number))
    return True


def _is_newest(row: DeliveryMark, in_file: Mark | None) -> bool:
    problem = _problem(row, in_file)
    if problem:
        logger.error("nothing is delivered: %s; run manage.py after_restore", problem)
    return not problem


def _problem(row: DeliveryMark, in_file: Mark | None) -> str:
    """Return what is wrong with the database; empty if nothing is."""
    if row.identity != row.identity_here:
        return "the database was restored or copied"
    if in_file is None:
        # On PostgreSQL a machine that is new has no file yet.
        missing = settings.SQLITE and row.number > 0
        return f"there is no file {file()}" if missing else ""
    if in_file.token == row.token:
        return "the database is older than what was sent" if in_file.number > row.number else ""
    return "" if str(in_file.token) in row.replaced else "the database is an older one"


def advance(edits: Collection[Edit] = ()) -> Mark:
    """Count that `edits` are about to be sent, within the transaction that marks them as sent.

    Call `write_file` with the result once that is committed. Raises `OlderDatabase` if this
    database may not deliver; then roll back.
    """
    # The file first, as in `is_valid`.
    in_file = _read_file()
    row = _count_one()
    if row is None and _begin(in_file, edits):
        in_file = _read_file()
        row = _count_one()
    if row is None or not _is_newest(row, in_file):
        raise OlderDatabase
    return Mark(row.token, row.number + 1)


def _count_one() -> DeliveryMark | None:
    """Count one more, and return the row as it was before; None where there is none."""
    before = (
        f"id, token, replaced, identity, number - 1 AS number, {_identity_sql()} AS identity_here"
    )
    counted = DeliveryMark.objects.raw(
        f"UPDATE timesheet_deliverymark SET number = number + 1 WHERE id = %s RETURNING {before}",  # noqa: S608 (ours)
        [_KEY],
    )
    # At most one, but SQLite ends a statement only once all of its rows are read.
    rows = list(counted)
    return rows[0] if rows else None


@transaction.atomic
def renew() -> Mark:
    """Let this database deliver, even if it is an older one; for `manage.py after_restore`.

    Call `write_file` with the result once that is committed.
    """
    in_file = _read_file()
    row = DeliveryMark.objects.filter(pk=_KEY).first()
    replaced = [*row.replaced, str(row.token)] if row else []
    if in_file and str(in_file.token) not in replaced:
        replaced.append(str(in_file.token))
    token = uuid4()
    DeliveryMark.objects.update_or_create(
        pk=_KEY,
        defaults={"token": token, "replaced": replaced, "number": 0, "identity": _identity()},
    )
    return Mark(token, 0)


def write_file(mark: Mark) -> None:
    """Write the mark to its file; if that fails, log it and go on."""
    path = file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(number, "w") as opened:
                opened.write(f"{mark.token} {mark.number}\n")
                opened.flush()
                # Otherwise a power failure may leave it empty, and without a mark nothing is sent.
                os.fsync(number)
            Path(name).replace(path)
        finally:
            with suppress(FileNotFoundError):
                Path(name).unlink()
    except OSError as error:
        logger.warning("the delivery mark was not written to %s: %s", path, error)


def _read_file() -> Mark | None:
    """Return the mark in the file; None if there is none, or it can't be read."""
    try:
        token, number = file().read_text().split()
        return Mark(UUID(token), int(number))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        logger.warning("the delivery mark in %s was not read: %s", file(), error)
        return None


def _identity() -> RawSQL:
    return RawSQL(_identity_sql(), (), output_field=CharField())  # noqa: S611 (ours)


def _identity_sql() -> str:
    """Return SQL for the numbers that PostgreSQL gave this database and table; empty on SQLite.

    Both stay for as long as the table exists: https://www.postgresql.org/docs/current/datatype-oid.html
    """
    if connection.vendor != "postgresql":
        return "''"
    return (
        "(SELECT oid FROM pg_database WHERE datname = current_database()) || '/'"
        " || 'timesheet_deliverymark'::regclass::oid"
    )
