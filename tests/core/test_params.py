"""Values of addresses and forms: what counts as a number."""

from __future__ import annotations

import pytest

from timesheet.core.params import positive_int


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("007", 7),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, None),
        ("", None),
        ("-1", None),
        ("+1", None),
        ("1.5", None),
        (" 1", None),
        ("1_000", None),
        ("٣", None),
        ("²", None),
    ],
)
def test_only_ascii_digits_are_a_number(text, number):
    assert positive_int(text) == number


@pytest.mark.parametrize(("text", "number"), [("999", 999), ("1000", None)])
def test_a_number_may_have_fewer_digits(text, number):
    assert positive_int(text, most_digits=3) == number
