"""Which week somebody sees first."""

from __future__ import annotations

import pytest

from tests.support.pages import messages_of
from tests.support.people import HARBOUR, WORKSPACE


@pytest.fixture
def newest(mia, asana):
    """Gives Mia hours in a workspace, the newest that she has, and returns where she lands."""

    def newest(workspace: str, task: str) -> str:
        asana.post(
            f"/tasks/{task}/time_tracking_entries",
            "sandbox-mia",
            duration_minutes=15,
            entered_on=str(mia.week.next.start),
        )
        return mia.get("/").url

    return newest


@pytest.mark.parametrize(
    ("workspace", "task"),
    [(WORKSPACE, "1205000000000059"), (HARBOUR, "1205000000000097")],
    ids=["the second of the alphabet", "the first"],
)
def test_the_first_visit_leads_to_the_workspace_with_the_latest_hours(newest, workspace, task):
    assert newest(workspace, task).startswith(f"/{workspace}/week/")


def test_a_later_visit_leads_to_the_workspace_used_last(mia, newest):
    mia.get(mia.at(workspace=HARBOUR))
    assert newest(WORKSPACE, "1205000000000059").startswith(f"/{HARBOUR}/week/")


def test_a_workspace_that_cannot_be_read_counts_as_without_hours(mia, asana):
    asana.faults({"kind": "status", "status": 500, "path": "/time_tracking_entries$"})
    assert mia.get("/").status_code == 302


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("W30 2026", "/week/2026-W30/"),
        ("24 Nov 2026", "/week/2026-W48/?day=2026-11-24"),
        ("2026-03-02", "/week/2026-W10/?day=2026-03-02"),
    ],
)
def test_a_typed_date_leads_to_its_week(ada, typed, address):
    assert ada.get("/week/", {"day": typed}).url == f"/{WORKSPACE}{address}"


def test_what_is_no_date_is_said(ada):
    answer = ada.get("/week/", {"day": "soon"}, follow=True)
    assert "We can’t read that as a date." in messages_of(answer)
