"""When weekly mails are due, and about which week."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from timesheet.domain.mail_schedule import CATCHES_UP, is_open, last_due, pause_after, week_meant

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
        # The clocks there went back in between.
        ("2026-10-26T07:59", 0, BERLIN, "2026-10-19T07:00"),
        # Sunday evening here is Monday there.
        ("2026-11-22T20:00", 0, KIRITIMATI, "2026-11-22T19:00"),
        ("2026-11-23T09:00", 6, UTC, "2026-11-22T09:00"),
    ],
)
def test_the_last_moment_that_was_due(now, weekday, zone, due):
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert last_due(at, weekday, time(9), zone) == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_what_is_too_old_or_older_than_the_schedule_is_not_made_up_for():
    assert is_open(MONDAY, MONDAY, None)
    assert is_open(MONDAY, MONDAY + CATCHES_UP - timedelta(minutes=1), MONDAY)
    assert not is_open(MONDAY, MONDAY + CATCHES_UP, None)
    assert not is_open(MONDAY, MONDAY + timedelta(hours=1), MONDAY + timedelta(minutes=1))


@pytest.mark.parametrize(("day", "week"), [(23, 47), (25, 47), (26, 48), (29, 48)])
def test_until_wednesday_it_is_about_the_week_before(day, week):
    assert week_meant(date(2026, 11, day)).number == week


def test_pauses_grow():
    assert [round(pause_after(tries).total_seconds()) for tries in (1, 2, 3)] == [45, 105, 225]
