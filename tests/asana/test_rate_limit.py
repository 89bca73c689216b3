"""What is left of a token's requests, as Asana would count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.asana.rate_limit import FREE, PAID, Quota, believed, is_room

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


def test_it_fills_up_evenly_and_not_beyond_a_minutes_worth():
    spent = Quota(NOW).spend(PAID)
    assert spent.now(NOW + SECOND).left == PAID / 60
    assert spent.now(NOW + HOUR / 2).left == PAID


def test_a_clock_that_goes_backwards_takes_nothing_away():
    assert Quota(NOW, left=5).now(NOW - HOUR).left == 5


@pytest.mark.parametrize(("left", "wait"), [(1, 0), (900, 0), (0, 0.04), (-24, 1)])
def test_it_tells_how_long_to_wait(left, wait):
    assert Quota(NOW, left=left).wait() == pytest.approx(wait)


def test_a_refusal_while_there_was_some_left_teaches_the_smaller_plan_for_an_hour():
    learned = Quota(NOW, left=1200).refused(NOW)
    assert (learned.per_minute, learned.left) == (FREE, 0)
    assert learned.now(NOW + HOUR - SECOND).per_minute == FREE
    assert learned.now(NOW + HOUR).per_minute == PAID


def test_a_refusal_that_was_to_be_expected_teaches_nothing():
    assert Quota(NOW, left=-3).refused(NOW).per_minute == PAID
    assert Quota(NOW, FREE, 20, NOW).refused(NOW) == Quota(NOW, FREE, 0, NOW)


def test_there_is_room_for_fifty_reads_and_fifteen_writes():
    assert is_room(50, 15)
    assert not is_room(51, 0)
    assert not is_room(0, 16)


@pytest.mark.parametrize(("said", "seconds"), [(None, 5), (0, 0), (30, 30), (86_400, 300)])
def test_asana_is_left_alone_for_as_long_as_it_says_within_reason(said, seconds):
    assert believed(said) == timedelta(seconds=seconds)
