"""Time off of people, cached for each reader by person and month.

Time off changes rarely, so it is asked for once a day; hours are asked for all the time.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, timedelta

import msgspec
from django.core.cache import cache

from accounts.asana import listings
from accounts.asana.listings import Listing
from accounts.asana.records import OutOfOffice
from accounts.connections.reader import Reader

# How long the time off of a person in a month is trusted.
CACHED_FOR = timedelta(days=1)


class Absences(msgspec.Struct):
    """A person's time off in one month."""

    at: datetime
    time_off: list[OutOfOffice]


class TimeOffCache:
    """The time off that a reader has seen in the months of some days."""

    def __init__(
        self, reader: Reader, workspace: str, start: date, end: date, now: datetime
    ) -> None:
        self._reader, self._workspace, self._now = reader, workspace, now
        self._months = tuple(_months(start, end))
        self._start, self._end = start, end
        self._stored = {month: self._load(month) for month in self._months}

    def known(self, people: Collection[str]) -> dict[str, list[OutOfOffice]]:
        """Return the time off during the days by gid; without people who have to be asked about."""
        known = {}
        for gid in people:
            months = [self._stored[month].get(gid) for month in self._months]
            absences = [month for month in months if month and self._is_recent(month)]
            if len(absences) == len(self._months):
                records = [record for month in absences for record in month.time_off]
                known[gid] = [
                    record
                    for index, record in enumerate(records)
                    if self._overlaps(record) and record not in records[:index]
                ]
        return known

    def listing(self, gid: str) -> Listing[OutOfOffice]:
        """Return the listing that `add` needs: a person's time off in the whole months."""
        start, end = self._months[0], _last_day(self._months[-1])
        return listings.time_off(self._workspace, start=start, end=end, user=gid)

    def add(self, time_off: Mapping[str, list[OutOfOffice]]) -> None:
        """Store what was read, by gid."""
        if not time_off:
            return
        for month in self._months:
            new = {gid: Absences(self._now, list(records)) for gid, records in time_off.items()}
            # Another process may have stored other people meanwhile.
            self._stored[month] = {**self._load(month), **new}
            packed = zlib.compress(msgspec.msgpack.encode(self._stored[month]), 1)
            cache.set(self._key(month), packed, CACHED_FOR.total_seconds())

    def _is_recent(self, absences: Absences) -> bool:
        return self._now - absences.at < CACHED_FOR

    def _overlaps(self, record: OutOfOffice) -> bool:
        return record.start_date <= self._end and record.end_date >= self._start

    def _load(self, month: date) -> dict[str, Absences]:
        packed: bytes | None = cache.get(self._key(month))
        if packed is None:
            return {}
        try:
            return msgspec.msgpack.decode(zlib.decompress(packed), type=dict[str, Absences])
        except (msgspec.MsgspecError, zlib.error):
            # Another version of this software cached it, with other fields; or it is damaged.
            return {}

    def _key(self, month: date) -> str:
        return f"time-off:{self._reader.key}:{self._workspace}:{month:%Y-%m}"


def _months(start: date, end: date) -> Iterator[date]:
    """Yield the first day of each month that has days from `start` to `end`."""
    month = start.replace(day=1)
    while month <= end:
        yield month
        month = _last_day(month) + timedelta(days=1)


def _last_day(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
