"""Finding tasks, putting them into the week, taking them out again."""

from __future__ import annotations

import re

import pytest

from tests.support.pages import page
from tests.support.people import BANK_ID, HARBOUR_TASK, MUSEUM_TASK, STAND_UP, UNSEEN
from timesheet.models import AddedRow


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "no script"])
def test_tasks_are_found_by_a_part_of_their_name(ada, htmx):
    found = page(ada.see("tasks/", htmx=htmx, query="stand-up"))
    assert "Studio stand-up" in found
    assert "Sign-in with BankID" not in found
    assert ("<html" in found) is not htmx


def test_before_anything_is_typed_asana_suggests_some(ada):
    assert page(ada.see("tasks/", htmx=True, query="")).count("<li ") > 3


def test_that_nothing_was_found_is_said(ada):
    assert "No task matches “xyzzy”" in page(ada.see("tasks/", htmx=True, query="xyzzy"))


def test_a_very_long_query_is_no_trouble(ada):
    assert ada.see("tasks/", htmx=True, query="y" * 10_000).status_code == 200


def test_a_task_that_ada_may_not_see_is_not_found(ada):
    assert UNSEEN not in page(ada.see("tasks/", htmx=True, query="pitch"))


def test_an_added_task_has_an_empty_row_in_this_week_only(ada, this_week):
    answer = page(ada.send("rows/add/", task=MUSEUM_TASK))
    assert f'id="row-{MUSEUM_TASK}"' in answer
    assert f'id="row-{MUSEUM_TASK}"' in page(ada.see())
    ada.week = this_week.next
    assert f'id="row-{MUSEUM_TASK}"' not in page(ada.see())


def test_without_script_adding_leads_back_to_the_week(ada):
    answer = ada.send("rows/add/", htmx=False, task=MUSEUM_TASK)
    assert answer.url == ada.at(f"#row-{MUSEUM_TASK}")


def test_adding_a_task_twice_adds_it_once(ada):
    for _ in range(2):
        ada.send("rows/add/", task=MUSEUM_TASK)
    assert page(ada.see()).count(f'id="row-{MUSEUM_TASK}"') == 1


def test_hours_may_be_typed_into_an_added_row(ada, entries, this_week):
    ada.send("rows/add/", task=MUSEUM_TASK)
    ada.save(MUSEUM_TASK, this_week.end, "2")
    assert (MUSEUM_TASK, str(this_week.end), 120) in [entry[:3] for entry in entries()]


@pytest.mark.parametrize(
    ("task", "status"), [(UNSEEN, 403), (HARBOUR_TASK, 403), ("999", 404), ("x1", 400), ("", 400)]
)
def test_a_task_that_does_not_belong_here_is_not_added(ada, task, status):
    answer = ada.send("rows/add/", task=task)
    assert answer.status_code == status
    assert 'id="problem"' in page(answer)
    assert not AddedRow.objects.exists()


def test_a_task_of_another_workspace_is_not_added_though_one_sees_it(mia):
    assert mia.send("rows/add/", task=HARBOUR_TASK).status_code == 404
    assert not AddedRow.objects.exists()


def test_a_removed_row_is_gone(ada):
    ada.send("rows/add/", task=MUSEUM_TASK)
    ada.send("rows/remove/", task=MUSEUM_TASK)
    assert f'id="row-{MUSEUM_TASK}"' not in page(ada.see())


def test_removing_a_row_leaves_its_hours_alone(ada, entries):
    before = entries()
    ada.send("rows/add/", task=STAND_UP)
    ada.send("rows/remove/", task=STAND_UP)
    assert entries() == before
    assert f'id="row-{STAND_UP}"' in page(ada.see())


def test_a_row_is_removed_for_oneself_only(ada, ben):
    for person in (ada, ben):
        person.send("rows/add/", task=BANK_ID)
    ada.send("rows/remove/", task=BANK_ID)
    assert [row.user for row in AddedRow.objects.all()] == [ben.user]


@pytest.mark.parametrize(
    "headers",
    [{"Referer": "http://["}, {"HX-Request": "true", "HX-Current-URL": "http://["}],
    ids=["Referer", "htmx"],
)
def test_the_address_of_the_page_may_be_nonsense(ada, headers):
    assert ada.post(ada.at("rows/order/"), headers=headers).url == ada.at()


