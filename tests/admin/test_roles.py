"""Who is what in a workspace: the list, a person's page, and every change of it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Action, Admin, AllowedWorkspace, Event, Manager, User
from accounts.workspaces import admins
from tests.support.pages import page
from tests.support.people import ADA, BEN, HARBOUR, KWAME, LEFT, MIA, OMAR, STAND_UP, WORKSPACE
from timesheet.domain.journal import State
from timesheet.journal import dispatch
from timesheet.models import Edit


def at(name: str, person: str = ADA, workspace: str = WORKSPACE) -> str:
    return reverse(name, args=[workspace, person])


def roles(workspace: str = WORKSPACE) -> str:
    return reverse("roles", args=[workspace])


def plain_page(answer) -> str:
    """The page without the tags that emphasise or isolate."""
    return re.sub(r"</?(bdi|strong|b)>", "", page(answer))


def change(browser, name: str, person: str = ADA) -> str:
    """Does it, and tells what the page says then."""
    answer = browser.post(at(name, person), follow=True)
    assert answer.status_code == 200
    return plain_page(answer)


def listed(answer) -> list[str]:
    return [row.role.name for row in answer.context["shown"]]


def grant(browser, workspace: str = WORKSPACE) -> None:
    call_command("grant", browser.user.email, "admin", "--workspace", workspace)


def actions() -> list[tuple[str, str, str]]:
    return list(Event.objects.order_by("pk").values_list("action", "actor_gid", "subject_gid"))


# The list


def test_everybody_of_the_workspace_is_listed_with_their_role(omar, ada, mia, manages):
    manages(mia)
    found = {role.name: role for role in (row.role for row in omar.get(roles()).context["shown"])}
    assert len(found) == 10
    assert found["Omar Haddad"].in_asana
    assert found["Mia Hartmann"].looks_after == 8
    assert found["Ada Lindqvist"].signed_in_at
    assert found["Ben Okafor"].user is None
    assert "Zoe Castellanos" not in found
    shown = plain_page(omar.get(roles()))
    assert "Manager of 8 people" in shown
    assert reverse("people_of", args=[WORKSPACE, MIA]) in shown
    assert re.search(r">Admin</span><small>in Asana<", shown)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("role=admin", ["Omar Haddad"]),
        ("role=manager", ["Mia Hartmann"]),
        ("words=siobhan", ["Siobhán O'Neill"]),
        ("words=okafor+ben", ["Ben Okafor"]),
        ("words=tomasz%40freelance", ["Tomasz Wiśniewski"]),
        ("state=here", ["Ada Lindqvist", "Mia Hartmann", "Omar Haddad"]),
        ("state=off", []),
        ("role=member&state=here", ["Ada Lindqvist"]),
    ],
)
def test_the_list_is_narrowed(omar, ada, mia, manages, query, names):
    manages(mia)
    answer = omar.get(f"{roles()}?{query}")
    assert listed(answer) == names
    assert f"{len(names)} of 10 people" in plain_page(answer)


def test_what_makes_no_sense_narrows_nothing(omar):
    answer = omar.get(f"{roles()}?role=king&page=none")
    assert len(listed(answer)) == 10
    assert "Select a valid choice." in plain_page(answer)


def test_who_has_left_is_listed_as_long_as_they_are_known_here(omar, ada, connect, monday):
    gone = connect(99, "Gone")
    assert "Gone" not in listed(omar.get(roles()))
    ada.save(STAND_UP, monday, "1")
    Edit.objects.update(user=gone)
    assert listed(omar.get(roles()))[-1] == "Gone"
    assert listed(omar.get(f"{roles()}?state=left")) == ["Gone"]
    assert "Has left the workspace" in plain_page(omar.get(roles()))


def test_more_people_cost_no_more_queries(omar, ada, mia, manages):
    # Both times somebody has left, who has to be named.
    Manager.objects.create(workspace_gid=WORKSPACE, gid=LEFT, name="Gone")
    omar.get(roles())
    with CaptureQueriesContext(connection) as few:
        omar.get(roles())
    manages(mia)
    for number in range(50):
        User.objects.create_user(f"1299{number:012}", f"Person {number}")
        Manager.objects.create(workspace_gid=WORKSPACE, gid=f"1299{number:012}", name="Manager")
    with CaptureQueriesContext(connection) as many:
        assert len(listed(omar.get(roles()))) == 61
    assert len(many) == len(few)


# A person


def test_a_person_and_who_looks_after_them(omar, ada, mia, manages):
    manages(mia)
    Manager.objects.update(name="Mia Hartmann")
    shown = plain_page(omar.get(at("role_of")))
    assert "<dt>Managers</dt>" in shown
    assert at("role_of", MIA) in shown
    assert "Make admin…" in shown
    assert "Deactivate…" in shown


@pytest.mark.parametrize("person", [KWAME, LEFT])
@pytest.mark.parametrize(
    "name",
    [
        *("role_of", "make_admin", "take_admin", "switch_off", "switch_on"),
    ],
)
def test_people_of_elsewhere_are_not_there(omar, connect, name, person):
    connect(12, "Kwame")
    answer = omar.get(at(name, person)) if name == "role_of" else omar.post(at(name, person))
    assert answer.status_code == 400
    assert "This person isn’t in the workspace." in plain_page(answer)
    assert User.objects.get(gid=KWAME).is_active
    assert not Admin.objects.filter(gid=person).exists()
    assert not Event.objects.exists()


# Admins


def test_an_admin_made_here_is_one_at_once_and_then_no_more(omar, ada):
    assert ada.get(roles()).status_code == 403
    assert "Ada Lindqvist is now an admin of this workspace." in change(omar, "make_admin")
    assert ada.get(roles()).status_code == 200
    assert ada.get(roles(HARBOUR)).status_code in (403, 404)
    assert "is no longer an admin of this workspace." in change(omar, "take_admin")
    assert ada.get(roles()).status_code == 403
    assert actions() == [
        (Action.ADMIN_GRANTED, OMAR, ADA),
        (Action.ADMIN_TAKEN, OMAR, ADA),
    ]


def test_the_header_shows_an_admin_made_here_the_way(omar, ada):
    assert ">Admin</a>" not in plain_page(ada.see())
    change(omar, "make_admin")
    assert ">Admin</a>" in plain_page(ada.see())


def test_an_admin_of_every_workspace_is_none_where_asana_does_not_have_them(ada):
    call_command("grant", ada.user.email, "admin")
    assert ada.get(roles()).status_code == 200
    assert ada.get(roles(HARBOUR)).status_code in (403, 404)


def test_whom_asana_calls_an_admin_is_known_before_they_sign_in(ada):
    grant(ada)
    ada.get(roles())
    assert Admin.objects.get(gid=OMAR).in_asana
    assert listed(ada.get(f"{roles()}?role=admin")) == ["Ada Lindqvist", "Omar Haddad"]


def test_what_asana_says_cannot_be_changed_here(omar, ada):
    grant(ada)
    shown = change(ada, "take_admin", OMAR)
    assert "Omar Haddad is an admin in Asana. Change it there." in shown
    assert "already" in change(ada, "make_admin", OMAR)
    assert omar.get(roles()).status_code == 200


def test_what_was_granted_on_the_command_line_for_all_is_taken_back_there(omar, ada):
    call_command("grant", ada.user.email, "admin")
    assert "manage.py grant EMAIL member." in change(omar, "take_admin")
    assert admins.is_granted(ADA, WORKSPACE)


def test_an_admin_by_two_reasons_stays_one(omar, ada):
    grant(omar)
    assert "They’re still an admin because they’re one in Asana" in change(omar, "take_admin", OMAR)
    assert omar.get(roles()).status_code == 200


@pytest.fixture
def only_ada(omar, ada):
    """Ada was made an admin here, and Asana has no other any more who has signed in."""
    grant(ada)
    omar.user.delete()
    return ada


def test_the_last_admin_cannot_take_it_from_themself(only_ada):
    shown = change(only_ada, "take_admin")
    assert "Ada Lindqvist is the last admin of this workspace who can sign in." in shown
    assert "First make someone else an admin" in shown
    assert only_ada.get(roles()).status_code == 200
    assert Event.objects.filter(action=Action.ADMIN_TAKEN).count() == 0


def test_once_there_is_another_they_can(only_ada, ben):
    change(only_ada, "make_admin", BEN)
    answer = only_ada.post(at("take_admin"))
    assert answer.url == reverse("home")
    assert only_ada.get(roles()).status_code == 403
    assert ben.get(roles()).status_code == 200


def test_who_never_signed_in_is_no_other(only_ada):
    change(only_ada, "make_admin", BEN)
    assert "is the last admin of this workspace" in change(only_ada, "take_admin")


def test_who_has_left_is_let_go_and_not_made_anything(omar):
    named = {"workspace_gid": WORKSPACE, "gid": LEFT, "name": "Gone"}
    Admin.objects.create(**named, granted=True)
    Manager.objects.create(**named)
    assert "Gone is no longer an admin of this workspace." in change(omar, "take_admin", LEFT)
    assert "Gone has left the workspace." in change(omar, "make_admin", LEFT)
    assert reverse("people_of", args=[WORKSPACE, LEFT]) in page(omar.get(at("role_of", LEFT)))
    omar.post(reverse("remove_manager", args=[WORKSPACE, LEFT]))
    assert "Gone" not in listed(omar.get(roles()))


# Managers


def test_a_person_is_made_a_manager_on_their_page(omar, ada):
    shown = page(omar.get(at("role_of")))
    assert f'action="{reverse("add_manager", args=[WORKSPACE])}"' in shown
    assert f'<input type="hidden" name="person" value="{ADA}">' in shown


def test_a_manager_is_changed_and_removed_on_the_page_of_their_people(omar, mia, manages):
    manages(mia)
    shown = page(omar.get(at("role_of", MIA)))
    people_of = reverse("people_of", args=[WORKSPACE, MIA])
    assert f'href="{people_of}"' in shown
    assert f'href="{people_of}#manager-settings"' in shown
    assert 'id="manager-settings"' in page(omar.get(people_of))
    assert "Make manager" not in shown


def test_who_made_whom_a_manager_is_in_the_audit_log(omar, ada):
    add = reverse("add_manager", args=[WORKSPACE])
    omar.post(add, {"person": ADA})
    omar.post(add, {"person": ADA})
    Manager.objects.get().people.create(gid=BEN, name="Ben Okafor")
    remove = reverse("remove_manager", args=[WORKSPACE, ADA])
    omar.post(remove)
    assert omar.post(remove).status_code == 404
    assert not Manager.objects.exists()
    assert actions() == [
        (Action.MANAGER_ADDED, OMAR, ADA),
        (Action.MANAGER_REMOVED, OMAR, ADA),
    ]
    assert Event.objects.first().before == {"people": ["Ben Okafor"]}


def test_who_chose_whom_is_in_the_audit_log(omar, mia, manages):
    manages(mia, ADA)
    choose = reverse("choose_people", args=[WORKSPACE, MIA])
    omar.post(choose, {"person": [BEN], "was": [ADA]})
    omar.post(choose, {"person": [BEN], "was": [BEN]})
    omar.post(reverse("allow_choosing", args=[WORKSPACE, MIA]), {"chooses": "teams"})
    omar.post(reverse("allow_choosing", args=[WORKSPACE, MIA]), {"chooses": "teams"})
    chosen, allowed = Event.objects.order_by("pk")
    assert (chosen.action, chosen.subject_gid) == (Action.PEOPLE_CHOSEN, MIA)
    assert (chosen.before, chosen.after) == (
        {"people": ["Ada Lindqvist"]},
        {"people": ["Ben Okafor"]},
    )
    assert (allowed.before, allowed.after) == ({"chooses": "nobody"}, {"chooses": "teams"})


def test_what_the_command_line_chose_is_in_the_audit_log(db):
    for _again in range(2):
        call_command("assign_people", WORKSPACE, f"{MIA}=Mia", f"{ADA}=Ada", verbosity=0)
    added, chosen = Event.objects.order_by("pk")
    assert (added.action, added.actor_name) == (Action.MANAGER_ADDED, "command line")
    assert (chosen.action, chosen.after) == (Action.PEOPLE_CHOSEN, {"people": ["Ada"]})


def test_a_team_that_was_added_is_in_the_audit_log(omar, mia, manages, asana):
    manages(mia, ADA)
    teams = asana.get(f"/workspaces/{WORKSPACE}/teams")
    design = next(team["gid"] for team in teams if team["name"] == "Design")
    omar.post(reverse("add_team", args=[WORKSPACE, MIA]), {"team": design})
    omar.post(reverse("add_team", args=[WORKSPACE, MIA]), {"team": design})
    assert Event.objects.get().after == {
        "people": ["Ada Lindqvist", "Siobhán O'Neill", "نور الخطيب"]
    }


# Switching off and on


def test_who_is_switched_off_is_signed_out_on_their_next_request(omar, ada):
    assert ada.see().status_code == 200
    shown = change(omar, "switch_off")
    assert "Ada Lindqvist is deactivated and signed out everywhere." in shown
    assert ada.see().url.startswith(reverse("sign_in"))
    answer = ada.save(STAND_UP, ada.week.start, "1")
    assert answer.status_code == 401
    assert not Edit.objects.exists()
    assert listed(omar.get(f"{roles()}?state=off")) == ["Ada Lindqvist"]
    assert actions() == [(Action.DEACTIVATED, OMAR, ADA)]


def test_who_is_switched_off_cannot_sign_in(omar, ada, client):
    change(omar, "switch_off")
    answer = client.post(reverse("sign_in_with_token"), {"token": "sandbox-ada"})
    assert answer.status_code == 403
    assert "An admin has deactivated your account." in plain_page(answer)


def test_an_old_session_stays_ended_once_they_are_on_again(omar, ada):
    change(omar, "switch_off")
    assert "is reactivated and can sign in again." in change(omar, "switch_on")
    assert ada.see().url.startswith(reverse("sign_in"))
    ada.force_login(User.objects.get(gid=ADA))
    assert ada.see().status_code == 200
    assert actions()[-1] == (Action.ACTIVATED, OMAR, ADA)


def test_switching_twice_says_so_and_is_written_down_once(omar, ada):
    change(omar, "switch_off")
    assert "is already deactivated." in change(omar, "switch_off")
    change(omar, "switch_on")
    assert "isn’t deactivated." in change(omar, "switch_on")
    assert len(actions()) == 2


def test_nobody_switches_themself_off(omar, ada):
    change(omar, "make_admin")
    assert "You can’t deactivate yourself." in change(omar, "switch_off", OMAR)
    assert "Deactivate…" not in plain_page(omar.get(at("role_of", OMAR)))
    assert omar.see().status_code == 200


def test_who_never_signed_in_has_nothing_to_switch_off(omar):
    assert "Ada Lindqvist has never signed in here." in change(omar, "switch_off")


def test_an_admin_of_another_workspace_is_not_switched_off(omar, ada):
    for gid in (WORKSPACE, HARBOUR):
        AllowedWorkspace.objects.create(workspace_gid=gid)
    call_command("grant", ada.user.email, "admin", "--workspace", HARBOUR)
    shown = change(omar, "switch_off")
    assert "also uses another workspace here" in shown
    assert User.objects.get(gid=ADA).is_active
    assert ada.see().status_code == 200


def test_two_admins_cannot_both_be_switched_off(omar, ada):
    grant(ada)
    assert "deactivated and signed out" in change(ada, "switch_off", OMAR)
    cache.clear()
    assert "is the last admin" in change(ada, "take_admin", ADA)
    assert omar.post(at("switch_off")).status_code == 401
    assert User.objects.get(gid=ADA).is_active


def test_open_edits_are_counted_and_wait_until_their_person_is_on_again(
    omar, ada, settings, asana, saturday, here
):
    settings.ASANA_URL = "http://127.0.0.1:9"
    ada.save(STAND_UP, saturday, "1:30")
    settings.ASANA_URL = asana.url
    told = "1 of their changes isn’t saved to Asana yet."
    assert told in plain_page(omar.get(at("role_of")))
    change(omar, "switch_off")
    deliver(ada)
    assert Edit.objects.get().is_open
    assert "1 unsynced change will be saved to Asana." in plain_page(omar.get(at("role_of")))
    change(omar, "switch_on")
    deliver(ada)
    assert Edit.objects.get().state == State.CONFIRMED
    assert (STAND_UP, str(saturday), 90) in here()


def deliver(browser) -> None:
    """What the worker does, once all pauses are over."""
    later = timezone.now() + timedelta(hours=1)
    for person in dispatch.users_with_due_edits(later):
        assert person == browser.user.pk
        dispatch.deliver_due(person, lambda: later)


# Everybody else


@pytest.mark.parametrize("name", ["make_admin", "take_admin", "switch_off", "switch_on"])
def test_reading_changes_nothing(omar, ada, name):
    assert omar.get(at(name)).status_code == 405


@pytest.mark.parametrize("name", ["make_admin", "switch_off"])
def test_when_asana_is_down_nothing_is_changed(omar, ada, asana, name):
    asana.faults({"kind": "drop_before", "path": "/api/"})
    assert omar.post(at(name)).status_code == 503
    assert User.objects.get(gid=ADA).is_active
    assert not Event.objects.exists()


def test_a_manager_changes_nobodys_role(mia, ada, manages):
    manages(mia)
    answer = mia.post(at("make_admin", MIA))
    assert answer.status_code == 403
    assert "This page is for admins" in plain_page(answer)
    assert not Admin.objects.filter(gid=MIA).exists()
