"""How long a timer ran, and whether it was forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from timesheet.domain.stopwatch import Span

START = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)


def span(hours=0, minutes=0, seconds=0) -> Span:
    end = START + timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return Span(START, end, START.date(), end.date())


@pytest.mark.parametrize(
    ("seconds", "minutes"),
    [(-30, 0), (0, 0), (59, 0), (60, 1), (89, 1), (90, 2), (3600, 60), (30 * 3600, 24 * 60)],
)
def test_it_is_rounded_to_the_minute_and_less_than_one_is_nothing(seconds, minutes):
    assert span(seconds=seconds).minutes == minutes


@pytest.mark.parametrize(
    ("seconds", "too_short", "unmeasured"),
    [
        (-3600, False, True),
        (-60, False, True),
        # Two machines whose clocks differ.
        (-59, True, False),
        (59, True, False),
        (60, False, False),
    ],
)
def test_less_than_a_minute_is_not_the_same_as_a_clock_that_was_set_back(
    seconds, too_short, unmeasured
):
    measured = span(seconds=seconds)
    assert (measured.is_too_short, measured.is_unmeasured) == (too_short, unmeasured)


@pytest.mark.parametrize(
    ("hours", "forgotten"), [(0, False), (10, False), (10.001, True), (15.001, True)]
)
def test_one_that_runs_long_or_past_midnight_is_forgotten(hours, forgotten):
    assert span(hours=hours).is_forgotten is forgotten


def test_one_that_ran_past_midnight_for_a_minute_is_asked_about():
    late = datetime(2026, 11, 27, 23, 59, 30, tzinfo=UTC)
    end = late + timedelta(minutes=1)
    assert Span(late, end, late.date(), end.date()).is_forgotten
