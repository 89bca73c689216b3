"""Who is an admin: what Asana says, what was granted here, and that one always remains."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from accounts.asana.records import AsanaUser, WorkspaceMembership
from accounts.audit import COMMAND_LINE
from accounts.connections.service import connect_with_token
from accounts.models import Action, Admin, Event, User
from accounts.workspaces import admins
from accounts.workspaces.admins import ALL_WORKSPACES, LastAdmin

STUDIO, HARBOUR = "1200000000000001", "1200000000000002"
ADA = AsanaUser("1001", "Ada Lindqvist", "ada@example.com")
OMAR = AsanaUser("1004", "Omar Haddad", "omar@example.com")


def member(person: AsanaUser, **given: bool) -> WorkspaceMembership:
    return WorkspaceMembership(f"9{person.gid}", person, **given)


def kept(workspace: str = STUDIO) -> dict[str, tuple[bool, bool]]:
    """Who has a row: granted here, in Asana."""
    rows = Admin.objects.filter(workspace_gid=workspace)
    return {row.gid: (row.granted, row.in_asana) for row in rows}


@pytest.fixture
def omar(db) -> User:
    return User.objects.create_user(OMAR.gid, OMAR.name, OMAR.email)


# What Asana says


def test_whom_asana_calls_an_admin_is_kept_and_let_go(db):
    admins.update_admins(STUDIO, [member(ADA), member(OMAR, is_admin=True)])
    assert kept() == {OMAR.gid: (False, True)}
    admins.update_admins(STUDIO, [member(ADA, is_admin=True)])
    assert kept() == {OMAR.gid: (False, True), ADA.gid: (False, True)}
    admins.update_admins(STUDIO, [member(OMAR)])
    assert kept() == {ADA.gid: (False, True)}


@pytest.mark.parametrize("told", [[], [member(OMAR, is_admin=True, is_active=False)]])
def test_who_has_left_is_no_admin_in_asana_any_more(db, told):
    admins.update_admins(STUDIO, [member(OMAR, is_admin=True)])
    admins.update_admins(STUDIO, told, asked_for=[OMAR.gid])
    assert kept() == {}


def test_what_was_granted_here_stays_whatever_asana_says(db):
    admins.grant(COMMAND_LINE, OMAR, STUDIO)
    admins.update_admins(STUDIO, [member(OMAR, is_admin=True)])
    assert kept() == {OMAR.gid: (True, True)}
    admins.update_admins(STUDIO, [], asked_for=[OMAR.gid])
    assert kept() == {OMAR.gid: (True, False)}


def test_nothing_is_written_where_nothing_changed(db, django_assert_num_queries):
    told = [member(ADA), member(OMAR, is_admin=True)]
    admins.update_admins(STUDIO, told)
    with django_assert_num_queries(1):
        admins.update_admins(STUDIO, told)


# What is granted here


def test_an_admin_of_one_workspace_is_none_of_another(db):
    admins.grant(COMMAND_LINE, ADA, STUDIO)
    assert admins.is_granted(ADA.gid, STUDIO)
    assert not admins.is_granted(ADA.gid, HARBOUR)
    assert not admins.is_granted(OMAR.gid, STUDIO)


def test_an_admin_of_every_workspace_is_one_of_each(db):
    admins.grant(COMMAND_LINE, ADA, ALL_WORKSPACES)
    assert admins.is_granted(ADA.gid, STUDIO)
    assert admins.is_granted(ADA.gid, HARBOUR)


def test_granting_twice_is_written_down_once(db):
    assert admins.grant(COMMAND_LINE, ADA, STUDIO)
    assert not admins.grant(COMMAND_LINE, ADA, STUDIO)
    event = Event.objects.get()
    assert (event.action, event.subject_gid, event.after) == (
        Action.ADMIN_GRANTED,
        ADA.gid,
        {"admin": True},
    )


def test_what_was_never_granted_cannot_be_taken(db, omar):
    admins.update_admins(STUDIO, [member(OMAR, is_admin=True)])
    assert not admins.revoke(COMMAND_LINE, OMAR, STUDIO)
    assert kept() == {OMAR.gid: (False, True)}
    assert not Event.objects.exists()


# By address


@pytest.mark.parametrize("address", ["ada@nordlicht.example", "ADA@Nordlicht.Example"])
def test_who_signs_in_with_the_address_is_the_admin(asana, db, address):
    admins.grant(COMMAND_LINE, AsanaUser("", "", address), STUDIO)
    ada = connect_with_token("sandbox-ada")
    assert admins.is_granted(ada.gid, STUDIO)
    assert kept() == {ada.gid: (True, False)}
    newest = Event.objects.filter(action=Action.ADMIN_GRANTED).first()
    assert (newest.subject_gid, newest.actor_name) == (ada.gid, "command line")


def test_nobody_else_is(asana, db):
    admins.grant(COMMAND_LINE, AsanaUser("", "", "ada@nordlicht.example"), STUDIO)
    ben = connect_with_token("sandbox-ben")
    assert not admins.is_granted(ben.gid, STUDIO)
    assert kept() == {"": (True, False)}


def test_an_address_makes_one_person_an_admin_and_no_second(db, omar):
    admins.grant(COMMAND_LINE, AsanaUser("", "", omar.email), STUDIO)
    admins.claim_grants(omar)
    second = User.objects.create_user("1099", "Somebody", omar.email)
    admins.claim_grants(second)
    assert kept() == {omar.gid: (True, False)}


@pytest.mark.parametrize(
    ("one", "other"), [("\N{KELVIN SIGN}im@a.example", "kim@a.example"), ("", "")]
)
def test_addresses_that_only_look_alike_are_different(one, other):
    assert not admins.is_same_address(one, other)


def test_an_address_that_is_known_in_asana_by_now_is_the_same_row(db, omar):
    admins.update_admins(STUDIO, [member(OMAR, is_admin=True)])
    admins.grant(COMMAND_LINE, AsanaUser("", "", omar.email), STUDIO)
    admins.claim_grants(omar)
    assert kept() == {omar.gid: (True, True)}


# One remains


@pytest.fixture
def ada(omar) -> User:
    """She and Omar are the admins of the studio, made here."""
    for person in (ADA, OMAR):
        admins.grant(COMMAND_LINE, person, STUDIO)
    return User.objects.create_user(ADA.gid, ADA.name, ADA.email)


def test_all_but_the_last_can_be_taken_away(ada):
    assert admins.revoke(COMMAND_LINE, ADA, STUDIO)
    with pytest.raises(LastAdmin) as refused:
        admins.revoke(COMMAND_LINE, OMAR, STUDIO)
    assert refused.value.workspaces == {STUDIO}
    assert admins.is_granted(OMAR.gid, STUDIO)


@pytest.mark.parametrize("switched_off", [True, False])
def test_who_cannot_come_in_does_not_remain(ada, switched_off):
    if switched_off:
        User.objects.filter(pk=ada.pk).update(is_active=False)
    else:
        ada.delete()
    with pytest.raises(LastAdmin):
        admins.revoke(COMMAND_LINE, OMAR, STUDIO)


def test_who_has_left_the_workspace_does_not_remain(ada):
    with pytest.raises(LastAdmin):
        admins.revoke(COMMAND_LINE, OMAR, STUDIO, present={STUDIO: [OMAR.gid]})
    assert admins.revoke(COMMAND_LINE, OMAR, STUDIO, present={STUDIO: [OMAR.gid, ADA.gid]})


def test_an_admin_in_asana_remains(omar, db):
    User.objects.create_user(ADA.gid)
    admins.grant(COMMAND_LINE, OMAR, STUDIO)
    admins.update_admins(STUDIO, [member(ADA, is_admin=True)])
    assert admins.revoke(COMMAND_LINE, OMAR, STUDIO)


def test_an_admin_of_every_workspace_remains_where_asana_has_them(ada):
    admins.revoke(COMMAND_LINE, ADA, STUDIO)
    admins.grant(COMMAND_LINE, ADA, ALL_WORKSPACES)
    with pytest.raises(LastAdmin):
        admins.revoke(COMMAND_LINE, OMAR, STUDIO, present={STUDIO: [OMAR.gid]})
    Admin.objects.filter(gid=ADA.gid, workspace_gid=STUDIO).delete()
    with pytest.raises(LastAdmin):
        admins.revoke(COMMAND_LINE, OMAR, STUDIO)
    admins.update_admins(STUDIO, [member(ADA)])
    assert admins.revoke(COMMAND_LINE, OMAR, STUDIO)


def test_missing_admins_do_not_block_other_changes(ada):
    User.objects.update(is_active=False)
    assert admins.revoke(COMMAND_LINE, OMAR, STUDIO)


def test_two_who_take_each_other_away_at_once_leave_one(transactional_db):
    for person in (ADA, OMAR):
        User.objects.create_user(person.gid, person.name, person.email)
        admins.grant(COMMAND_LINE, person, STUDIO)
    taken, refused = threading.Event(), threading.Event()

    def second() -> None:
        taken.wait()
        try:
            admins.revoke(COMMAND_LINE, OMAR, STUDIO)
        except LastAdmin:
            refused.set()
        finally:
            connection.close()

    thread = threading.Thread(target=second)
    thread.start()
    with transaction.atomic():
        admins.revoke(COMMAND_LINE, ADA, STUDIO)
        # Not committed yet, so that the second finds both admins, if it does not wait.
        taken.set()
        thread.join(0.3)
    thread.join()
    assert refused.is_set()
    assert [row.gid for row in Admin.objects.filter(granted=True)] == [OMAR.gid]
