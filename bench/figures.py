"""`python -m bench.figures`: whether the team, reports and projects agree with the sandbox's API.

Starts a sandbox, asks the timesheet's pages as an admin does, adds up the same figures from the API
alone, and prints each comparison. Exits with 1 if any figure differs.
"""

from __future__ import annotations

import argparse
import csv
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import django
import requests
from django.core.management import call_command
from openpyxl import load_workbook

from bench.team_figures import compare_teams

ROOT = Path(__file__).parents[1]
WORKSPACE, ADA, OMAR = "1200000000000001", "1201000000000001", "1201000000000004"
# Somebody of the same name as Ada, and a task that everybody logs time on.
NAMESAKE = {
    "name": "Ada Lindqvist",
    "email": "lindqvist@nordlicht.example",
    "slug": "lindqvist",
    "memberships": [{"workspace": WORKSPACE}],
}
TASK = "1205000000000059"
TOKEN = "sandbox-omar"  # noqa: S105 - of the sandbox
READY = "Sandbox Asana on "


class Api:
    """Reads the sandbox's API page by page, without any code of the timesheet."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()
        # The header keeps these reads free of limits, so that they cost the timesheet nothing.
        self.session.headers = {"Authorization": f"Bearer {TOKEN}", "X-Sandbox-Sound": "1"}

    def all(self, path: str, **params: Any) -> list[dict[str, Any]]:
        """Return all records of a list."""
        records: list[dict[str, Any]] = []
        offset: dict[str, str] = {}
        while True:
            answer = self.session.get(
                f"{self.url}/api/1.0{path}", params={**params, **offset, "limit": 100}, timeout=60
            ).json()
            records += answer["data"]
            if not answer.get("next_page"):
                return records
            offset = {"offset": answer["next_page"]["offset"]}

    def add_person(self, person: dict[str, Any]) -> str:
        """Add somebody with half an hour of today on a task, and return their gid."""
        today = f"{date.today()}"  # noqa: DTZ011 - the sandbox's days are this machine's
        entry = {"task": TASK, "person": person["slug"], "duration_minutes": 30}
        document = {"people": [person], "entries": [{**entry, "entered_on": today}]}
        answer = self.session.post(f"{self.url}/sandbox/data", json=document, timeout=60)
        gid: str = answer.json()["people"][0]
        return gid

    def count(self) -> int:
        """Return how many requests the sandbox logged, and begin again."""
        log = self.session.get(f"{self.url}/sandbox/requests", timeout=60).json()
        self.session.delete(f"{self.url}/sandbox/requests", timeout=60)
        return len(log)


class Comparison:
    """Prints comparisons, and knows whether all figures were the same."""

    def __init__(self) -> None:
        self.failed = False

    def check(self, name: str, ours: Any, asanas: Any) -> None:
        """Print whether two values are the same."""
        same = ours == asanas
        self.failed = self.failed or not same
        sys.stdout.write(f"{'same' if same else 'DIFFERS'}: {name}\n")
        if not same:
            sys.stdout.write(f"  here {str(ours)[:300]}\n  Asana {str(asanas)[:300]}\n")


def main() -> int:
    """Compare everything; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.figures", description=__doc__)
    parser.add_argument("--size", choices=("small", "large"), default="small")
    parser.add_argument("--weeks", type=int, default=8)
    parser.add_argument("--team", action="store_true", help="compare the team's weeks alone")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="figures-") as folder, sandbox(folder, options) as url:
        browser = make_browser(folder, url)
        api, comparison = Api(url), Comparison()
        if not options.team:
            compare_projects(browser, api, comparison)
            compare_tasks(browser, api, comparison)
            compare_plans(browser, api, comparison)
            compare_matrix(browser, api, comparison, options.weeks)
            compare_names(browser, api, comparison)
        # Last, because it changes capacities, of which planned work makes use.
        compare_teams(browser, api, comparison, WORKSPACE)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"peak memory of this process: {peak:.0f} MB\n")
    return int(comparison.failed)


