"""Blocks of cells from a spreadsheet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timesheet.domain.clipboard import (
    MAX_CHARACTERS,
    TooLarge,
    fill_selection,
    normalize_hours,
    parse_block,
)


@pytest.mark.parametrize(
    ("text", "block"),
    [
        ("", ()),
        ("1", (("1",),)),
        ("1\t2\n3\t4\n", (("1", "2"), ("3", "4"))),
        ("1\r\n2\r3", (("1",), ("2",), ("3",))),
        ("1\t2\n3", (("1", "2"), ("3", ""))),
        ("\t1", (("", "1"),)),
        (" 1:30 \t\xa02", (("1:30", "2"),)),
        ('"a\t8\n9\t1', (('"a', "8"), ("9", "1"))),
        ("1\n\n2", (("1",), ("",), ("2",))),
        ('"a\nb"\t"say ""x"""', (("a b", 'say "x"'),)),
    ],
)
def test_a_block_that_a_spreadsheet_copied_is_parsed(text, block):
    assert parse_block(text) == block


@pytest.mark.parametrize("text", ["1\n" * 101, "\t" * 41, "1" * (MAX_CHARACTERS + 1)])
def test_a_block_larger_than_the_limits_is_rejected(text):
    with pytest.raises(TooLarge):
        parse_block(text)


@given(st.text(max_size=300))
def test_any_text_is_parsed_or_too_large(text):
    try:
        block = parse_block(text)
    except TooLarge:
        return
    assert len({len(line) for line in block}) <= 1
    assert all(isinstance(normalize_hours(cell), str) for line in block for cell in line)


plain = st.text(st.characters(codec="ascii", categories=["L", "N", "P"], exclude_characters='"'))


@given(st.lists(st.lists(plain, min_size=3, max_size=3), min_size=1, max_size=20))
def test_plain_cells_are_parsed_as_they_were_copied(lines):
    text = "\n".join("\t".join(line) for line in lines)
    assert parse_block(text + "\n") == tuple(tuple(line) for line in lines)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("1:30", "1:30"),
        ("1:30:00", "1:30:00"),
        ("0:00:20", "0:00:20"),
        ("0h", ""),
        ("٠", ""),
        ("\ufeff", ""),
        ("1,5", "1,5"),
        ("0", ""),
        ("0:00", ""),
        ("0.00", ""),
        ("00:00:00", ""),
        ("-", ""),
        ("–", ""),
        ("", ""),
        ("10", "10"),
        ("soon", "soon"),
        (":", ":"),
        ("..", ".."),
    ],
)
def test_zero_hours_in_a_spreadsheet_are_an_empty_cell(cell, text):
    assert normalize_hours(cell) == text


def test_only_a_single_cell_fills_the_selection():
    assert fill_selection((("1",),), 2, 3) == (("1", "1", "1"), ("1", "1", "1"))
    assert fill_selection((("1", "2"),), 2, 3) == (("1", "2"),)
    assert fill_selection((), 2, 3) == ()
