"""The calculation behind `make simulate`."""

from __future__ import annotations

import itertools
from datetime import timedelta
from random import Random

import pytest

from bench.simulated_week import DAY, HOUR, Action, Costs, busiest_hour, load, outage, week_of
from timesheet.domain.journal import retry_delay

COSTS = Costs(open_requests=2, save_requests=3, open_cpu=0.6, save_cpu=0.3, delivery=0.5, timeout=2)


def test_the_busiest_minute_counts_what_is_opened_and_saved_in_it():
    actions = [Action(0, 1, saves=False), *(Action(place, 1, saves=True) for place in range(9))]
    actions += [Action(70, 2, saves=True)]
    found = load(actions, COSTS, free_limit=20)
    assert (found.most_requests, found.over_free, found.minutes) == (29, 1, 2)
    assert found.cores == pytest.approx((0.6 + 9 * 0.3) / 60)


def test_the_busiest_hour_is_the_one_with_the_most_changes():
    actions = [Action(minute * 60, 1, saves=True) for minute in (0, 200, 230, 250)]
    assert busiest_hour(actions) == 191 * 60


def test_everything_that_was_typed_in_the_outage_is_delivered_after_it():
    actions = [Action(place * 30, place % 5, saves=True) for place in range(100)]
    found = outage(actions, COSTS, 2, retry_delay, Random(1))
    assert (found.edits, found.people) == (100, 5)
    assert found.attempts > 5
    assert 0 < found.half <= found.all < 20 * 60


def test_more_threads_are_done_sooner():
    actions = [Action(place, place % 500, saves=True) for place in range(3000)]
    few, many = (outage(actions, COSTS, threads, retry_delay, Random(1)) for threads in (2, 50))
    assert many.all < few.all


def test_without_a_pause_between_attempts_the_first_thread_that_is_free_delivers():
    actions = [Action(0, 1, saves=True)]
    found = outage(actions, COSTS, 1, lambda _tries, _jitter: timedelta(seconds=100), Random(1))
    # At 100 s, 202 s and so on, each taking 2 s; the first one after the hour is at 3,670 s.
    assert found.attempts == 35
    assert found.all == pytest.approx(70 + 0.5)


def test_a_week_has_people_on_every_working_day_and_is_the_same_again():
    actions = week_of(300, Random(1))
    assert {int(action.at // DAY) for action in actions if action.saves} >= {0, 1, 2, 3, 4}
    assert actions == week_of(300, Random(1))
    assert all(first.at <= second.at for first, second in itertools.pairwise(actions))
    assert busiest_hour(actions) > 4 * DAY + 12 * HOUR
