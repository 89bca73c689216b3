"""Somebody who loses a workspace is taken to another one at once."""

from __future__ import annotations

import pytest

from tests.support.pages import raw_page
from tests.support.people import HARBOUR, WORKSPACE

MIA = "1201000000000003"


@pytest.fixture
def harbours(mia, asana):
    """Mia, who used Harbour last, which she has just lost."""
    assert mia.get(mia.at(workspace=HARBOUR)).status_code == 200
    asana.change_membership(MIA, HARBOUR, is_active=False)
    return mia


def test_home_leads_to_another_workspace(harbours):
    answer = harbours.get("/", follow=True)
    assert answer.status_code == 200
    assert answer.request["PATH_INFO"].startswith(f"/{WORKSPACE}/week/")
    assert "You no longer have access to" in raw_page(answer)
    assert harbours.get("/", follow=True).request["PATH_INFO"].startswith(f"/{WORKSPACE}/week/")


def test_the_week_of_the_lost_workspace_leads_to_another_one(harbours):
    answer = harbours.get(harbours.at(workspace=HARBOUR), follow=True)
    assert answer.status_code == 200
    assert answer.request["PATH_INFO"].startswith(f"/{WORKSPACE}/week/")


def test_the_week_of_another_page_is_reached_after_a_refusal(harbours, asana):
    harbours.get(f"/{HARBOUR}/week/{harbours.week}/suggestions/")
    asana.forget_requests()
    answer = harbours.get("/", follow=True)
    assert len(answer.redirect_chain) == 1
    assert answer.request["PATH_INFO"].startswith(f"/{WORKSPACE}/week/")


def test_who_has_no_workspace_left_sees_that(ada, asana):
    assert ada.see().status_code == 200
    asana.change_membership(ada.user.gid, WORKSPACE, is_active=False)
    answer = ada.get("/", follow=True)
    assert answer.status_code == 200
    assert "No workspace yet" in raw_page(answer)


def test_a_workspace_that_somebody_was_never_in_stays_unknown(ada):
    assert ada.see().status_code == 200
    answer = ada.get(ada.at(workspace=HARBOUR))
    assert answer.status_code in (403, 404)


def test_a_refusal_in_a_workspace_that_is_not_lost_is_shown(ada, asana):
    assert ada.see().status_code == 200
    body = '{"errors": [{"message": "Not now"}]}'
    fault = {"method": "GET", "path": "/time_tracking_entries$", "status": 403, "body": body}
    asana.faults({"kind": "status", **fault})
    answer = ada.see()
    assert answer.status_code == 403
    assert "Not now" in raw_page(answer)
