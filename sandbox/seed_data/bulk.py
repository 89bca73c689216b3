"""Gids, moments and bulk writing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import count

from django.db.models import Model

# Sixteen digits like Asana's, and all below 13..., so that what a test creates never meets them.
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
}


def gids(kind: str) -> Iterator[str]:
    return (f"{BLOCKS[kind]}{number:012}" for number in count(1))


def at(day: date, hour: int, minutes: int = 0) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=UTC) + timedelta(minutes=minutes)


def save(rows: Sequence[Model]) -> None:
    type(rows[0])._default_manager.bulk_create(rows)
