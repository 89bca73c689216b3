"""Budgets, rates, allocations and estimates: who sees them, by which plan, and what they sum to."""

from __future__ import annotations

from datetime import date, timedelta

import asana
import pytest
from asana.rest import ApiException

MIA, OMAR, SIOBHAN = "sandbox-mia", "sandbox-omar", "sandbox-siobhan"
EFFORT = {"type": "hours", "value": 2}


@pytest.fixture
def projects(sandbox, studio):
    rows = sandbox.get(f"/workspaces/{studio}/projects", OMAR)
    return {row["name"].split()[0].lower(): row["gid"] for row in rows}


@pytest.fixture
def people(sandbox, studio):
    users = sandbox.get(f"/workspaces/{studio}/users")
    return {user["name"].split()[0].lower(): user["gid"] for user in users}


def budget_of(sandbox, project, token=MIA):
    return sandbox.get("/budgets", token, parent=project)[0]


def entries_of(sandbox, project, **query):
    query |= {"attributable_to": project, "opt_fields": "duration_minutes,billable_status"}
    query["opt_fields"] += ",created_by.name"
    rows, offset = [], None
    while True:
        paged = {"limit": 100, **({"offset": offset} if offset else {})}
        answer = sandbox.call("GET", "/time_tracking_entries", MIA, params={**query, **paged})
        rows += answer.json()["data"]
        if not answer.json()["next_page"]:
            return rows
        offset = answer.json()["next_page"]["offset"]


def test_a_time_budget_counts_the_billable_minutes_of_its_project(sandbox, projects):
    budget = budget_of(sandbox, projects["fjord"])
    entries = entries_of(sandbox, projects["fjord"])
    billable = [entry for entry in entries if entry["billable_status"] == "billable"]
    assert budget["actual"] == {
        "billable_status_filter": "billable",
        "units": "minutes",
        "value": sum(entry["duration_minutes"] for entry in billable),
    }
    assert 0 < len(billable) < len(entries)
    assert budget["total"]["value"] > budget["actual"]["value"]
    sandbox.put(f"/budgets/{budget['gid']}", MIA, actual={"billable_status_filter": "any"})
    assert budget_of(sandbox, projects["fjord"])["actual"]["value"] == sum(
        entry["duration_minutes"] for entry in entries
    )


def test_a_cost_budget_counts_time_by_rate(sandbox, projects):
    budget = budget_of(sandbox, projects["museum"])
    rates = {
        rate["resource"]["name"]: rate["rate"]
        for rate in sandbox.get("/rates", MIA, parent=projects["museum"])
    }
    cost = sum(
        entry["duration_minutes"] / 60 * rates.get(entry["created_by"]["name"], 0)
        for entry in entries_of(sandbox, projects["museum"])
        if entry["billable_status"] == "billable"
    )
    assert budget["actual"]["value"] == pytest.approx(cost)
    assert budget["actual"]["units"] == budget["total"]["units"] == "EUR"


def test_the_estimate_of_a_budget_is_that_of_its_tasks(sandbox, projects):
    tasks = sandbox.get(
        f"/projects/{projects['fjord']}/tasks",
        opt_fields="custom_fields.asana_created_field,custom_fields.number_value",
    )
    fields = [field for task in tasks for field in task["custom_fields"]]
    assert {field["asana_created_field"] for field in fields} == {"estimated_time"}
    minutes = sum(field["number_value"] or 0 for field in fields)
    assert budget_of(sandbox, projects["fjord"])["estimate"]["value"] == minutes > 0


def test_a_disabled_part_of_a_budget_has_no_value(sandbox, projects):
    budget = budget_of(sandbox, projects["fjord"])
    changed = sandbox.put(
        f"/budgets/{budget['gid']}",
        MIA,
        estimate={"enabled": False, "source": "none"},
        total={"enabled": False},
    )
    assert (changed["estimate"]["value"], changed["estimate"]["units"]) == (None, None)
    assert changed["total"] == {"enabled": False, "units": None, "value": None}


