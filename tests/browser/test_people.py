"""Choosing people by keyboard: search, tick, save."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from accounts.models import ManagedPerson
from tests.browser.people import give_people_to_mia
from tests.support.people import MIA, WORKSPACE


@pytest.fixture
def people(signed_in) -> Page:
    give_people_to_mia()
    return signed_in("Omar", f"/{WORKSPACE}/people/{MIA}/")


def test_somebody_is_found_without_their_accents_and_let_go(people):
    people.get_by_role("searchbox", name="Search").focus()
    people.keyboard.type("siobhan")
    expect(people.get_by_role("checkbox")).to_have_count(1)
    people.keyboard.press("Tab")
    people.keyboard.press("Space")
    people.keyboard.press("Tab")
    people.keyboard.press("Enter")
    expect(people.get_by_text("Saved.")).to_be_visible()
    assert not ManagedPerson.objects.filter(name__startswith="Siobh").exists()
    assert ManagedPerson.objects.count() == 7


def test_enter_in_the_search_saves_nothing(people):
    people.get_by_role("checkbox", name="Ada").uncheck()
    people.get_by_role("searchbox", name="Search").fill("yui")
    people.keyboard.press("Enter")
    expect(people.get_by_role("checkbox", name="Yui")).to_be_visible()
    assert ManagedPerson.objects.count() == 8
