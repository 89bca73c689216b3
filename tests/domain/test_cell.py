"""From what a person saw and typed to the one write that it asks for."""

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
    after,
    is_gid,
    plan,
    read_seen,
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
def test_what_typing_into_a_cell_writes(seen, text, write):
    assert plan(seen, parse(text) if text else None) == write


@pytest.mark.parametrize(
    ("seen", "text", "ask"),
    [
        ((), "-1", PlanProblem.NOTHING_THERE),
        (ONE, "-1", PlanProblem.NOTHING_LEFT),
        (ONE, "-2", PlanProblem.NOTHING_LEFT),
        (ONE, "+23:30", PlanProblem.TOO_MUCH),
        (SEVERAL, "1:30", PlanProblem.WHICH),
        (SEVERAL, "-0:15", PlanProblem.WHICH),
        (SEVERAL, "", PlanProblem.WHICH),
    ],
)
def test_what_is_asked_back(seen, text, ask):
    with pytest.raises(CannotPlan) as cannot:
        plan(seen, parse(text) if text else None)
    assert cannot.value.ask == ask


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
def test_one_of_several_is_changed_by_its_name(entry, text, write):
    assert plan(SEVERAL, parse(text) if text else None, entry=entry) == write


def test_an_entry_that_was_not_seen_is_not_touched():
    with pytest.raises(CannotPlan):
        plan(SEVERAL, parse("1"), entry="3")


@pytest.mark.parametrize(
    ("write", "there"),
    [
        (
            Write(WriteKind.CREATE, "3", 90),
            {SeenEntry("1", 60), SeenEntry("2", 30), SeenEntry("3", 90)},
        ),
        (Write(WriteKind.UPDATE, "2", 90), {SeenEntry("1", 60), SeenEntry("2", 90)}),
        (Write(WriteKind.DELETE, "2"), {SeenEntry("1", 60)}),
    ],
)
def test_what_a_cell_holds_after_a_write(write, there):
    assert set(after(SEVERAL, write)) == there


gids = st.from_regex(r"[0-9]{1,20}", fullmatch=True)


@given(st.dictionaries(gids, st.integers(0, 1440), max_size=9))
def test_what_was_seen_travels_unchanged(there):
    seen = tuple(sorted(SeenEntry(gid, minutes) for gid, minutes in there.items()))
    assert read_seen(write_seen(seen)) == seen


@given(st.text(max_size=40))
def test_whatever_the_page_sends_is_read_or_refused(text):
    try:
        seen = read_seen(text)
    except ValueError:
        return
    assert all(is_gid(one.gid) and one.minutes >= 0 for one in seen)


@pytest.mark.parametrize("text", ["", "x", "-1", "1.0", "१", "²", "1" * 33, " 1"])
def test_no_gid(text):
    assert not is_gid(text)
