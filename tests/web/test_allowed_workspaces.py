"""Workspaces that this timesheet is not for: not offered to anybody, and nothing typed is lost."""

from __future__ import annotations

from django.utils import timezone

from accounts.models import AllowedWorkspace
from tests.support.asana import CLOSED
from tests.support.pages import page
from tests.support.people import HARBOUR, STAND_UP, WORKSPACE
from timesheet.core import clock
from timesheet.journal import dispatch
from timesheet.models import Edit


def serve(*gids: str) -> None:
    AllowedWorkspace.objects.all().delete()
    for gid in gids:
        AllowedWorkspace.objects.create(workspace_gid=gid)


def test_while_none_is_chosen_all_are_there(mia):
    html = page(mia.see())
    assert f'href="{mia.at(workspace=HARBOUR)}"' in html
    assert ">Workspace</h2>" in html


def test_only_chosen_ones_are_offered(mia):
    serve(WORKSPACE)
    html = page(mia.see())
    assert f"/{HARBOUR}/" not in html
    assert ">Workspace</h2>" not in html


def test_a_choice_counts_for_what_is_remembered_already(mia):
    mia.see()
    serve(WORKSPACE)
    assert f"/{HARBOUR}/" not in page(mia.see())
    serve()
    assert f"/{HARBOUR}/" in page(mia.see())


def test_the_front_door_leads_to_one_that_is_chosen(mia):
    mia.see()
    serve(HARBOUR)
    assert mia.get("/")["Location"] == mia.at(workspace=HARBOUR)


def test_somebody_in_none_of_them_gets_an_explanation(ada):
    serve(HARBOUR)
    html = page(ada.get("/"))
    assert "No workspace yet" in html
    assert "in any workspace of this timesheet" in html


def test_the_page_that_says_so_leads_into_none_of_its_pages(omar):
    omar.get(f"/{WORKSPACE}/people/")
    serve(HARBOUR)
    answer = omar.see()
    assert answer.status_code == 403
    assert f"/{WORKSPACE}/" not in page(answer).partition("<main")[0]


def test_what_was_typed_before_is_still_delivered(ada, asana, settings, saturday, here):
    settings.ASANA_URL = CLOSED
    ada.save(STAND_UP, saturday, "1")
    serve(HARBOUR)
    settings.ASANA_URL = asana.url
    Edit.objects.update(due_at=timezone.now())
    dispatch.deliver_due(ada.user.pk, clock.now)
    assert (STAND_UP, str(saturday), 60) in here()


def test_what_is_typed_later_is_refused(ada, saturday, here):
    serve(HARBOUR)
    before = here()
    assert ada.save(STAND_UP, saturday, "1").status_code == 403
    assert here() == before
    assert not Edit.objects.exists()
