"""From what a person saw and typed to the one write it takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timesheet.domain.cell import (
    NEW,
    CannotPlan,
    PlanProblem,
    SeenEntry,
    Write,
    WriteKind,
    is_gid,
    plan,
    read_seen,
    seen_after,
    write_seen,
)
from timesheet.domain.duration import parse

ONE = (SeenEntry("1", 60),)
SEVERAL = (SeenEntry("1", 60), SeenEntry("2", 30))


@pytest.mark.parametrize(
    ("seen", "text", "write"),
    [
        ((), "1:30", Write(WriteKind.CREATE, minutes=90)),
        ((), "+1:30", Write(WriteKind.CREATE, minutes=90)),
        ((), "", None),
        (ONE, "1:30", Write(WriteKind.UPDATE, "1", 90)),
        (ONE, "1:00", None),
        (ONE, "+0:15", Write(WriteKind.UPDATE, "1", 75)),
        (ONE, "-0:15", Write(WriteKind.UPDATE, "1", 45)),
        (ONE, "", Write(WriteKind.DELETE, "1")),
        (SEVERAL, "+0:30", Write(WriteKind.CREATE, minutes=30)),
    ],
)
def test_typing_into_a_cell_plans_one_write(seen, text, write):
    assert plan(seen, parse(text) if text else None) == write


@pytest.mark.parametrize(
    ("seen", "text", "problem"),
    [
        ((), "-1", PlanProblem.NO_ENTRY),
        (ONE, "-1", PlanProblem.NOT_POSITIVE),
        (ONE, "-2", PlanProblem.NOT_POSITIVE),
        (ONE, "+23:30", PlanProblem.TOO_MUCH),
        (SEVERAL, "1:30", PlanProblem.AMBIGUOUS),
        (SEVERAL, "-0:15", PlanProblem.AMBIGUOUS),
        (SEVERAL, "", PlanProblem.AMBIGUOUS),
    ],
)
def test_a_change_that_cannot_be_planned_says_why(seen, text, problem):
    with pytest.raises(CannotPlan) as raised:
        plan(seen, parse(text) if text else None)
    assert raised.value.ask == problem


@pytest.mark.parametrize(
    ("entry", "text", "write"),
    [
        ("2", "1:30", Write(WriteKind.UPDATE, "2", 90)),
        ("2", "", Write(WriteKind.DELETE, "2")),
        ("2", "+0:10", Write(WriteKind.UPDATE, "2", 40)),
        (NEW, "1:30", Write(WriteKind.CREATE, minutes=90)),
        (NEW, "", None),
    ],
)
def test_one_of_several_entries_is_changed_by_its_gid(entry, text, write):
    assert plan(SEVERAL, parse(text) if text else None, entry=entry) == write


def test_an_entry_that_was_not_seen_is_not_changed():
    with pytest.raises(CannotPlan):
        plan(SEVERAL, parse("1"), entry="3")


@pytest.mark.parametrize(
    ("write", "expected"),
    [
        (
            Write(WriteKind.CREATE, "3", 90),
            {SeenEntry("1", 60), SeenEntry("2", 30), SeenEntry("3", 90)},
        ),
        (Write(WriteKind.UPDATE, "2", 90), {SeenEntry("1", 60), SeenEntry("2", 90)}),
        (Write(WriteKind.DELETE, "2"), {SeenEntry("1", 60)}),
    ],
)
def test_the_entries_of_a_cell_after_a_write(write, expected):
    assert set(seen_after(SEVERAL, write)) == expected


gids = st.from_regex(r"[0-9]{1,20}", fullmatch=True)


@given(st.dictionaries(gids, st.integers(0, 1440), max_size=9))
def test_seen_entries_are_read_back_as_written(minutes_by_gid):
    seen = tuple(sorted(SeenEntry(gid, minutes) for gid, minutes in minutes_by_gid.items()))
    assert read_seen(write_seen(seen)) == seen


@given(st.text(max_size=40))
def test_any_text_is_read_as_seen_entries_or_rejected(text):
    try:
        seen = read_seen(text)
    except ValueError:
        return
    assert all(is_gid(entry.gid) and entry.minutes >= 0 for entry in seen)


@pytest.mark.parametrize("text", ["", "x", "-1", "1.0", "१", "²", "1" * 33, " 1"])
def test_texts_that_are_no_gid(text):
    assert not is_gid(text)
