"""Who manages whom: who may choose, and what is refused."""

from __future__ import annotations

import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import ManagedPerson, Manager
from tests.support.pages import page
from tests.support.people import ADA, BEN, LEFT, MIA, NOUR, OMAR, SIOBHAN, WORKSPACE, YUI

KWAME = "1201000000000012"
PEOPLE = f"/{WORKSPACE}/people/"
MIAS = f"{PEOPLE}{MIA}/"


def chosen(gid: str = MIA) -> set[str]:
    return set(ManagedPerson.objects.filter(manager__gid=gid).values_list("gid", flat=True))


def offered(html: str) -> dict[str, bool]:
    """Who may be ticked, and whether they are."""
    boxes = re.findall(r'<input\s+type="checkbox"([^>]*)>', html)
    return {
        re.search(r'value="(\d+)"', box)[1]: "checked" in box.split()
        for box in boxes
        if "disabled" not in box.split()
    }


def team(asana, name: str) -> str:
    teams = asana.get(f"/workspaces/{WORKSPACE}/teams")
    return next(team["gid"] for team in teams if team["name"] == name)


@pytest.fixture
def omar(connect) -> Client:
    """The workspace's admin."""
    browser = Client()
    browser.force_login(connect(4, "Omar"))
    return browser


@pytest.fixture
def manager(db):
    def manager(*people: str, chooses: str = "", gid: str = MIA) -> Manager:
        made = Manager.objects.create(
            workspace_gid=WORKSPACE, gid=gid, name="Mia Hartmann", chooses=chooses
        )
        for person in people:
            made.people.create(gid=person, name=f"Person {person[-2:]}")
        return made

    return manager


def choose(browser, *ticked: str, was: tuple[str, ...] = (), at: str = MIAS):
    return browser.post(f"{at}choose/", {"person": ticked, "was": was})


# The admin


def test_an_admin_makes_somebody_of_the_directory_a_manager(omar):
    answer = omar.post(f"{PEOPLE}add/", {"person": MIA})
    assert answer.url == MIAS
    made = Manager.objects.get()
    assert (made.workspace_gid, made.gid, made.name) == (WORKSPACE, MIA, "Mia Hartmann")
    assert made.email == "mia@nordlicht.example"


def test_making_somebody_a_manager_twice_changes_nothing(omar, manager):
    manager(ADA)
    omar.post(f"{PEOPLE}add/", {"person": MIA})
    assert chosen() == {ADA}


@pytest.mark.parametrize(
    ("person", "status"), [(LEFT, 400), (KWAME, 400), ("12; drop", 400), ("", 302)]
)
def test_only_who_is_in_the_workspace_becomes_a_manager(omar, person, status):
    assert omar.post(f"{PEOPLE}add/", {"person": person}).status_code == status
    assert not Manager.objects.exists()


def test_an_admin_ticks_and_unticks_people(omar, manager):
    manager(BEN)
    boxes = offered(page(omar.get(MIAS)))
    assert boxes[BEN]
    assert not boxes[ADA]
    assert MIA not in boxes
    assert choose(omar, ADA, was=(BEN,)).url == MIAS
    assert chosen() == {ADA}
    assert ManagedPerson.objects.get().name == "Ada Lindqvist"


def test_what_another_chose_since_the_page_was_made_stays(omar, manager):
    manager(BEN, YUI)
    choose(omar, ADA, BEN, was=(BEN,))
    assert chosen() == {ADA, BEN, YUI}


def test_a_whole_asana_team_is_added_without_the_manager(omar, manager, asana):
    manager(ADA)
    omar.post(f"{MIAS}team/", {"team": team(asana, "Design")})
    assert chosen() == {ADA, SIOBHAN, NOUR}
    assert "2 people were added." in page(omar.get(MIAS))
    omar.post(f"{MIAS}team/", {"team": team(asana, "Design")})
    assert "Everyone on this team was already added." in page(omar.get(MIAS))


def test_nobody_is_their_own_manager(omar, manager):
    manager()
    answer = choose(omar, ADA, MIA)
    assert answer.status_code == 403
    assert "People can’t manage their own weeks." in page(answer)
    assert chosen() == set()


