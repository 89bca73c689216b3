"""Managers at the weeks of their teams."""

from __future__ import annotations

import pytest

from tests.support.people import STUDIO_NAMES, ManagerBrowser, make_manager


@pytest.fixture
def manage(connect, this_week):
    """Makes somebody the manager of these people, looking at last week."""

    def manage(number: int, name: str, *people: str) -> ManagerBrowser:
        user = connect(number, name)
        if people:
            make_manager(user.gid, {gid: STUDIO_NAMES.get(gid, gid) for gid in people}, name)
        return ManagerBrowser(user, this_week.previous)

    return manage


@pytest.fixture
def boss(manage) -> ManagerBrowser:
    """Mia, who manages the eight people of the studio."""
    return manage(3, "Mia", *STUDIO_NAMES)


@pytest.fixture
def submitted(boss):
    """The week before last, which most have submitted."""
    boss.week = boss.week.previous
    return boss