@contextmanager
def sandbox(folder: str, options: argparse.Namespace) -> Iterator[str]:
    """Run a sandbox and return its address."""
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--db", f"{folder}/sandbox.sqlite3"]
    command += ["--size", options.size, "--weeks", str(options.weeks)]
    command += ["--parent-pid", str(os.getpid())]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            if not line.startswith(READY):
                sys.exit(f"The sandbox did not start: {line}")
            yield line.removeprefix(READY).strip()
        finally:
            process.terminate()


def make_browser(folder: str, url: str) -> Any:
    """Return a browser at the timesheet in which Omar, an admin, is signed in."""
    os.environ["DATABASE_URL"] = f"sqlite:///{folder}/timesheet.sqlite3"
    os.environ["DJANGO_SETTINGS_MODULE"] = "timesheet.settings"
    os.environ["ASANA_URL"] = url
    os.environ["DEBUG"] = "true"
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    from django.conf import settings
    from django.test import Client
    from django.test.utils import setup_test_environment

    from accounts.models import Connection, User

    settings.ASANA_URL = url
    setup_test_environment()
    user = User.objects.create_user(OMAR, "Omar Haddad", "omar@nordlicht.example")
    Connection.objects.create(user=user, method="token", access_token=TOKEN)
    browser = Client()
    browser.force_login(user)
    return browser


def compare_projects(browser: Any, api: Api, comparison: Comparison) -> None:
    """Compare the hours, estimates and budgets of all projects, and how fast budgets burn."""
    while True:
        context = browser.get(f"/{WORKSPACE}/projects/").context
        if not context["page"].missing:
            break
    span, today = context["form"].span, context["today"]
    monday = today - timedelta(days=today.weekday())
    ours, asanas = {}, {}
    for row in context["rows"]:
        gid, figures, budget = row.project.gid, row.figures, row.budget
        ours[gid] = (
            figures.minutes,
            figures.estimate,
            figures.actual,
            budget and (budget.used, budget.total, round(budget.weekly_burn or 0, 4)),
        )
        asanas[gid] = project_of(api, gid, (span.start, span.end), monday)
    comparison.check(f"hours, estimates, budgets and burn of {len(ours)} projects", ours, asanas)


def project_of(api: Api, gid: str, span: tuple[date, date], monday: date) -> Any:
    """Return a project's figures from the API alone."""
    fields = "custom_fields.number_value,actual_time_minutes"
    tasks = api.all(f"/projects/{gid}/tasks", opt_fields=fields)
    estimates = [field["number_value"] for task in tasks for field in task["custom_fields"]]
    known = [minutes for minutes in estimates if minutes is not None]
    minutes = sum(entry["duration_minutes"] for entry in entries_of(api, gid, *span))
    return (
        minutes,
        sum(known) if known else None,
        sum(task["actual_time_minutes"] for task in tasks),
        budget_of(api, gid, monday),
    )


def budget_of(api: Api, gid: str, monday: date) -> Any:
    """Return what is used of a budget, its total, and the burn of the four weeks before."""
    budgets = api.session.get(
        f"{api.url}/api/1.0/budgets", params={"parent": gid}, timeout=60
    ).json()["data"]
    if not budgets:
        return None
    budget = budgets[0]
    rates = {rate["resource"]["gid"]: rate["rate"] for rate in api.all("/rates", parent=gid)}
    recent = entries_of(api, gid, monday - timedelta(weeks=4), monday - timedelta(days=1))
    burn = 0.0
    for entry in recent:
        if entry["billable_status"] == "billable":
            hours = entry["duration_minutes"] / 60
            rate = 60 if budget["budget_type"] == "time" else None
            burn += hours * (rate or rates.get(entry["created_by"]["gid"], 0))
    return (budget["actual"]["value"], budget["total"]["value"], round(burn / 4, 4))


def entries_of(api: Api, project: str, start: date, end: date) -> list[dict[str, Any]]:
    """Return the entries of a project on some days."""
    return api.all(
        "/time_tracking_entries",
        attributable_to=project,
        entered_on_start_date=start,
        entered_on_end_date=end,
        opt_fields="duration_minutes,billable_status,created_by.gid",
    )


