"""What a person is expected to work on a day."""

from __future__ import annotations

from datetime import date

import pytest

from timesheet.domain.capacity import Capacity, CapacityPeriod

FULL, HALF = (480,) * 5 + (0, 0), (240,) * 5 + (0, 0)
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
CHANGED = (CapacityPeriod(TUESDAY, HALF),)


@pytest.mark.parametrize(
    ("capacity", "on_monday", "on_tuesday"),
    [
        (Capacity(FULL), 480, 480),
        (Capacity(FULL, CHANGED), 480, 240),
        (Capacity(HALF, (CapacityPeriod(date(2026, 1, 1), FULL), *CHANGED)), 480, 240),
        (Capacity(FULL, own=HALF), 480, 480),
        (Capacity(FULL, own=(600,) * 7), 600, 600),
        (Capacity(FULL, own=HALF, own_may_lower=True), 240, 240),
        (Capacity(FULL, CHANGED, own=(0,) * 7), 480, 240),
        (Capacity(FULL, half_days=frozenset({TUESDAY})), 480, 240),
        (Capacity(FULL, CHANGED, half_days=frozenset({TUESDAY})), 480, 120),
    ],
)
def test_what_is_expected(capacity, on_monday, on_tuesday):
    assert (capacity.on(MONDAY), capacity.on(TUESDAY)) == (on_monday, on_tuesday)
