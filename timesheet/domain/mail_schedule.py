"""When the weekly emails of a workspace are due, and which week they are about."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from timesheet.domain.week import Week

# After an outage the worker still sends what became due within this time, and nothing older.
CATCH_UP_WINDOW = timedelta(hours=12)
# Through Wednesday, where Monday is 0, people are reminded of the week before.
LAST_WEEK_THROUGH = 2
# Friday, where Monday is 0.
LAST_WORKING_DAY = 4
# The worker's clock ticks once a minute, and not to the second.
TICK_JITTER = timedelta(seconds=15)


def last_due(now: datetime, weekday: int, at: time, zone: tzinfo) -> datetime:
    """Return the last time, not after `now`, that it was `at` on the weekday in the zone, in UTC.

    Monday is 0.
    """
    today = now.astimezone(zone).date()
    day = today - timedelta(days=(today.weekday() - weekday) % 7)
    due = _time_of(day, at, zone)
    return due if due <= now else _time_of(day - timedelta(days=7), at, zone)


def last_first_of_month(now: datetime, at: time, zone: tzinfo) -> datetime:
    """Return the last time, not after `now`, that it was `at` on the first of a month, in UTC."""
    first = now.astimezone(zone).date().replace(day=1)
    due = _time_of(first, at, zone)
    return due if due <= now else _time_of((first - timedelta(days=1)).replace(day=1), at, zone)


def next_working_time(now: datetime, at: time, zone: tzinfo) -> datetime:
    """Return the next time after `now`, in UTC, that it is `at` on a Monday to Friday in a zone."""
    day = now.astimezone(zone).date()
    while (due := _time_of(day, at, zone)) <= now or day.weekday() > LAST_WORKING_DAY:
        day += timedelta(days=1)
    return due


def _time_of(day: date, at: time, zone: tzinfo) -> datetime:
    """Return when it is `at` on a day in a zone, in UTC.

    If the clock repeats that time, it is the first one; if the clock skips it, it is that much
    later. Not in its own zone: there a repeated or skipped time equals no other one, not even
    itself as the database returns it:
    https://docs.python.org/3/library/datetime.html#datetime.datetime.fold
    """
    return datetime.combine(day, at, zone).astimezone(UTC)


def is_still_due(due: datetime, now: datetime, since: datetime | None) -> bool:
    """Return whether emails due at `due` are still to be sent.

    `since` is when the schedule was last changed: what was due before that is not sent.
    """
    return now - due < CATCH_UP_WINDOW and (since is None or since <= due)


def week_to_check(day: date) -> Week:
    """Return the week whose hours people should have logged by `day`."""
    week = Week.of(day)
    return week.previous if day.weekday() <= LAST_WEEK_THROUGH else week


def retry_delay(tries: int) -> timedelta:
    """Return how long to wait after the last try: a minute, then twice as long each time."""
    return timedelta(minutes=2 ** (tries - 1)) - TICK_JITTER