def compare_tasks(browser: Any, api: Api, comparison: Comparison) -> None:
    """Compare the actual time and the estimate of every task of every project."""
    ours, asanas = {}, {}
    fields = "custom_fields.number_value,actual_time_minutes"
    for project in api.all("/projects", workspace=WORKSPACE):
        path = f"/projects/{project['gid']}"
        for hours in browser.get(f"/{WORKSPACE}{path}/").context["data"].tasks:
            ours[hours.task.gid] = (hours.task.actual, hours.task.estimate)
        for task in api.all(f"{path}/tasks", opt_fields=fields):
            (estimate,) = (field["number_value"] for field in task["custom_fields"])
            asanas[task["gid"]] = (task["actual_time_minutes"], estimate)
    comparison.check(f"actual time and estimate of {len(ours)} tasks", ours, asanas)


def compare_plans(browser: Any, api: Api, comparison: Comparison) -> None:
    """Compare planned and logged minutes of every person and week."""
    while True:
        page = browser.get(f"/{WORKSPACE}/projects/planned/").context["page"]
        if not page.missing:
            break
    ours, asanas = {}, {}
    for row in page.rows:
        gid = row.person.gid
        off = api.all("/ooo_entries", user=gid, workspace=WORKSPACE)
        allocations = api.all("/allocations", assignee=gid, workspace=WORKSPACE)
        for plan in row.weeks:
            key = (gid, str(plan.week))
            ours[key] = (plan.planned, plan.logged)
            logged = None
            if plan.logged is not None:
                entries = api.all(
                    "/time_tracking_entries",
                    user=gid,
                    workspace=WORKSPACE,
                    entered_on_start_date=plan.week.start,
                    entered_on_end_date=plan.week.end,
                )
                logged = sum(entry["duration_minutes"] for entry in entries)
            asanas[key] = (planned_minutes(allocations, off, plan.week.days), logged)
    comparison.check(f"planned and logged minutes of {len(ours)} weeks of people", ours, asanas)


def planned_minutes(allocations: list[Any], off: list[Any], days: tuple[date, ...]) -> int:
    """Return what is planned for the working days of a week, eight hours each."""
    minutes = Counter[str]()
    for day in (str(day) for day in days[:5]):
        if any(each["start_date"] <= day <= each["end_date"] for each in off):
            continue
        for each in allocations:
            if each["effort"] and each["start_date"] <= day <= each["end_date"]:
                value = each["effort"]["value"]
                is_hours = each["effort"]["type"] == "hours"
                minutes[each["parent"]["gid"]] += value * 60 if is_hours else 4.8 * value
    return sum(round(amount) for amount in minutes.values())


def compare_matrix(browser: Any, api: Api, comparison: Comparison, weeks: int) -> None:
    """Compare every cell of a matrix of people and projects, and print what it cost."""
    end = date.today()  # noqa: DTZ011 - the sandbox's days are this machine's
    start = end - timedelta(days=end.weekday()) - timedelta(weeks=weeks - 1)
    query = {"from": f"{start}", "to": f"{end}", "by": "person", "then": "project"}
    api.count()
    began = time.perf_counter()
    steps = 1
    while (response := browser.get(f"/{WORKSPACE}/reports/", query)).context.get("progress"):
        steps += 1
    seconds, sent = time.perf_counter() - began, api.count()
    matrix = response.context["matrix"].matrix
    ours = {
        (row.key, column): minutes
        for row in matrix.rows
        for column, minutes in zip(matrix.columns, row.cells, strict=True)
        if minutes and column.isdecimal()
    }
    rest = sum(row.rest for row in matrix.rows)
    asanas, people = matrix_of(api, start, end)
    asanas = {key: minutes for key, minutes in asanas.items() if key[1] in matrix.columns}
    comparison.check(f"all {len(ours)} cells of {len(people)} people by projects", ours, asanas)
    total = sum(entry["duration_minutes"] for entries in people.values() for entry in entries)
    comparison.check("the total of the matrix", matrix.total.minutes, total)
    labels = [line.label for line in response.context["matrix"].lines()]
    comparison.check("every person has a label of their own", len(set(labels)), len(labels))
    sys.stdout.write(
        f"the report of {weeks} weeks and {len(people)} people: {seconds:.1f} s, {sent} requests "
        f"to Asana, {steps} steps, {total / 60:,.0f} hours, {rest / 60:,.0f} of them in further "
        f"columns\n"
    )