def test_the_total_of_each_type_is_kept(sandbox, projects):
    path = f"/budgets/{budget_of(sandbox, projects['fjord'])['gid']}"
    minutes = sandbox.get(path, MIA)["total"]["value"]
    changed = sandbox.put(path, MIA, budget_type="cost", total={"value": 9000, "enabled": True})
    assert changed["total"] == {"enabled": True, "units": "EUR", "value": 9000}
    assert sandbox.put(path, MIA, budget_type="time")["total"]["value"] == minutes


def test_a_project_has_one_budget_at_most(sandbox, projects):
    given = {"parent": projects["studio"], "budget_type": "time", "total": {"value": 60}}
    made = sandbox.post("/budgets", OMAR, **given)
    assert made["parent"]["gid"] == projects["studio"]
    answer = sandbox.call("POST", "/budgets", OMAR, json={"data": given})
    assert answer.status_code == 400
    sandbox.delete(f"/budgets/{made['gid']}", OMAR)
    assert sandbox.get("/budgets", OMAR, parent=projects["studio"]) == []


@pytest.mark.parametrize(
    ("path", "token", "status"),
    [
        ("/budgets?parent={fjord}", "sandbox-ada", 403),
        ("/budgets?parent={studio}", MIA, 403),
        ("/budgets?parent={confidential}", "sandbox-ada", 403),
        ("/budgets?parent=1", MIA, 404),
        ("/budgets", MIA, 400),
        ("/rates?parent={fjord}", "sandbox-ada", 403),
        ("/rates?parent={kestrel}", MIA, 403),
        ("/rates", MIA, 400),
        ("/budgets?parent={kestrel}", MIA, 200),
        ("/rates?parent={museum}", MIA, 200),
        ("/rates?parent={museum}", SIOBHAN, 200),
        ("/rates?parent={fjord}", OMAR, 200),
        ("/allocations?parent={fjord}", "sandbox-ada", 200),
        ("/allocations", "sandbox-ada", 400),
        ("/allocations?parent={confidential}", "sandbox-ada", 403),
    ],
)
def test_project_admins_see_budgets_and_those_who_see_costs_rates(
    sandbox, projects, path, token, status
):
    assert sandbox.call("GET", path.format(**projects), token).status_code == status


@pytest.mark.parametrize(
    ("plan", "budgets", "allocations"),
    [("none", 402, 402), ("time_tracking", 402, 200), ("timesheets", 200, 200)],
)
def test_the_plan_says_what_there_is(sandbox, projects, plan, budgets, allocations):
    sandbox.settings(plan=plan)
    project = projects["fjord"]
    for path in ("/budgets", "/rates"):
        assert sandbox.call("GET", f"{path}?parent={project}", MIA).status_code == budgets
    answer = sandbox.call("GET", f"/allocations?parent={project}", MIA)
    assert answer.status_code == allocations
    query = "opt_fields=custom_fields.number_value&limit=1"
    tasks = sandbox.call("GET", f"/projects/{project}/tasks?{query}", MIA).json()["data"]
    assert bool(tasks[0]["custom_fields"]) == (plan != "none")


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("/budgets", {"budget_type": "hours"}),
        ("/budgets", {"total": {"value": -1}}),
        ("/budgets", {"total": {"value": "60"}}),
        ("/budgets", {"estimate": {"enabled": True}}),
        ("/budgets", {"estimate": {"source": "tasks", "enabled": "yes"}}),
        ("/budgets", {"actual": {"value": 5}}),
        ("/budgets", {"colour": "red"}),
        ("/rates", {"resource": "1", "rate": 5}),
        ("/rates", {"resource": "{ada}", "rate": -5}),
        ("/rates", {"resource": "{ada}"}),
        ("/allocations", {"assignee": "{ada}", "start_date": "2026-11-02"}),
        ("/allocations", {"assignee": "x", "start_date": "2026-11-02", "end_date": "2026-11-03"}),
        (
            "/allocations",
            {"assignee": "{ada}", "start_date": "2026-11-02", "end_date": "2026-11-01"},
        ),
        (
            "/allocations",
            {
                "assignee": "{ada}",
                "start_date": "2026-11-02",
                "end_date": "2026-11-03",
                "effort": {"type": "days", "value": 1},
            },
        ),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_400(sandbox, projects, people, path, values):
    for name, value in values.items():
        values[name] = value.format(**people) if isinstance(value, str) else value
    given = {"parent": projects["studio"], **values}
    assert sandbox.call("POST", path, OMAR, json={"data": given}).status_code == 400