def test_an_admin_chooses_who_chooses(omar, manager):
    manager()
    assert "Who can assign people" in page(omar.get(MIAS))
    assert omar.post(f"{MIAS}allow/", {"chooses": "teams"}).url == MIAS
    assert Manager.objects.get().chooses == "teams"
    omar.post(f"{MIAS}allow/", {"chooses": "everything"})
    assert Manager.objects.get().chooses == "teams"
    assert "You can’t choose that." in page(omar.get(MIAS))


def test_an_admin_removes_a_manager(omar, manager):
    manager(ADA)
    assert f'action="{MIAS}remove/"' in page(omar.get(MIAS))
    assert omar.post(f"{MIAS}remove/").url == f"/{WORKSPACE}/roles/"
    assert not Manager.objects.exists()
    assert omar.get(MIAS).status_code == 404


def test_who_left_the_workspace_is_shown_as_such_and_can_be_let_go(omar, manager):
    manager(LEFT, ADA)
    assert "has left the workspace" in page(omar.get(MIAS))
    choose(omar, ADA, was=(ADA, LEFT))
    assert chosen() == {ADA}


def test_who_left_the_workspace_cannot_be_chosen(omar, manager):
    manager()
    assert choose(omar, LEFT).status_code == 400
    assert chosen() == set()


def test_names_and_addresses_follow_asana(omar, manager):
    manager(ADA)
    Manager.objects.update(name="")
    omar.get(PEOPLE, follow=True)
    assert Manager.objects.get().name == "Mia Hartmann"
    assert ManagedPerson.objects.get().email == "ada@nordlicht.example"


def test_the_former_page_of_managers_leads_to_them_in_the_list_of_people(omar, manager):
    manager(ADA)
    answer = omar.get(PEOPLE, follow=True)
    assert answer.redirect_chain == [(f"/{WORKSPACE}/roles/?role=manager", 302)]
    assert [row.role.gid for row in answer.context["shown"]] == [MIA]
    Manager.objects.all().delete()
    assert omar.get(PEOPLE).url == f"/{WORKSPACE}/roles/"


# The manager


def test_a_manager_sees_their_people_and_who_could_change_them(mia, manager):
    manager(ADA, LEFT)
    shown = page(mia.get(MIAS))
    assert "Ada Lindqvist" in shown
    assert "has left the workspace" in shown
    assert "Ask a workspace admin to change this list" in shown
    assert 'type="checkbox"' not in shown


@pytest.mark.parametrize("ticked", [(ADA, BEN), ()])
def test_a_manager_who_may_not_choose_is_refused(mia, manager, ticked):
    manager(ADA)
    answer = choose(mia, *ticked, was=(ADA,))
    assert answer.status_code == 403
    assert "You can’t choose these people." in page(answer)
    assert chosen() == {ADA}


def test_a_manager_who_may_not_choose_adds_no_team(mia, manager, asana):
    manager()
    assert mia.post(f"{MIAS}team/", {"team": team(asana, "Design")}).status_code == 403
    assert chosen() == set()


def test_a_manager_chooses_among_their_own_asana_teams(mia, manager, asana):
    manager(BEN, chooses="teams")
    shown = page(mia.get(MIAS))
    boxes = offered(shown)
    assert ADA in boxes
    assert not {BEN, YUI, MIA} & boxes.keys()
    assert "Client services" in shown
    assert ">Build<" not in shown
    choose(mia, ADA)
    mia.post(f"{MIAS}team/", {"team": team(asana, "Client services")})
    assert chosen() >= {ADA, BEN, SIOBHAN}
    assert YUI not in chosen()


def test_a_manager_does_not_reach_beyond_their_own_asana_teams(mia, manager, asana):
    manager(BEN, chooses="teams")
    assert choose(mia, ADA, YUI).status_code == 403
    assert choose(mia, was=(BEN,)).status_code == 403
    assert mia.post(f"{MIAS}team/", {"team": team(asana, "Build")}).status_code == 403
    assert chosen() == {BEN}


