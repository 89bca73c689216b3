"""When weekly emails are due, and which week they are about."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from timesheet.domain.mail_schedule import (
    CATCH_UP_WINDOW,
    is_still_due,
    last_due,
    retry_delay,
    week_to_check,
)

BERLIN, KIRITIMATI = ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Kiritimati")
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "weekday", "zone", "due"),
    [
        ("2026-11-23T09:00", 0, UTC, "2026-11-23T09:00"),
        ("2026-11-23T08:59", 0, UTC, "2026-11-16T09:00"),
        ("2026-11-24T07:00", 0, UTC, "2026-11-23T09:00"),
        ("2026-11-23T08:00", 0, BERLIN, "2026-11-23T08:00"),
        ("2026-11-23T07:59", 0, BERLIN, "2026-11-16T08:00"),
        # Daylight saving time ended in between.
        ("2026-10-26T07:59", 0, BERLIN, "2026-10-19T07:00"),
        # Sunday evening in UTC is Monday on Kiritimati.
        ("2026-11-22T20:00", 0, KIRITIMATI, "2026-11-22T19:00"),
        ("2026-11-23T09:00", 6, UTC, "2026-11-22T09:00"),
    ],
)
def test_the_last_time_that_was_due(now, weekday, zone, due):
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert last_due(at, weekday, time(9), zone) == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_emails_are_not_sent_for_times_too_long_ago_or_before_the_schedule():
    assert is_still_due(MONDAY, MONDAY, None)
    assert is_still_due(MONDAY, MONDAY + CATCH_UP_WINDOW - timedelta(minutes=1), MONDAY)
    assert not is_still_due(MONDAY, MONDAY + CATCH_UP_WINDOW, None)
    assert not is_still_due(MONDAY, MONDAY + timedelta(hours=1), MONDAY + timedelta(minutes=1))


@pytest.mark.parametrize(("day", "week"), [(23, 47), (25, 47), (26, 48), (29, 48)])
def test_through_wednesday_the_week_before_is_checked(day, week):
    assert week_to_check(date(2026, 11, day)).number == week


def test_retry_delays_grow():
    assert [round(retry_delay(tries).total_seconds()) for tries in (1, 2, 3)] == [45, 105, 225]
