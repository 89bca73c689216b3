"""The page of a week: what is on it, what it asks Asana for, and what it says when it cannot."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from accounts.models import Connection
from tests.support.asana import CLOSED, LIST, count_requests
from tests.support.pages import page, total_of
from tests.support.people import BANK_ID, HARBOUR, STAND_UP, WORKSPACE
from timesheet.domain.week import Week


def test_a_row_is_a_task_with_its_project_hours_and_total(ada, this_week):
    shown = page(ada.see())
    assert "Sign-in with BankID: flow and prototype" in shown
    assert "Fjord Bank mobile app" in shown
    assert f'name="hours:{BANK_ID}:{this_week.start}" value="1:30"' in shown
    assert f'id="total-{BANK_ID}">1:30<' in shown


def test_totals_of_the_days_and_the_week(ada, this_week):
    shown = page(ada.see())
    assert total_of(shown, this_week.start) == "1:45"
    assert total_of(shown, "week") == "1:45"


def test_every_cell_says_its_task_and_its_full_date(ada):
    ada.week = Week.parse("2026-W47")
    ada.send("rows/add/", task=STAND_UP)
    shown = page(ada.see())
    day = ada.week.days[2]
    assert f'aria-labelledby="name-{STAND_UP} day-{day}"' in shown
    assert f'id="name-{STAND_UP}"' in shown
    assert f'id="day-{day}"' in shown
    assert f'data-task="{STAND_UP}" data-day="2026-11-18"' in shown


@pytest.mark.parametrize(
    ("task", "shown"),
    [
        ("1205000000000029", "&lt;script&gt;"),
        ("1205000000000072", "1205000000000072"),
        ("1205000000000013", "ا"),
    ],
)
def test_odd_names_are_shown_as_text(ada, task, shown):
    ada.send("rows/add/", task=task)
    assert shown in ada.see().content.decode()
    assert f'id="row-{task}"' in page(ada.see())


def test_links_lead_to_the_weeks_beside_and_to_this_one(ada):
    ada.week = Week.parse("2027-W01")
    shown = page(ada.see())
    assert f'href="/{WORKSPACE}/week/2026-W53/" rel="prev"' in shown
    assert f'href="/{WORKSPACE}/week/2027-W02/" rel="next"' in shown


def test_who_is_in_two_workspaces_may_switch(mia, ada):
    assert f'href="/{HARBOUR}/week/' in page(mia.see())
    assert f'href="/{HARBOUR}/week/' not in page(ada.see())


@pytest.mark.parametrize("workspace", [HARBOUR, "1200000000000009"])
def test_a_workspace_that_is_not_hers_is_not_found(ada, workspace):
    answer = ada.get(ada.at(workspace=workspace))
    assert answer.status_code in (403, 404)
    assert 'id="problem"' in page(answer)


@pytest.mark.parametrize("week", ["2026-W54", "2026-W00", "0000-W01"])
def test_a_week_that_does_not_exist_is_not_found(ada, week):
    assert ada.get(f"/{WORKSPACE}/week/{week}/").status_code == 404


@pytest.mark.parametrize(("asked", "shown"), [("2026-11-19", "4"), ("2026-01-01", "1"), ("x", "1")])
def test_a_narrow_screen_shows_the_day_that_was_asked_for(ada, asked, shown):
    ada.week = Week.parse("2026-W47")
    assert f'data-shown="{shown}"' in page(ada.see(day=asked))


# What it asks


def test_a_week_asks_asana_for_its_entries_once(ada, asana):
    ada.see()
    assert count_requests(asana, path="/time_tracking_entries") == 1


def test_a_week_of_more_than_a_page_asks_once_a_page(ada, asana, this_week):
    task = f"/tasks/{STAND_UP}/time_tracking_entries"
    for _ in range(101):
        asana.post(task, duration_minutes=1, entered_on=str(this_week.end))
    asana.forget_requests()
    assert f'id="total-{STAND_UP}">1:56<' in page(ada.see())
    assert count_requests(asana, path="/time_tracking_entries") == 2


def test_saving_a_cell_asks_for_the_week_once(ada, asana, this_week):
    ada.see()
    asana.forget_requests()
    ada.save(BANK_ID, this_week.end, "1")
    assert [request["method"] for request in asana.requests()] == ["GET", "POST"]


def test_lists_without_tasks_still_show_every_name(ada, asana, this_week):
    ada.week = this_week.previous
    names = task_names(page(ada.see()))
    asana.settings(strict_list_fields=True)
    assert task_names(page(ada.see())) == names
    assert len(names) == 7


def test_lists_without_tasks_are_completed_once_and_remembered(ada, asana):
    asana.settings(strict_list_fields=True)
    ada.see()
    first = asana.requests()
    asana.forget_requests()
    ada.see()
    assert len(first) > 2
    assert {request["path"].rpartition("/")[2] for request in asana.requests()} == {
        "time_tracking_entries",
        "timesheet_approval_statuses",
    }


def task_names(shown: str) -> list[str]:
    return re.findall(r'<span class="name" id="[^"]*" dir="auto" title="([^"]*)"', shown)


# Who may, and what is said when it cannot be shown


def test_somebody_signed_out_comes_back_here_after_signing_in(ada):
    ada.logout()
    answer = ada.see()
    assert answer.status_code == 302
    assert answer.url == f"{reverse('sign_in')}?next={ada.at().replace('/', '%2F')}"


def test_somebody_without_a_connection_is_asked_to_connect(ada):
    Connection.objects.all().delete()
    assert "Connect to Asana" in page(ada.see())


def test_a_connection_that_ended_has_to_be_made_again(ada):
    Connection.objects.update(state=Connection.TokenState.NEEDS_RECONNECTING)
    assert "Connect to Asana" in page(ada.see())


def test_a_week_is_only_read(ada):
    assert ada.send("").status_code == 405


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ({"kind": "status", "status": 400}, 400),
        ({"kind": "status", "status": 401}, 401),
        ({"kind": "status", "status": 402}, 402),
        ({"kind": "status", "status": 403}, 403),
        ({"kind": "status", "status": 404}, 404),
        ({"kind": "status", "status": 429, "retry_after": 30}, 429),
        ({"kind": "status", "status": 500}, 502),
        ({"kind": "truncate"}, 503),
        ({"kind": "drop_before"}, 503),
    ],
    ids=lambda value: str(value.get("status", value["kind"])) if isinstance(value, dict) else None,
)
def test_what_asana_does_not_tell_has_a_page(ada, asana, fault, status):
    asana.faults({**LIST, **fault})
    answer = ada.see()
    assert answer.status_code == status
    assert 'id="problem"' in page(answer)
    assert answer.headers.get("Retry-After") == ("30" if fault.get("status") == 429 else None)


def test_asana_out_of_reach_has_a_page(ada, settings):
    settings.ASANA_URL = CLOSED
    answer = ada.see()
    assert answer.status_code in (502, 503, 504)
    assert "Asana" in page(answer)


# The front door


def test_the_front_door_leads_to_this_week(ada, this_week):
    assert ada.get("/").url == f"/{WORKSPACE}/week/{this_week}/"


def test_the_front_door_leads_back_to_the_last_workspace(mia, this_week):
    mia.get(mia.at(workspace=HARBOUR))
    assert mia.get("/").url == f"/{HARBOUR}/week/{this_week}/"


def test_today_is_the_day_of_the_browsers_own_zone(ada, time_machine):
    time_machine.move_to("2026-11-22T23:30:00+00:00", tick=False)
    ada.cookies["zone"] = "Europe/Berlin"
    assert ada.get("/").url.endswith("/2026-W48/")
    ada.cookies["zone"] = "nonsense/../zone"
    assert ada.get("/").url.endswith("/2026-W47/")


def test_everybody_sees_their_own_week(ada, ben):
    ada.send("rows/add/", task="1205000000000029")
    assert 'id="row-1205000000000029"' in page(ada.see())
    assert 'id="row-1205000000000029"' not in page(ben.see())
