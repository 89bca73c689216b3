"""What filling a week costs next to other products, and the table of a typing measurement."""

from __future__ import annotations

import pytest

from bench.keystrokes import peers
from bench.keystrokes.__main__ import Effort
from bench.keystrokes.__main__ import table as keystrokes_table
from bench.keystrokes.usual_week import CELLS, NOTES, USUAL_WEEK
from bench.typing.__main__ import Typed, percentile, table


def test_the_usual_week_has_the_size_that_products_are_compared_by():
    assert (len(USUAL_WEEK), len(CELLS), len(NOTES)) == (7, 21, 5)


@pytest.mark.parametrize(("product", "clicks"), [(peers.harvest, 36), (peers.solidtime, 147)])
def test_every_step_of_another_product_is_counted(product, clicks):
    steps = list(product())
    assert sum(step.clicks for step in steps) == clicks
    assert all(step.keys or step.clicks for step in steps)


def test_the_table_says_what_pointing_adds():
    text = keystrokes_table([Effort("Somebody", 100, 10, 9.9)])
    assert "| Somebody | 100 | 10 | 10 | 21 |" in text


def test_what_is_ours_is_what_asana_does_not_take():
    text = table(Typed([16.0] * 95 + [48.0] * 5, [500.0] * 10, 450.0))
    assert "50 ms = 1.11 × Asana" in text
    assert percentile([1, 2, 3, 4, 5], 50) == 3
