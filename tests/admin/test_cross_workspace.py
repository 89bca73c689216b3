"""While nobody has chosen the workspaces, an admin of one decides nothing for another."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import Admin, AllowedWorkspace, Connection, User
from tests.support.pages import page
from tests.support.people import BANK_ID, HARBOUR, MIA, WORKSPACE, Browser

BY_CONNECTION = ("revoke_connection", "remove_connection")


@pytest.fixture
def kwame(connect, this_week) -> Browser:
    """The admin of the harbour, where Mia is too."""
    return Browser(connect(12, "Kwame"), this_week)


@pytest.fixture
def written(mia, saturday) -> Browser:
    """Mia has written hours in the studio."""
    mia.send("rows/add/", task=BANK_ID)
    mia.save(BANK_ID, saturday, "1")
    return mia


def press(browser, name: str, workspace: str = HARBOUR) -> str:
    answer = browser.post(reverse(name, args=[workspace, MIA]), follow=True)
    assert answer.status_code == 200
    return page(answer)


@pytest.mark.parametrize("name", [*BY_CONNECTION, "switch_off"])
def test_who_is_of_another_workspace_stays_as_they_are(kwame, written, name):
    assert "is known here from another workspace too" in press(kwame, name)
    assert Connection.objects.get(user=written.user).healthy
    assert User.objects.get(gid=MIA).is_active


def test_nor_is_who_was_switched_off_there_let_in_again(kwame, written):
    User.objects.filter(gid=MIA).update(is_active=False)
    assert "Choose them first" in press(kwame, "switch_on")
    assert not User.objects.get(gid=MIA).is_active


@pytest.mark.parametrize("where", ["", WORKSPACE])
def test_nor_an_admin_of_another_workspace_or_of_all(kwame, mia, where):
    Admin.objects.create(workspace_gid=where, gid=MIA, granted=True)
    assert "is known here from another workspace too" in press(kwame, "switch_off")


@pytest.mark.parametrize("name", [*BY_CONNECTION, "switch_off"])
def test_who_is_known_from_this_one_alone_is_its_admins(kwame, mia, name):
    press(kwame, name)
    there = Connection.objects.filter(user=mia.user, state="healthy", user__is_active=True)
    assert not there.exists()


@pytest.mark.parametrize("name", [*BY_CONNECTION, "switch_off"])
def test_admins_of_chosen_workspaces_decide_for_all(kwame, written, name):
    for gid in (WORKSPACE, HARBOUR):
        AllowedWorkspace.objects.create(workspace_gid=gid)
    press(kwame, name)
    there = Connection.objects.filter(user=written.user, state="healthy", user__is_active=True)
    assert not there.exists()


def test_everybody_decides_about_their_own(kwame, mia):
    Admin.objects.create(workspace_gid=HARBOUR, gid=MIA, granted=True)
    Admin.objects.create(workspace_gid=WORKSPACE, gid=MIA, granted=True)
    mia.post(reverse("revoke_connection", args=[WORKSPACE, MIA]))
    assert not Connection.objects.get(user=mia.user).healthy
