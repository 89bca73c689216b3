"""The list of states that are pictured."""

from __future__ import annotations

from collections import Counter

from django.urls import Resolver404, resolve

from bench.screenshots.__main__ import WEEKS
from bench.screenshots.states import STATES, WORKSPACE


def test_every_state_is_of_a_page_and_has_a_name_of_its_own():
    names = Counter(state.name for state in STATES)
    assert [name for name, count in names.items() if count > 1] == []
    for state in STATES:
        path = state.path.format(workspace=WORKSPACE, **dict.fromkeys(WEEKS, "2026-W48"))
        if state.name == "not-found":
            continue
        try:
            assert resolve(path.partition("?")[0])
        except Resolver404 as error:
            raise AssertionError(f"{state.name}: no page at {path}") from error
