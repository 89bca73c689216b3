"""What Asana's clock shows, whatever happens to ours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.asana.asana_time import AsanaTime

NOON = datetime(2027, 1, 13, 12, tzinfo=UTC)


@pytest.fixture
def at_noon() -> AsanaTime:
    asana_time = AsanaTime()
    asana_time.note("Wed, 13 Jan 2027 12:00:00 GMT")
    return asana_time


def test_before_the_first_date_nothing_is_known():
    assert (AsanaTime().latest, AsanaTime().estimate()) == (None, None)


@pytest.mark.parametrize("header", ["", "soon", "Wed, 13 Jan 2027 13:00:00 -0000"])
def test_what_is_no_date_changes_nothing(at_noon, header):
    at_noon.note(header)
    assert at_noon.latest == NOON


@pytest.mark.parametrize("hours", [-1, 1])
def test_the_estimate_goes_on_evenly_while_our_clock_jumps(at_noon, time_machine, hours):
    before = at_noon.estimate()
    time_machine.move_to(timezone.now() + timedelta(hours=hours))
    # Up to a second is left out of a date.
    assert NOON + timedelta(seconds=1) <= before < at_noon.estimate() < NOON + timedelta(minutes=5)
