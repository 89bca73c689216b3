"""Reads the files that people download."""

from __future__ import annotations

from datetime import datetime, timedelta

# A day of spreadsheets has no time zone.
_FIRST = datetime(1899, 12, 30)  # noqa: DTZ001


def as_time(value: timedelta | datetime) -> timedelta:
    """The duration in a cell: openpyxl takes durations of whole days and more for moments."""
    return value if isinstance(value, timedelta) else value - _FIRST