def matrix_of(
    api: Api, start: date, end: date
) -> tuple[dict[tuple[str, str], int], dict[str, list[dict[str, Any]]]]:
    """Return minutes by person and project, and the entries of each person, from the API alone."""
    memberships = api.all(f"/workspaces/{WORKSPACE}/workspace_memberships")
    cells, people = Counter[tuple[str, str]](), {}
    for gid in {each["user"]["gid"] for each in memberships}:
        people[gid] = api.all(
            "/time_tracking_entries",
            user=gid,
            workspace=WORKSPACE,
            entered_on_start_date=start,
            entered_on_end_date=end,
            opt_fields="duration_minutes,attributable_to.gid",
        )
        for entry in people[gid]:
            if entry["attributable_to"]:
                cells[gid, entry["attributable_to"]["gid"]] += entry["duration_minutes"]
    return dict(cells), people


def compare_names(browser: Any, api: Api, comparison: Comparison) -> None:
    """Compare the hours of two people of the same name on the page, in CSV and in XLSX."""
    from django.core.cache import cache

    second = api.add_person(NAMESAKE)
    cache.clear()
    today = date.today()  # noqa: DTZ011 - the sandbox's days are this machine's
    days = {"from": f"{today - timedelta(days=27)}", "to": f"{today}"}
    asanas = {
        gid: sum(
            entry["duration_minutes"]
            for entry in api.all(
                "/time_tracking_entries",
                user=gid,
                workspace=WORKSPACE,
                entered_on_start_date=days["from"],
                entered_on_end_date=days["to"],
            )
        )
        for gid in (ADA, second)
    }
    query = {**days, "by": "person", "person": [ADA, second]}
    while (response := browser.get(f"/{WORKSPACE}/reports/", query)).context.get("progress"):
        pass
    lines = list(response.context["page"].lines())
    on_page = {line.label: line.figure.minutes for line in lines}
    comparison.check("two people of one name have labels of their own", len(on_page), 2)
    comparison.check("their hours on the page", sorted(on_page.values()), sorted(asanas.values()))
    for kind, rows_of in (("csv", csv_rows), ("xlsx", xlsx_rows)):
        file = browser.get(f"/{WORKSPACE}/reports/export.{kind}", query)
        rows = rows_of(b"".join(file.streaming_content))
        ours = {row["Person ID"]: (row["Person"], int(row["Minutes"])) for row in rows}
        wanted = {gid: (label_of(on_page, minutes), minutes) for gid, minutes in asanas.items()}
        comparison.check(f"their names, IDs and hours as {kind.upper()}", ours, wanted)
        decimals = [round(float(row["Hours (decimal)"]) * 60) for row in rows]
        whole = [int(row["Minutes"]) for row in rows]
        comparison.check(f"decimals and minutes as {kind.upper()}", decimals, whole)


def label_of(on_page: dict[str, int], minutes: int) -> str:
    """Return the label of the line with these minutes."""
    return next(label for label, of_line in on_page.items() if of_line == minutes)


def csv_rows(content: bytes) -> list[dict[str, Any]]:
    """Return the rows of a CSV file that are about a person."""
    rows = csv.DictReader(StringIO(content.decode("utf-8-sig")))
    return [row for row in rows if row["Person ID"]]


def xlsx_rows(content: bytes) -> list[dict[str, Any]]:
    """Return the rows of an XLSX file that are about a person."""
    head, *lines = load_workbook(BytesIO(content)).worksheets[0].iter_rows(values_only=True)
    rows = [dict(zip(head, line, strict=True)) for line in lines]
    return [row for row in rows if row["Person ID"]]


if __name__ == "__main__":
    sys.exit(main())
