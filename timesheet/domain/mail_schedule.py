"""When the weekly mails of a workspace are due, and about which week."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo

from timesheet.domain.week import Week

# A worker that was away makes up for what became due in this time, and for nothing older.
CATCHES_UP = timedelta(hours=12)
# Until Wednesday, Monday is 0, it is the week before that hours are still missing of.
LAST_WEEK_UNTIL = 2
# The clock ticks once a minute, and not to the second.
TICK_IS_LATE = timedelta(seconds=15)


def last_due(now: datetime, weekday: int, at: time, zone: tzinfo) -> datetime:
    """The last moment, not after `now`, that was this time on this weekday in the zone."""
    today = now.astimezone(zone).date()
    day = today - timedelta(days=(today.weekday() - weekday) % 7)
    due = datetime.combine(day, at, zone)
    return due if due <= now else datetime.combine(day - timedelta(days=7), at, zone)


def is_open(due: datetime, now: datetime, since: datetime | None) -> bool:
    """Whether what was due then is still to be done; not if the schedule is younger."""
    return now - due < CATCHES_UP and (since is None or since <= due)


def week_meant(day: date) -> Week:
    week = Week.of(day)
    return week.previous if day.weekday() <= LAST_WEEK_UNTIL else week


def pause_after(tries: int) -> timedelta:
    """How long to wait before the next try: a minute, then twice as long each time."""
    return timedelta(minutes=2 ** (tries - 1)) - TICK_IS_LATE
