"""When weekly emails are due, and which week they are about."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from timesheet.domain.mail_schedule import (
    CATCH_UP_WINDOW,
    is_still_due,
    last_due,
    last_first_of_month,
    next_working_time,
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


# The hour that a clock skips in spring, and the one that it repeats in autumn. In New York that is
# on the first of a month, and in Jordan it was the first hour of a Friday that was skipped.
CHANGES = [
    ("Europe/Berlin", "2027-03-28", time(2, 30), "2027-03-28T01:30"),
    ("Europe/Berlin", "2027-10-31", time(2, 30), "2027-10-31T00:30"),
    ("America/New_York", "2027-03-14", time(2), "2027-03-14T07:00"),
    ("America/New_York", "2026-11-01", time(1, 15), "2026-11-01T05:15"),
    ("Asia/Amman", "2022-02-25", time(0), "2022-02-24T22:00"),
]


@pytest.mark.parametrize(("zone", "day", "at", "due"), CHANGES)
def test_a_time_of_day_that_is_skipped_or_comes_twice_is_due_once(zone, day, at, due):
    weekday = date.fromisoformat(day).weekday()
    start = datetime.fromisoformat(f"{day}T00:00").replace(tzinfo=UTC) - timedelta(days=1)
    times = {
        last_due(start + timedelta(minutes=5 * tick), weekday, at, ZoneInfo(zone))
        for tick in range(3 * 24 * 12)
    }
    this = datetime.fromisoformat(due).replace(tzinfo=UTC)
    assert len(times) == 2
    # The same time, however it is stored: times of a skipped hour equal none of another zone.
    assert max(times) == this


def test_a_month_whose_first_day_repeats_an_hour_begins_once():
    zone, at = ZoneInfo("America/New_York"), time(1, 15)
    noon = datetime(2026, 11, 1, 17, tzinfo=UTC)
    assert last_first_of_month(noon, at, zone) == datetime(2026, 11, 1, 5, 15, tzinfo=UTC)
    assert last_first_of_month(noon - timedelta(days=1), at, zone) == datetime(
        2026, 10, 1, 5, 15, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("now", "due"),
    [
        # Thursday evening in Jordan, before a Friday that began at one.
        ("2022-02-24T21:00", "2022-02-24T22:00"),
        ("2022-02-25T06:00", "2022-02-27T21:00"),
    ],
)
def test_the_next_working_time_may_be_in_a_skipped_hour(now, due):
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    zone = ZoneInfo("Asia/Amman")
    expected = datetime.fromisoformat(due).replace(tzinfo=UTC)
    assert next_working_time(at, time(0), zone) == expected


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
