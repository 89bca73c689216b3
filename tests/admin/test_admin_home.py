"""The admins' start page says what needs attention, and only that."""

from __future__ import annotations

import pytest

from accounts.models import Connection
from tests.support.pages import page
from tests.support.people import (
    ADA,
    BANK_ID,
    MIA,
    STUDIO_NAMES,
    WORKSPACE,
    Browser,
    make_manager,
)

HOME = f"/{WORKSPACE}/admin/"


@pytest.fixture
def omar(connect, this_week) -> Browser:
    return Browser(connect(4, "Omar"), this_week)


def test_people_without_a_manager_are_counted(omar):
    before = omar.get(HOME).context["attention"].unmanaged
    assert {person.gid for person in before} >= set(STUDIO_NAMES)
    make_manager(MIA, STUDIO_NAMES)
    after = omar.get(HOME).context["attention"].unmanaged
    assert {person.gid for person in before} - {person.gid for person in after} == set(STUDIO_NAMES)
    assert f"{len(after)} people have no manager" in page(omar.get(HOME))


def test_who_has_to_reconnect_is_named(omar, ada):
    assert "has to reconnect" not in page(omar.get(HOME))
    Connection.objects.filter(user__gid=ADA).update(state="needs_reconnecting")
    shown = page(omar.get(HOME))
    assert "1 person has to reconnect to Asana" in shown
    assert "Ada Lindqvist" in shown


def test_changes_that_did_not_reach_asana_are_counted(omar, ada, asana):
    assert "not saved to Asana" not in page(omar.get(HOME))
    asana.faults({"method": "POST", "path": "time_tracking", "kind": "status", "status": 503})
    ada.save(BANK_ID, ada.week.days[0], "1")
    assert "1 change not saved to Asana yet" in page(omar.get(HOME))


def test_a_worker_that_does_not_run_is_said(omar):
    assert omar.get(HOME).context["problems"]
    assert "Open health" in page(omar.get(HOME))