def test_rates_and_allocations_can_be_for_a_placeholder(sandbox, projects):
    allocations = sandbox.get("/allocations", MIA, parent=projects["fjord"])
    planned = [row for row in allocations if row["assignee"]["resource_type"] == "placeholder"]
    assert planned[0]["assignee"]["name"] == "Back-end developer"
    given = {"parent": projects["fjord"], "resource": planned[0]["assignee"]["gid"], "rate": 70}
    made = sandbox.post("/rates", MIA, **given)
    assert made["resource"]["resource_type"] == "placeholder"
    path = "/rates"
    only = sandbox.get(path, MIA, parent=projects["fjord"], resource=given["resource"])
    assert [rate["rate"] for rate in only] == [70]
    assert sandbox.put(f"/rates/{made['gid']}", MIA, rate=75)["rate"] == 75
    sandbox.delete(f"/rates/{made['gid']}", MIA)
    assert sandbox.call("GET", f"/rates/{made['gid']}", MIA).status_code == 404


def test_an_allocation_is_made_changed_and_deleted(sandbox, projects, people, monday):
    given = {"assignee": people["ada"], "parent": projects["fjord"], "effort": EFFORT}
    days = {"start_date": str(monday), "end_date": str(monday + timedelta(days=4))}
    made = sandbox.post("/allocations", MIA, **given, **days)
    assert (made["effort"], made["assignee"]["name"]) == (EFFORT, "Ada Lindqvist")
    changed = sandbox.put(f"/allocations/{made['gid']}", MIA, effort=None)
    assert changed["effort"] is None
    assert made["gid"] in [
        row["gid"] for row in sandbox.get("/allocations", MIA, assignee=people["ada"])
    ]
    sandbox.delete(f"/allocations/{made['gid']}", MIA)
    assert sandbox.call("GET", f"/allocations/{made['gid']}", MIA).status_code == 404


def test_capacity_plans_can_be_the_estimate_of_a_budget(sandbox, projects, people):
    given = {"assignee": people["ada"], "parent": projects["kestrel"], "effort": EFFORT}
    week = {"start_date": str(date(2026, 11, 2)), "end_date": str(date(2026, 11, 8))}
    sandbox.post("/allocations", MIA, **given, **week)
    budget = budget_of(sandbox, projects["kestrel"])
    estimate = {"source": "capacity_plans", "enabled": True}
    changed = sandbox.put(f"/budgets/{budget['gid']}", MIA, estimate=estimate)
    assert changed["estimate"]["value"] == 5 * 120


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_official_client_reads_planning_unchanged(sandbox, projects, people):
    configuration = asana.Configuration()
    configuration.host, configuration.access_token = sandbox.api, MIA
    client = asana.ApiClient(configuration)
    budgets, rates = asana.BudgetsApi(client), asana.RatesApi(client)
    listed = list(budgets.get_budgets(projects["fjord"]))
    assert budgets.get_budget(listed[0]["gid"], {})["total"]["units"] == "minutes"
    some = list(rates.get_rates({"parent": projects["fjord"], "limit": 3}))
    assert len(some) > 3
    assert rates.get_rate(some[0]["gid"], {})["currency_code"] == "EUR"
    planned = asana.AllocationsApi(client).get_allocations({"assignee": people["ada"], "limit": 1})
    assert {row["assignee"]["name"] for row in planned} == {"Ada Lindqvist"}
    sandbox.settings(plan="time_tracking")
    with pytest.raises(ApiException) as refused:
        list(budgets.get_budgets(projects["fjord"]))
    assert refused.value.status == 402
    client.rest_client.pool_manager.clear()