def test_a_manager_may_be_let_choose_anyone_but_themself(mia, manager):
    manager(chooses="anyone")
    assert YUI in offered(page(mia.get(MIAS)))
    choose(mia, YUI)
    assert choose(mia, MIA).status_code == 403
    assert chosen() == {YUI}


def test_a_manager_lets_go_who_left_the_workspace(mia, manager):
    manager(LEFT, BEN, chooses="teams")
    choose(mia, was=(LEFT,))
    assert chosen() == {BEN}


def test_the_page_of_another_manager_is_refused(mia, manager):
    manager(ADA, chooses="anyone")
    manager(ADA, gid=OMAR)
    answer = mia.get(f"{PEOPLE}{OMAR}/")
    assert answer.status_code == 403
    assert "You can only see and change your own list of people." in page(answer)
    assert choose(mia, BEN, at=f"{PEOPLE}{OMAR}/").status_code == 403
    assert chosen(OMAR) == {ADA}


@pytest.mark.parametrize("path", ["add/", f"{MIA}/allow/", f"{MIA}/remove/"])
def test_what_admins_decide_is_refused_to_a_manager(mia, manager, path):
    manager(ADA)
    answer = mia.post(PEOPLE + path, {"person": BEN, "chooses": "anyone"})
    assert answer.status_code == 403
    assert "for admins" in page(answer)
    assert Manager.objects.get().chooses == ""
    assert mia.get(PEOPLE)["Location"] == f"{PEOPLE}{mia.user.gid}/"


# Everybody else


@pytest.mark.parametrize("path", ["", f"{MIA}/"])
def test_a_member_is_refused(ada, manager, path):
    manager(ADA)
    assert ada.get(PEOPLE + path).status_code == 403


def test_a_stranger_signs_in_first(db):
    assert "/sign-in/" in Client().get(PEOPLE)["Location"]


@pytest.mark.parametrize("path", ["add/", f"{MIA}/choose/", f"{MIA}/team/", f"{MIA}/remove/"])
def test_reading_changes_nothing(omar, manager, path):
    manager(ADA)
    assert omar.get(PEOPLE + path).status_code == 405


def test_a_workspace_of_others_is_not_found(omar, manager):
    assert omar.get("/1200000000000002/people/").status_code in (403, 404)


def test_where_asana_has_no_teams_people_are_chosen_one_by_one(omar, manager, asana):
    manager()
    asana.faults({"path": "/teams$", "kind": "status", "status": 403})
    shown = page(omar.get(MIAS))
    assert "of an Asana team" not in shown
    assert ADA in offered(shown)


def test_when_asana_is_down_nothing_changes(omar, manager, asana):
    manager(ADA)
    asana.faults({"kind": "drop_before", "path": "/api/"})
    assert choose(omar, was=(ADA,)).status_code == 503
    assert chosen() == {ADA}
    assert omar.post(f"{PEOPLE}add/", {"person": BEN}).status_code == 503
    assert Manager.objects.count() == 1


# The command


def test_people_are_assigned_from_the_command_line_once(db):
    for _ in range(2):
        call_command(
            "assign_people", WORKSPACE, f"{MIA}=Mia", f"{ADA}=Ada Lindqvist <ada@a.example>", BEN
        )
    assert chosen() == {ADA, BEN}
    ada = ManagedPerson.objects.get(gid=ADA)
    assert (ada.name, ada.email) == ("Ada Lindqvist", "ada@a.example")
    assert Manager.objects.get().name == "Mia"


def test_the_command_leaves_a_manager_alone_who_is_there_already(manager):
    manager(YUI)
    call_command("assign_people", "--if-new", WORKSPACE, MIA, ADA)
    assert chosen() == {YUI}


@pytest.mark.parametrize("people", [(MIA,), ("ada",), (f"{ADA}=Ada <",)])
def test_the_command_refuses_what_makes_no_sense(people, db):
    with pytest.raises(CommandError):
        call_command("assign_people", WORKSPACE, MIA, *people)
    assert not Manager.objects.exists()
