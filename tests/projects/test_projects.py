"""The projects page: hours, estimates and budgets as Asana has them."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from openpyxl import load_workbook

from tests.projects.conftest import BANK, MUSEUM, PITCH, STUDIO
from tests.support.files import as_time
from tests.support.pages import text_of
from tests.support.people import WORKSPACE
from timesheet.domain.budget import BURN_WEEKS, burn_span
from timesheet.domain.date_range import DateRange, Preset

MIA = "sandbox-mia"


def all_entries(sandbox, project, span, token=MIA):
    query = {
        "attributable_to": project,
        "entered_on_start_date": span.start.isoformat(),
        "entered_on_end_date": span.end.isoformat(),
        "opt_fields": "duration_minutes,billable_status,created_by.name",
    }
    entries: list[dict[str, Any]] = []
    offset: dict[str, str] = {}
    while True:
        paged = {**query, **offset, "limit": 100}
        answer = sandbox.call("GET", "/time_tracking_entries", token, params=paged).json()
        entries += answer["data"]
        if not answer["next_page"]:
            return entries
        offset = {"offset": answer["next_page"]["offset"]}


def minutes_of(entries, *statuses):
    wanted = [entry for entry in entries if not statuses or entry["billable_status"] in statuses]
    return sum(entry["duration_minutes"] for entry in wanted)


def row_of(context, project):
    return next(row for row in context["rows"] if row.project.gid == project)


def test_a_project_has_the_figures_that_asana_has(asana, mias):
    # On the first days of a quarter, its own hours would be none.
    span = DateRange.of(Preset.LAST_4_WEEKS, timezone.localdate())
    row = row_of(mias.context(range="last-4-weeks"), BANK)
    entries = all_entries(asana, BANK, span)
    assert row.figures.minutes == minutes_of(entries) > 0
    assert row.figures.billable == minutes_of(entries, "billable")
    assert len(row.figures.people) == len({entry["created_by"]["gid"] for entry in entries})
    fields = "custom_fields.number_value,actual_time_minutes"
    tasks = asana.get(f"/projects/{BANK}/tasks", MIA, opt_fields=fields, limit=100)
    estimates = [field["number_value"] or 0 for task in tasks for field in task["custom_fields"]]
    assert row.figures.estimate == sum(estimates)
    assert row.figures.actual == sum(task["actual_time_minutes"] for task in tasks)


def test_a_time_budget_burns_as_its_billable_entries_say(asana, mias):
    budget = asana.get("/budgets", MIA, parent=BANK)[0]
    today = timezone.localdate()
    burned = minutes_of(all_entries(asana, BANK, DateRange(*burn_span(today))), "billable")
    state = row_of(mias.context(), BANK).budget
    assert (state.used, state.total) == (budget["actual"]["value"], budget["total"]["value"])
    assert state.weekly_burn == burned / BURN_WEEKS
    left = budget["total"]["value"] - budget["actual"]["value"]
    days = -(-left * 7 // state.weekly_burn)
    assert state.runs_out(today) == today + timedelta(days=days)


def test_money_is_read_again_for_each_page_and_never_cached(asana, mias):
    mias.page()
    asana.forget_requests()
    state = row_of(mias.context(), MUSEUM).budget
    assert (state.kind, state.currency) == ("cost", "EUR")
    paths = [request["path"].rpartition("/")[2] for request in asana.requests()]
    assert sorted(set(paths)) == ["budgets", "rates"]


def test_projects_whose_budget_is_not_for_the_viewer_say_so(mias):
    html = mias.page()
    assert "Project admins only" in html
    assert row_of(mias.context(), STUDIO).budget is None


def test_the_columns_are_absent_where_the_plan_has_no_budgets(asana, mias):
    asana.settings(plan="time_tracking")
    html = mias.page()
    assert html.count("Your Asana plan doesn’t include budgets") == 1
    assert "Runs out" not in text_of(html)
    assert "No budget in Asana" not in html
    assert "Estimates cover the whole project." in html
    assert 'value="budget"' not in html
    assert 'value="runs-out"' not in html


def test_the_columns_are_absent_for_somebody_who_sees_no_budget(yuis):
    html = yuis.page()
    assert html.count("Asana shows budgets to project admins only") == 1
    assert "Runs out" not in text_of(html)


def test_totals_by_team_add_up_to_that_of_all(mias):
    page = mias.context()["page"]
    assert sum(total.minutes for total in page.totals) == page.total.minutes
    assert page.total.minutes == sum(row.figures.minutes for row in page.rows)
    assert {total.label for total in page.totals} == {"Build", "Client services", "Design"}


@pytest.mark.parametrize(
    ("query", "first"), [({"sort": "logged"}, BANK), ({"sort": "budget"}, MUSEUM), ({}, PITCH)]
)
def test_rows_are_sorted(mias, query, first):
    context = mias.context(range="last-4-weeks", **query)
    assert context["rows"][0].project.gid == first


def test_a_selection_is_saved_shown_and_deleted(mias):
    answer = mias.post("selections/", name="Clients", project=[BANK, MUSEUM])
    assert [row.project.gid for row in answer.context["rows"]] == [BANK, MUSEUM]
    assert answer.context["page"].total.label == "Clients"
    slug = answer.context["form"].selection.slug
    answer = mias.post(f"selections/{slug}/delete/")
    assert len(answer.context["rows"]) > 2


@pytest.mark.parametrize("values", [{"name": "", "project": [BANK]}, {"name": "Clients"}])
def test_a_selection_needs_a_name_and_projects(mias, values):
    assert mias.post("selections/", **values).status_code == 422


def test_a_large_workspace_is_read_in_steps(mias, monkeypatch):
    monkeypatch.setattr("timesheet.projects.loading.PROJECTS_AT_ONCE", 1)
    assert mias.context()["page"].missing == 2
    answer = mias.get(htmx=True)
    assert answer.context["page"].missing == 1
    assert 'hx-trigger="load"' in answer.content.decode()
    assert "<html" not in answer.content.decode()
    assert mias.get(htmx=True).context["page"].missing == 0


def test_nothing_is_shown_while_asana_is_down(asana, mias):
    asana.faults({"kind": "status", "status": 500, "path": ".*", "method": "GET"})
    assert mias.get().status_code in (502, 503)


def lines_of(client, name="projects.csv"):
    """The lines of a file by the gid of the project, and the note below them."""
    text = b"".join(client.get(name).streaming_content).decode("utf-8-sig")
    head, *lines = csv.reader(StringIO(text))
    notes = [line[0] for line in lines if len(line) == 1]
    rows = [line for line in lines if len(line) > 1]
    return {line[1]: dict(zip(head, line, strict=True)) for line in rows}, " ".join(notes)


def test_the_file_has_the_figures_of_the_page(mias):
    page = mias.context()["page"]
    answer = mias.get("projects.xlsx")
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    lines = list(sheet.iter_rows(values_only=True))
    names = list(lines[0])
    bank = dict(zip(names, next(line for line in lines if line[1] == BANK), strict=True))
    row = next(row for row in page.rows if row.project.gid == BANK)
    for name, minutes in (
        ("Hours", row.figures.minutes),
        ("Billable", row.figures.billable),
        ("Estimate", row.figures.estimate),
        ("Logged in total", row.figures.actual),
    ):
        assert as_time(bank[name]) == timedelta(minutes=minutes)
        assert bank[f"{name} (decimal)"] == minutes / 60
    assert bank["Minutes"] == row.figures.minutes
    assert (bank["Budget used"], bank["Unit"]) == (row.budget.used, "minutes")
    assert bank["Weekly burn"] == pytest.approx(row.budget.weekly_burn)


def test_both_files_say_the_same(mias):
    by_project, _note = lines_of(mias)
    row = next(row for row in mias.context()["page"].rows if row.project.gid == MUSEUM)
    museum = by_project[MUSEUM]
    assert int(museum["Minutes"]) == row.figures.minutes
    assert round(float(museum["Hours (decimal)"]) * 60) == row.figures.minutes
    assert (museum["Budget used"], museum["Unit"]) == (f"{row.budget.used:.2f}", "EUR")
    assert set(by_project) == {row.project.gid for row in mias.context()["page"].rows}


def test_a_file_without_budgets_says_why(asana, mias, yuis):
    by_project, note = lines_of(yuis)
    assert "Budget" not in "".join(by_project[BANK])
    assert "Asana shows budgets to project admins only" in note
    _lines, note = lines_of(mias)
    assert "Asana shows the budgets of these projects to their admins only: Studio" in note
    asana.settings(plan="time_tracking")
    cache.clear()
    by_project, note = lines_of(mias)
    assert {"Budget used", "Budget", "Unit", "Runs out"} & set(by_project[BANK]) == set()
    assert "Your Asana plan doesn’t include budgets" in note


def test_a_project_without_an_estimate_does_not_hide_the_total(asana, mias):
    asana.add_data(projects=[{"name": "Unestimated", "workspace": WORKSPACE}])
    cache.clear()
    sheet = load_workbook(BytesIO(b"".join(mias.get("projects.xlsx").streaming_content)))
    lines = list(sheet.worksheets[0].iter_rows(values_only=True))
    total = next(line for line in lines if line[0] == "Total")
    assert str(total[lines[0].index("Estimate")]).startswith("=SUM(")


def test_the_weekly_burn_is_on_the_page(mias):
    state = row_of(mias.context(), BANK).budget
    assert f"{round(state.weekly_burn / 60)} h a week" in text_of(mias.page())


def test_totals_have_budgets_of_time_and_of_money(mias):
    page = mias.context()["page"]
    for kind, total in zip(("time", "cost"), page.total.budgets, strict=True):
        budgets = [row.budget for row in page.rows if row.budget and row.budget.kind == kind]
        assert total.used == sum(budget.used for budget in budgets) > 0
        assert total.total == sum(budget.total for budget in budgets)
    assert f"EUR\xa0{round(page.total.budgets[1].total):,}" in mias.page()


def test_projects_of_the_same_name_are_told_apart(asana, mias):
    projects = [
        {"name": "Website", "workspace": WORKSPACE, "team": team} for team in ("Design", "Build")
    ]
    asana.add_data(projects=projects)
    cache.clear()
    html = mias.page()
    assert "Website (Design)" in html
    assert "Website (Build)" in html
