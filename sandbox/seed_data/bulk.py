"""Gids, times and bulk inserts of the seed data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import count

from django.db.models import Model

# Sixteen digits like Asana's, all below 13...: new gids are above.
BLOCKS = {
    "workspace": "1200",
    "person": "1201",
    "membership": "1202",
    "team": "1203",
    "project": "1204",
    "task": "1205",
    "category": "1206",
    "entry": "1207",
    "timesheet": "1208",
    "ooo": "1209",
    "budget": "1210",
    "rate": "1211",
    "allocation": "1212",
    "placeholder": "1213",
}


def seed_gids(kind: str) -> Iterator[str]:
    """Yield the gids of one kind of record, in order."""
    return (f"{BLOCKS[kind]}{number:012}" for number in count(1))


def utc(day: date, hour: int, minutes: int = 0) -> datetime:
    """Return the time at this hour of the day, in UTC."""
    return datetime.combine(day, time(hour), tzinfo=UTC) + timedelta(minutes=minutes)


def bulk_save(rows: Sequence[Model]) -> None:
    """Insert all rows; they are of one model."""
    type(rows[0])._default_manager.bulk_create(rows)
