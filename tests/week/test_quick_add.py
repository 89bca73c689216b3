"""Quick add, over HTTP: what is understood, what is added, what is refused."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import Manager
from tests.support.asana import CREATE
from tests.support.pages import page
from tests.support.people import BANK_ID, BEN, STAND_UP, UNSEEN, WORKSPACE
from timesheet.models import Edit


def add(ada, line: str, *, htmx: bool = True, **values):
    given = {"task": STAND_UP, "edit": str(uuid4()), **values}
    return ada.send("quick/add/", htmx=htmx, line=line, **given)


def test_what_is_understood_is_shown_with_the_tasks_it_may_mean(ada):
    shown = page(ada.see("quick/", htmx=True, line="1h30 stand-up yesterday"))
    assert "1:30" in shown
    assert "Studio stand-up" in shown
    assert "<html" not in shown


def test_where_no_task_has_all_the_words_the_longest_finds_some(ada):
    shown = page(ada.see("quick/", htmx=True, line="1h security nonsense"))
    assert "Security review" in shown


def test_a_manager_goes_to_the_week_of_one_of_their_people(mia, ada, manages):
    manages(mia, BEN)
    address = f"/{WORKSPACE}/team/{mia.week}/{BEN}/"
    assert address in page(mia.see("quick/", htmx=True, line="person"))
    assert BEN not in page(ada.see("quick/", htmx=True, line="person"))


def test_an_admin_finds_people_once_a_page_has_read_who_there_is(omar):
    assert BEN not in page(omar.see("quick/", htmx=True, line="ben okafor"))
    omar.get(f"/{WORKSPACE}/team/{omar.week}/")
    assert BEN in page(omar.see("quick/", htmx=True, line="ben okafor"))


def test_an_admin_goes_to_every_page_of_the_administration(omar):
    omar.get(f"/{WORKSPACE}/team/{omar.week}/")
    for line in ("admin", "people", "rules", "shared reporting", "audit log"):
        assert 'role="option"' in page(omar.see("quick/", htmx=True, line=line))


def test_away_from_the_week_a_task_leads_to_its_row_there(ada):
    query = {"htmx": True, "line": "security review"}
    assert 'form="go-to-task"' in page(ada.see("quick/", **query))
    assert "go-to-task" not in page(ada.see("quick/", grid="1", **query))


def test_it_is_a_page_without_script(ada):
    assert "<html" in page(ada.see("quick/", line="1h stand-up"))


def test_an_entry_is_added_beside_what_is_there(ada, entries):
    before = entries()
    answer = add(ada, "0:20 stand-up mon")
    assert answer.headers["HX-Redirect"] == ada.at(f"?day={ada.week.start}")
    [new] = set(entries()) - set(before)
    assert new[0] == STAND_UP
    assert new[2] == 20
    assert set(before) < set(entries())


def test_a_task_that_is_not_in_the_week_joins_it(ada, entries):
    add(ada, "1 call", task="1205000000000009")
    today = str(timezone.localdate())
    assert ("1205000000000009", today, 60) in [entry[:3] for entry in entries()]


def test_the_same_line_sent_twice_is_added_once(ada, entries):
    edit = str(uuid4())
    before = len(entries())
    for _ in range(2):
        add(ada, "0:20 stand-up", edit=edit)
    assert len(entries()) == before + 1


def test_without_script_it_leads_to_the_week_of_the_day(ada):
    today = timezone.localdate()
    assert add(ada, "0:20 stand-up", htmx=False).url == ada.at(f"?day={today}")


@pytest.mark.parametrize(
    ("line", "values", "sentence"),
    [
        ("stand-up", {}, "Type how long it took."),
        ("25:99 stand-up", {}, "Minutes go up to 59."),
        ("1h stand-up", {"task": ""}, "Choose a task."),
        ("1h stand-up", {"edit": "x"}, "Your change arrived incomplete"),
    ],
)
@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "no script"])
def test_what_is_missing_is_said_and_nothing_is_written(ada, entries, line, values, sentence, htmx):
    before = entries()
    answer = add(ada, line, htmx=htmx, **values)
    assert answer.status_code == 422
    assert sentence in page(answer)
    assert entries() == before


def test_a_task_that_asana_does_not_show_is_refused(ada, entries):
    before = entries()
    assert add(ada, "1h x", task=UNSEEN).status_code == 403
    assert entries() == before


def test_asanas_refusal_is_said(ada, asana):
    asana.faults({"kind": "status", "status": 403, "method": "POST", "path": "entries$"})
    assert "Asana doesn’t let you do this" in page(add(ada, "1h stand-up"))


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "no script"])
def test_an_entry_that_waits_is_no_success(ada, asana, htmx):
    asana.faults({**CREATE, "kind": "status", "status": 429, "retry_after": 0})
    answer = add(ada, "0:20 stand-up", htmx=htmx)
    [message] = ada.get(answer.url).context["messages"]
    assert message.level_tag == "warning"
    assert str(message).startswith("0:20 on ")
    assert "isn’t saved to Asana yet." in str(message)
    assert Edit.objects.get().reason in str(message)


def test_suggested_are_ones_own_open_tasks_that_the_week_lacks(ada):
    shown = page(ada.see("suggestions/", htmx=True))
    assert "data-add" in shown
    assert BANK_ID not in shown


def test_without_ones_own_tasks_nothing_is_suggested_and_the_search_works(ada, asana):
    asana.faults({"kind": "status", "status": 500, "path": "/tasks$"})
    assert page(ada.see("suggestions/", htmx=True)).strip() == ""
    assert "Studio stand-up" in page(ada.see("tasks/", htmx=True, query="stand-up"))


def test_a_full_week_suggests_nothing(ada, this_week):
    ada.week = this_week.previous
    assert "data-add" not in page(ada.see("suggestions/", htmx=True))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("W30 2026", "/week/2026-W30/"),
        ("last week", "Go to week"),
        ("2026-11-24", "/week/2026-W48/?day=2026-11-24"),
        ("my hours", f"/{WORKSPACE}/me/"),
        ("stand-up", f'data-add="{STAND_UP}"'),
        ("qqqq", "Nothing matches."),
    ],
)
def test_a_line_without_hours_leads_somewhere(ada, line, said):
    html = page(ada.see("quick/", htmx=True, line=line))
    assert said in html
    assert 'type="radio"' not in html


@pytest.mark.parametrize("line", ["1:30 my hours", "8", "8.5 stand-up", "22-6"])
def test_a_line_with_hours_is_an_entry(ada, line):
    assert 'id="palette"' not in page(ada.see("quick/", htmx=True, line=line))


def test_only_managers_are_led_to_the_team(ada):
    assert "/team/" not in page(ada.see("quick/", htmx=True, line="team"))
    Manager.objects.create(workspace_gid=WORKSPACE, gid=ada.user.gid, name="Ada")
    assert "/team/" in page(ada.see("quick/", htmx=True, line="team"))


def test_an_admin_is_led_to_every_page_of_theirs(omar):
    """Every address is made when words are typed, also those that the words do not fit."""
    omar.get(f"/{WORKSPACE}/roles/")
    html = page(omar.see("quick/", htmx=True, line="people"))
    assert f'href="/{WORKSPACE}/roles/"' in html
