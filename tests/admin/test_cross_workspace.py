"""An admin of one workspace decides nothing for another, chosen or not."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts import audit
from accounts.models import Action, Admin, AllowedWorkspace, Connection, User, UserWorkspace
from tests.support.pages import page
from tests.support.people import BANK_ID, HARBOUR, MIA, WORKSPACE, Browser

SIGNED_IN = "<div>Signed in"
BY_CONNECTION = ("revoke_connection", "remove_connection", "refresh_connection_of")


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
    assert "also uses another workspace here" in press(kwame, name)
    assert Connection.objects.get(user=written.user).healthy
    assert User.objects.get(gid=MIA).is_active


def test_nor_is_who_was_switched_off_there_let_in_again(kwame, written):
    User.objects.filter(gid=MIA).update(is_active=False)
    assert "Ask someone who is an admin of both workspaces." in press(kwame, "switch_on")
    assert not User.objects.get(gid=MIA).is_active


@pytest.mark.parametrize("where", ["", WORKSPACE])
def test_nor_an_admin_of_another_workspace_or_of_all(kwame, mia, where):
    Admin.objects.create(workspace_gid=where, gid=MIA, granted=True)
    assert "also uses another workspace here" in press(kwame, "switch_off")


@pytest.mark.parametrize("name", ["revoke_connection", "remove_connection", "switch_off"])
def test_who_is_known_from_this_one_alone_is_its_admins(kwame, mia, name):
    press(kwame, name)
    there = Connection.objects.filter(user=mia.user, state="healthy", user__is_active=True)
    assert not there.exists()


@pytest.fixture
def both_chosen(db):
    for gid in (WORKSPACE, HARBOUR):
        AllowedWorkspace.objects.create(workspace_gid=gid)


@pytest.mark.parametrize("name", [*BY_CONNECTION, "switch_off"])
def test_nor_where_both_are_chosen(kwame, mia, both_chosen, name):
    """Mia has done nothing in the studio but sign in."""
    UserWorkspace.objects.create(user=mia.user, workspace_gid=WORKSPACE)
    assert "also uses another workspace here" in press(kwame, name)
    assert Connection.objects.get(user=mia.user).healthy
    assert User.objects.get(gid=MIA).is_active


@pytest.mark.parametrize("name", ["revoke_connection", "remove_connection", "switch_off"])
def test_an_admin_of_both_decides_for_both(kwame, written, both_chosen, name):
    Admin.objects.create(workspace_gid=WORKSPACE, gid=kwame.user.gid, granted=True)
    press(kwame, name)
    there = Connection.objects.filter(user=written.user, state="healthy", user__is_active=True)
    assert not there.exists()


def test_a_workspace_that_is_not_served_has_no_say(kwame, written):
    AllowedWorkspace.objects.create(workspace_gid=HARBOUR)
    press(kwame, "switch_off")
    assert not User.objects.get(gid=MIA).is_active


def test_nobody_reads_the_sign_ins_of_those_who_are_elsewhere_too(kwame, mia, both_chosen):
    UserWorkspace.objects.create(user=mia.user, workspace_gid=WORKSPACE)
    audit.record(Action.SIGNED_IN, mia.user)
    log = page(kwame.get(reverse("audit_log", args=[HARBOUR])))
    history = page(kwame.get(reverse("connection_of", args=[HARBOUR, MIA])))
    assert SIGNED_IN not in log
    assert "<b>Signed in</b>" not in history
    Admin.objects.create(workspace_gid=WORKSPACE, gid=kwame.user.gid, granted=True)
    assert SIGNED_IN in page(kwame.get(reverse("audit_log", args=[HARBOUR])))


def test_everybody_decides_about_their_own(kwame, mia):
    Admin.objects.create(workspace_gid=HARBOUR, gid=MIA, granted=True)
    Admin.objects.create(workspace_gid=WORKSPACE, gid=MIA, granted=True)
    mia.post(reverse("revoke_connection", args=[WORKSPACE, MIA]))
    assert not Connection.objects.get(user=mia.user).healthy
