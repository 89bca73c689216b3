"""The list of people: managers and capacity beside roles, and changes of many at once."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import Admin, Event, ManagedPerson, Manager
from tests.support.pages import page, text_of
from tests.support.people import ADA, BEN, LEFT, MIA, OMAR, WORKSPACE, YUI, make_manager
from timesheet.admin.people import views
from timesheet.models import CapacityChange


def at(name: str, *args: str) -> str:
    return reverse(name, args=[WORKSPACE, *args])


def press(browser, name: str, *people: str, **values) -> str:
    return text_of(page(browser.post(at(name), {"person": people, **values}, follow=True)))


def managed() -> set[tuple[str, str]]:
    return set(ManagedPerson.objects.values_list("manager__gid", "gid"))


def listed(browser, **query) -> set[str]:
    return {row.role.gid for row in browser.get(at("roles"), query).context["shown"]}


@pytest.fixture
def mias(omar) -> Manager:
    return make_manager(MIA, {ADA: "Ada", BEN: "Ben"}, "Mia Hartmann")


def test_each_row_has_managers_and_capacity(omar, mias, monday):
    press(omar, "set_capacity", ADA, starts_on=str(monday), **{f"hours_{d}": "4" for d in range(5)})
    html = page(omar.get(at("roles")))
    row = text_of(html.partition(f'id="person-{ADA}"')[2].partition("</tr>")[0])
    assert "Mia Hartmann" in row
    assert "20:00" in row
    assert "since" in row
    nobodys = text_of(html.partition(f'id="person-{YUI}"')[2].partition("</tr>")[0])
    assert "No manager" in nobodys
    assert "40:00" in nobodys


def test_people_are_found_by_their_manager_and_by_having_none(omar, mias):
    mias.people.create(gid=LEFT, name="Gone")
    assert listed(omar, manager=MIA) == {ADA, BEN, LEFT} & listed(omar)
    assert ADA not in listed(omar, manager="none")
    assert YUI in listed(omar, manager="none")


def test_people_are_assigned_to_another_manager_instead(omar, mias):
    text = press(omar, "assign_manager", ADA, YUI, OMAR, manager=OMAR, replace="on")
    assert "2 people assigned to Omar Haddad." in text
    assert managed() == {(MIA, BEN), (OMAR, ADA), (OMAR, YUI)}
    actions = Event.objects.filter(action="people_chosen").values_list("subject_gid", flat=True)
    assert sorted(actions) == [MIA, OMAR]


def test_or_to_one_more(omar, mias):
    press(omar, "assign_manager", ADA, manager=OMAR)
    assert managed() == {(MIA, BEN), (MIA, ADA), (OMAR, ADA)}


def test_roles_are_changed_for_many(omar, mias):
    assert "Role changed for 2 people." in press(omar, "set_roles", ADA, BEN, become="admin")
    assert set(Admin.objects.filter(granted=True).values_list("gid", flat=True)) == {ADA, BEN}
    assert "No changes to save." in press(omar, "set_roles", ADA, become="admin")
    assert "Role changed for 1 person." in press(omar, "set_roles", ADA, OMAR, become="no_admin")
    assert not Admin.objects.get(gid=ADA).granted
    assert "Role changed for 1 person." in press(omar, "set_roles", MIA, YUI, become="manager")
    assert "Role changed for 1 person." in press(omar, "set_roles", MIA, ADA, become="teams")
    assert Manager.objects.get(gid=MIA).chooses == "teams"
    assert "No changes to save." in press(omar, "set_roles", MIA, ADA, become="teams")
    assert "Role changed for 2 people." in press(omar, "set_roles", MIA, YUI, become="no_manager")
    assert not Manager.objects.exists()


def test_everyone_on_the_list_is_changed_also_on_its_other_pages(omar, monkeypatch):
    monkeypatch.setattr(views, "PAGE_SIZE", 2)
    html = page(omar.get(at("roles"), {"role": "member"}))
    assert "Page 1 of " in html
    number = omar.get(at("roles"), {"role": "member"}).context["shown"].paginator.count
    assert f"All {number} on this list" in text_of(html)
    omar.post(
        at("assign_manager"), {"everyone": "1", "manager": MIA, "query": "role=member&page=2"}
    )
    assert len(managed()) == number - 1
    assert (MIA, MIA) not in managed()


@pytest.mark.parametrize(
    ("name", "values", "sentence"),
    [
        ("assign_manager", {"person": [ADA]}, "Choose a manager."),
        ("assign_manager", {"person": [], "manager": MIA}, "Select people first."),
        ("assign_manager", {"person": [ADA], "manager": LEFT}, "Choose a manager."),
        ("set_roles", {"person": [ADA], "become": "king"}, "Choose a change."),
        ("set_roles", {"person": [LEFT], "become": "admin"}, "Select people first."),
    ],
)
def test_what_cannot_be_done_is_said_and_the_selection_stays(omar, name, values, sentence):
    answer = omar.post(at(name), {**values, "query": "words=ada"})
    assert answer.status_code == 422
    html = page(answer)
    assert sentence in html
    assert ("checked" in html.partition(f'value="{ADA}"')[2][:40]) is (ADA in values["person"])
    assert not Manager.objects.exists()
    assert not CapacityChange.objects.exists()


def test_the_filter_survives_an_action(omar, mias):
    answer = omar.post(
        at("assign_manager"), {"person": ADA, "manager": OMAR, "query": "words=ada&state=never"}
    )
    assert answer["Location"] == f"{at('roles')}?words=ada&state=never"
