"""What can be meant by a value typed over several entries."""

from __future__ import annotations

import pytest

from timesheet.domain.cell import NEW, SeenEntry
from timesheet.domain.duration import parse
from timesheet.domain.which_entry import choices

TWO = (SeenEntry("1", 240), SeenEntry("2", 75))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("6", [(("1",), 240, 285), (("2",), 75, 120), ((NEW,), 0, 45)]),
        ("5", [(("1",), 240, 225), (("2",), 75, 60)]),
        ("4", [(("1",), 240, 165), (("2",), 75, 0)]),
        ("1", []),
        ("2", [(("1",), 240, 45)]),
        ("5:15", []),
        ("-0:30", [(("1",), 240, 210), (("2",), 75, 45)]),
        ("24", [(("1",), 240, 1365), (("2",), 75, 1200), ((NEW,), 0, 1125)]),
        ("+21", [(("2",), 75, 1335), ((NEW,), 0, 1260)]),
        ("", [(("1",), 240, 0), (("2",), 75, 0), (("1", "2"), 315, 0)]),
    ],
)
def test_each_choice_makes_the_total_what_was_typed(typed, found):
    offered = choices(TWO, parse(typed) if typed else None)
    assert [(choice.entries, choice.before, choice.after) for choice in offered] == found
