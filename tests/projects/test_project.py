"""One project, the time of a task, planned work, and budget alerts."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from accounts.models import ManagedPerson
from tests.projects.conftest import BANK, MUSEUM, STUDIO, ProjectBrowser
from tests.support.pages import page, text_of
from tests.support.people import ADA, BANK_ID, BEN, MIA, MUSEUM_TASK, WORKSPACE
from timesheet.domain.week import Week
from timesheet.models import BudgetAlert

TOKEN = "sandbox-mia"
# On the first days of a quarter, its own hours would be none.
RANGE = {"range": "last-4-weeks"}


def test_tasks_have_their_estimate_against_the_actual_time(asana, mias):
    data = mias.context(f"{BANK}/")["data"]
    fields = "custom_fields.number_value,actual_time_minutes"
    for hours in data.tasks[:5]:
        task = asana.get(f"/tasks/{hours.task.gid}", TOKEN, opt_fields=fields)
        assert hours.task.actual == task["actual_time_minutes"]
        assert hours.task.estimate == task["custom_fields"][0]["number_value"]
        estimate = hours.task.estimate or 0
        assert hours.over == (max(hours.task.actual - estimate, 0) if estimate else 0)


def test_costs_are_hours_by_rate(asana, mias):
    data = mias.context(f"{MUSEUM}/", **RANGE)["data"]
    rates = {
        rate["resource"]["gid"]: rate["rate"] for rate in asana.get("/rates", TOKEN, parent=MUSEUM)
    }
    expected = sum(hours.minutes / 60 * rates.get(hours.person.gid, 0) for hours in data.people)
    assert data.cost == pytest.approx(expected)
    assert data.billable_amount < data.cost
    assert "Billable amount" in mias.page(f"{MUSEUM}/")


@pytest.mark.parametrize("plan", ["time_tracking", "timesheets"])
def test_there_are_no_costs_without_rates(asana, yuis, plan):
    asana.settings(plan=plan)
    html = text_of(yuis.page(f"{BANK}/"))
    for words in ("Cost", "Billable amount", "Budget alert", "EUR", "Weekly burn"):
        assert words not in html
    explained = {
        "time_tracking": "Your Asana plan doesn’t include budgets",
        "timesheets": "Asana shows this project’s budget and rates to its admins only.",
    }
    assert explained[plan] in html


def delete_rates(asana, *people):
    for rate in asana.get("/rates", TOKEN, parent=MUSEUM):
        if not people or rate["resource"]["gid"] in people:
            asana.delete(f"/rates/{rate['gid']}", TOKEN)


def test_hours_without_a_rate_have_no_cost_rather_than_none(asana, mias):
    delete_rates(asana, ADA)
    html = mias.page(f"{MUSEUM}/", **RANGE)
    assert re.search(r"<bdi>Ada Lindqvist</bdi></th>.*?–</td>.*?–</td>.*?–</td></tr>", html)
    words = text_of(html)
    assert "EUR\xa00" not in words
    assert words.count("No rate is set in Asana for these people") == 1


def test_a_project_without_any_rate_has_no_costs(asana, mias):
    delete_rates(asana)
    words = text_of(mias.page(f"{MUSEUM}/", **RANGE))
    assert "Billable amount" not in words
    assert "EUR\xa00" not in words
    assert words.count("No rates are set in Asana for this project") == 1


@pytest.fixture
def second_ada(asana) -> str:
    """The gid of another Ada Lindqvist, who works on the museum and the bank too."""
    person = {
        "name": "Ada Lindqvist",
        "email": "lindqvist@nordlicht.example",
        "slug": "lindqvist",
        "memberships": [{"workspace": WORKSPACE}],
    }
    day = Week.of(timezone.localdate()).previous.start.isoformat()
    entry = {"person": "lindqvist", "duration_minutes": 30, "entered_on": day}
    entries = [
        {**entry, "task": MUSEUM_TASK, "attributable_to": MUSEUM},
        {**entry, "task": BANK_ID, "attributable_to": BANK},
    ]
    return asana.add_data(people=[person], entries=entries)["people"][0]


def test_people_of_the_same_name_differ_on_the_pages(mias, second_ada):
    for path in (f"{MUSEUM}/", f"tasks/{BANK_ID}/"):
        html = mias.page(path, **RANGE)
        assert f"Ada Lindqvist ({second_ada})" in html
        assert re.search(rf"Ada Lindqvist \(({ADA}|ada@nordlicht.example)\)", html)
    ManagedPerson.objects.filter(gid=BEN).update(name="Ada Lindqvist", email="ben@example.com")
    html = mias.page("planned/")
    assert f"Ada Lindqvist ({ADA})" in html
    assert "Ada Lindqvist (ben@example.com)" in html


def test_a_project_that_asana_hides_is_not_shown(yuis):
    assert yuis.get("1204000000000005/").status_code == 403


def test_a_tasks_time_says_who_logged_what(asana, mias):
    data = mias.context(f"tasks/{BANK_ID}/")["data"]
    entries = asana.get(f"/tasks/{BANK_ID}/time_tracking_entries", TOKEN, limit=50)
    assert [entry.gid for entry in data.entries] == [entry["gid"] for entry in entries]
    assert data.hidden == 0


def test_a_tasks_time_has_pages(asana, mias, monkeypatch):
    monkeypatch.setattr("timesheet.projects.task_time.ENTRIES_OF_A_PAGE", 5)
    seen: list[str] = []
    query: dict[str, str] = {}
    while True:
        data = mias.context(f"tasks/{BANK_ID}/", **query)["data"]
        seen += [entry.gid for entry in data.entries]
        if not data.next:
            break
        query = {"offset": data.next}
    entries = asana.get(f"/tasks/{BANK_ID}/time_tracking_entries", TOKEN, limit=100)
    assert seen == [entry["gid"] for entry in entries]
    assert len(seen) > 5


def test_an_expired_page_begins_again(asana, mias, monkeypatch):
    monkeypatch.setattr("timesheet.projects.task_time.ENTRIES_OF_A_PAGE", 5)
    first = mias.context(f"tasks/{BANK_ID}/")["data"]
    asana.settings(clock_offset_seconds=3600)
    data = mias.context(f"tasks/{BANK_ID}/", offset=first.next)["data"]
    assert data.is_first
    assert [entry.gid for entry in data.entries] == [entry.gid for entry in first.entries]


def test_a_member_sees_their_own_time_of_a_task_and_edits_it(asana, ada):
    adas = ProjectBrowser(ada)
    answer = adas.get(f"tasks/{BANK_ID}/")
    data, html = answer.context["data"], page(answer)
    assert {entry.created_by.gid for entry in data.entries} == {ADA}
    assert data.hidden > 0
    assert "was logged by people whose entries Asana doesn’t show you" in html
    entry = data.entries[0]
    week = Week.of(entry.entered_on)
    address = f"/{WORKSPACE}/week/{week}/entries/?task={BANK_ID}&day={entry.entered_on}"
    assert f'href="{address}"' in html
    assert ada.get(address).status_code == 200


def test_planned_work_is_what_the_allocations_say(asana, mias):
    context = mias.context("planned/")
    row = next(row for row in context["page"].rows if row.person.gid == BEN)
    allocations = asana.get("/allocations", TOKEN, assignee=BEN, workspace=WORKSPACE)
    for plan in row.weeks:
        minutes = 0
        for day in plan.week.days[:5]:
            for allocation in allocations:
                if allocation["start_date"] <= day.isoformat() <= allocation["end_date"]:
                    value = allocation["effort"]["value"]
                    hours = allocation["effort"]["type"] == "hours"
                    minutes += value * 60 if hours else 480 * value / 100
        assert plan.planned == minutes
    assert any(plan.planned for plan in row.weeks)


def test_planned_work_stands_beside_logged_work(asana, mias):
    row = next(r for r in mias.context("planned/")["page"].rows if r.person.gid == ADA)
    last = Week.of(timezone.localdate()).previous
    query = {
        "user": ADA,
        "workspace": WORKSPACE,
        "entered_on_start_date": last.start.isoformat(),
        "entered_on_end_date": last.end.isoformat(),
    }
    entries = asana.get("/time_tracking_entries", TOKEN, **query)
    assert row.weeks[0].logged == sum(entry["duration_minutes"] for entry in entries)
    assert row.weeks[2].logged is None


def test_nothing_is_planned_where_the_plan_has_no_allocations(asana, mias):
    asana.faults({"kind": "status", "status": 402, "path": "/allocations", "method": "GET"})
    html = mias.page("planned/")
    assert html.count("Your Asana plan doesn’t include allocations") == 1
    assert "<table" not in html


def test_allocations_that_asana_hides_are_not_zero(asana, mias):
    asana.faults({"kind": "status", "status": 403, "method": "GET", "path": "/allocations"})
    words = text_of(mias.page("planned/"))
    assert words.count("Asana doesn’t show you what’s planned for:") == 1
    assert "40:00 free" not in words
    row = next(r for r in mias.context("planned/")["page"].rows if r.person.gid == BEN)
    assert {(plan.planned, plan.free) for plan in row.weeks} == {(None, None)}
    assert not row.is_over


def test_unknown_time_off_is_said(asana, mias):
    rule = {"kind": "status", "status": 403, "method": "GET", "path": "/ooo_entries"}
    asana.faults(rule)
    words = text_of(mias.page("planned/"))
    assert words.count("Asana doesn’t show you the time off of:") == 1


@pytest.mark.parametrize(("sort", "key"), [("over", "over"), ("free", "free")])
def test_who_is_over_and_who_has_time_come_first(mias, sort, key):
    rows = mias.context("planned/", sort=sort)["page"].rows
    amounts = [getattr(row.ahead, key) for row in rows]
    assert amounts == sorted(amounts, reverse=True)
    assert [row.person.gid for row in rows] != [
        row.person.gid for row in mias.context("planned/")["page"].rows
    ] or len(set(amounts)) == 1


def test_an_alert_is_saved_changed_and_turned_off(mias):
    mias.post(f"{BANK}/alert/", percent="70", person=[MIA, "1201000000000009"])
    alert = BudgetAlert.objects.get()
    assert (alert.percent, alert.recipients) == (70, [MIA])
    mias.post(f"{BANK}/alert/", percent="90", person=[MIA])
    assert BudgetAlert.objects.get().percent == 90
    mias.post(f"{BANK}/alert/", percent="90")
    assert not BudgetAlert.objects.exists()


@pytest.mark.parametrize("percent", ["", "0", "201", "x", "-5", "9999"])
def test_an_alert_needs_a_percentage(mias, percent):
    assert mias.post(f"{BANK}/alert/", percent=percent, person=[MIA]).status_code == 422
    assert not BudgetAlert.objects.exists()


def test_a_project_without_a_visible_budget_has_no_alert(mias):
    assert "Budget alert" not in mias.page(f"{STUDIO}/")
