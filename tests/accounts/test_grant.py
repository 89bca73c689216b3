"""`manage.py grant`: roles from the command line."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.asana.records import AsanaUser, WorkspaceMembership
from accounts.models import Action, Admin, Event, Manager, User
from accounts.workspaces import admins

STUDIO, HARBOUR = "1200000000000001", "1200000000000002"
OMAR = "1004"


def grant(*arguments: str) -> str:
    said = StringIO()
    call_command("grant", *arguments, stdout=said)
    return said.getvalue().strip()


def actions() -> list[tuple[str, str]]:
    return list(Event.objects.order_by("pk").values_list("action", "actor_name"))


@pytest.fixture
def omar(db) -> User:
    return User.objects.create_user(OMAR, "Omar Haddad", "omar@example.com")


def test_an_admin_of_every_workspace(ada):
    said = grant("Ada@Example.com", "admin")
    assert said == (
        "Ada Lindqvist <ada@example.com> is now an admin of every workspace they are in."
    )
    assert admins.is_granted(ada.gid, HARBOUR)
    assert actions() == [(Action.ADMIN_GRANTED, "command line")]


def test_an_admin_of_one_workspace(ada):
    assert "an admin of workspace 1200000000000001." in grant(
        ada.email, "admin", "--workspace", STUDIO
    )
    assert admins.is_granted(ada.gid, STUDIO)
    assert not admins.is_granted(ada.gid, HARBOUR)


def test_an_admin_who_has_not_signed_in_yet(db):
    assert "new@example.com hasn't signed in yet and will be an admin" in grant(
        "new@example.com", "admin"
    )
    assert "was already going to be" in grant("New@example.com", "admin")
    admins.claim_grants(User.objects.create_user("1077", "New", "new@example.com"))
    assert admins.is_granted("1077", STUDIO)


def test_running_it_again_changes_nothing(ada):
    grant(ada.email, "admin")
    assert "already was an admin" in grant(ada.email, "admin")
    assert Admin.objects.count() == Event.objects.count() == 1


def test_a_manager(ada):
    said = grant(ada.email, "manager", "--workspace", STUDIO)
    assert "is now a manager in workspace 1200000000000001. People chosen for them: 0." in said
    assert "already was a manager" in grant(ada.email, "manager", "--workspace", STUDIO)
    made = Manager.objects.get()
    assert (made.workspace_gid, made.gid, made.email) == (STUDIO, ada.gid, ada.email)
    assert actions() == [(Action.MANAGER_ADDED, "command line")]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("ada@example.com", "manager"), "Add --workspace GID"),
        (("nobody@example.com", "manager", "--workspace", STUDIO), "Nobody has signed in as"),
        (("ada", "admin"), "not an address: ada"),
        (("ada@example.com", "king"), "invalid choice"),
        (("ada@example.com", "admin", "--workspace", "studio"), "not a gid: studio"),
    ],
)
def test_what_makes_no_sense_is_refused(ada, arguments, why):
    with pytest.raises(CommandError, match=why):
        grant(*arguments)
    assert not Admin.objects.exists()
    assert not Manager.objects.exists()


def test_an_address_of_several_people_is_refused(ada):
    User.objects.create_user("1099", "Another Ada", "ADA@example.com")
    with pytest.raises(CommandError, match="Several people have this address: 1001, 1099"):
        grant("ada@example.com", "admin")


def test_a_member_of_one_workspace_loses_what_was_given_there(ada, omar):
    for workspace in (STUDIO, HARBOUR):
        grant(omar.email, "admin", "--workspace", workspace)
        grant(ada.email, "admin", "--workspace", workspace)
        grant(ada.email, "manager", "--workspace", workspace)
    said = grant(ada.email, "member", "--workspace", STUDIO)
    assert said.endswith("is now a plain member of workspace 1200000000000001.")
    assert not admins.is_granted(ada.gid, STUDIO)
    assert admins.is_granted(ada.gid, HARBOUR)
    assert Manager.objects.get().workspace_gid == HARBOUR
    assert actions()[-2:] == [
        (Action.ADMIN_TAKEN, "command line"),
        (Action.MANAGER_REMOVED, "command line"),
    ]


def test_a_member_of_every_workspace_loses_all_that_was_given(ada, omar):
    grant(omar.email, "admin", "--workspace", STUDIO)
    grant(ada.email, "admin", "--workspace", STUDIO)
    grant(ada.email, "admin")
    grant(ada.email, "manager", "--workspace", HARBOUR)
    assert "They are still an admin of every workspace" in grant(
        ada.email, "member", "--workspace", STUDIO
    )
    assert grant(ada.email, "member").endswith("is now a plain member of every workspace.")
    assert admins.granted_to(AsanaUser(ada.gid)) == []
    assert not Manager.objects.exists()


def test_a_plain_member_stays_one(ada):
    assert "was already a plain member" in grant(ada.email, "member")
    assert not Event.objects.exists()


def test_what_waits_for_somebody_to_sign_in_is_taken_back(db):
    grant("new@example.com", "admin")
    grant("new@example.com", "member")
    admins.claim_grants(User.objects.create_user("1077", "New", "new@example.com"))
    assert not admins.is_granted("1077", STUDIO)


def test_the_last_admin_stays_and_stays_a_manager(ada, omar):
    grant(ada.email, "admin", "--workspace", STUDIO)
    grant(ada.email, "manager", "--workspace", STUDIO)
    with pytest.raises(CommandError, match=f"last admin who can sign in, of: {STUDIO}"):
        grant(ada.email, "member")
    assert admins.is_granted(ada.gid, STUDIO)
    assert Manager.objects.exists()


def test_what_asana_says_is_told(ada):
    person = AsanaUser(ada.gid, ada.name, ada.email)
    admins.update_admins(STUDIO, [WorkspaceMembership("1", person, is_admin=True)])
    said = grant(ada.email, "member", "--workspace", STUDIO)
    assert f"Asana says that they are an admin of: {STUDIO}. Change it there." in said


def test_who_is_switched_off_is_told(ada):
    User.objects.update(is_active=False)
    assert "They are deactivated and can't sign in" in grant(ada.email, "admin")