@pytest.mark.parametrize("header", ["X-Page", "Referer"])
@pytest.mark.parametrize("path", ["rows/copy/", "rows/order/", "submit/", "recall/"])
def test_what_leads_back_to_the_week_keeps_the_day_that_a_phone_shows(ada, path, header):
    day = ada.week.days[3]
    answer = ada.post(ada.at(path), headers={header: ada.at(f"?day={day}")})
    assert (answer.url if header == "Referer" else answer["X-Location"]) == ada.at(f"?day={day}")
    elsewhere = ada.post(ada.at(path), headers={"Referer": ada.at("?day=2020-01-01")})
    assert elsewhere.url == ada.at()


def test_the_open_tasks_of_the_week_before_are_copied_without_their_hours(ada, entries):
    before = entries()
    answer = ada.send("rows/copy/", htmx=False)
    assert answer.url == ada.at()
    shown = page(ada.see())
    assert "Added 5 tasks from last week." in shown
    assert {entry[0] for entry in entries(1)} <= set(re.findall(r'id="row-(\d+)"', shown))
    assert entries() == before


def test_rows_of_the_week_before_without_hours_are_copied_too(ada, this_week):
    ada.week = this_week.previous
    ada.send("rows/add/", task=MUSEUM_TASK)
    ada.week = this_week
    ada.send("rows/copy/", htmx=False)
    assert f'id="row-{MUSEUM_TASK}"' in page(ada.see())


def test_completed_tasks_are_left_behind(ada, asana, entries, this_week):
    asana.post(
        "/tasks/1205000000000004/time_tracking_entries",
        duration_minutes=5,
        entered_on=str(this_week.previous.start),
    )
    ada.send("rows/copy/", htmx=False)
    assert 'id="row-1205000000000004"' not in page(ada.see())


def test_copying_twice_says_that_all_is_there(ada):
    for _ in range(2):
        ada.send("rows/copy/", htmx=False)
    assert "Last week has no other open tasks" in page(ada.see())


@pytest.mark.parametrize("path", ["rows/add/", "rows/copy/", "rows/remove/"])
def test_rows_are_changed_by_a_post_only(ada, path):
    assert ada.see(path, task=MUSEUM_TASK).status_code == 405


def test_asana_out_of_reach_is_reported_and_adds_nothing(ada, settings):
    settings.ASANA_URL = "http://127.0.0.1:9"
    answer = ada.send("rows/add/", task=MUSEUM_TASK)
    assert answer.status_code == 503
    assert 'id="problem"' in page(answer)
    assert not AddedRow.objects.exists()


# Pinned rows, and their order


def test_a_pinned_task_is_in_every_week_until_it_is_unpinned(ada, this_week):
    ada.send("rows/pin/", task=STAND_UP)
    ada.week = this_week.next
    assert f'id="row-{STAND_UP}"' in page(ada.see())
    ada.send("rows/unpin/", task=STAND_UP)
    ada.week = this_week.next.next
    assert f'id="row-{STAND_UP}"' not in page(ada.see())


def test_a_pinned_task_taken_away_is_away_from_that_week_alone(ada, this_week):
    ada.send("rows/pin/", task=STAND_UP)
    ada.week = this_week.next
    ada.send("rows/remove/", task=STAND_UP)
    assert f'id="row-{STAND_UP}"' not in page(ada.see())
    ada.send("rows/add/", task=STAND_UP)
    assert f'id="row-{STAND_UP}"' in page(ada.see())
    ada.week = this_week.next.next
    assert f'id="row-{STAND_UP}"' in page(ada.see())


def test_another_persons_pins_are_theirs(ada, ben, this_week):
    ada.send("rows/pin/", task=STAND_UP)
    ben.week = this_week.next.next
    assert f'id="row-{STAND_UP}"' not in page(ben.see())


def test_rows_are_ordered_by_name_and_back(ada):
    for order, other in (("name", "project"), ("project", "name")):
        assert ada.send("rows/order/", htmx=False, order=order).url == ada.at()
        assert f'name="order" value="{other}"' in page(ada.see())


def test_an_order_that_there_is_not_changes_nothing(ada):
    ada.send("rows/order/", htmx=False, order="size")
    assert 'name="order" value="name"' in page(ada.see())


@pytest.mark.parametrize(
    ("day", "week"),
    [("2026-11-20", "2026-W47"), ("2027-01-01", "2026-W53"), ("x", None), ("", None)],
)
def test_a_day_leads_to_its_week(ada, day, week):
    ada.see()
    page_of_week = ada.at().replace(str(ada.week), week or str(ada.week))
    address = f"{page_of_week}?day={day}" if week else page_of_week
    assert ada.get("/week/", {"day": day}).url == address
