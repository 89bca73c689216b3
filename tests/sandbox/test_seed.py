"""The made-up company of the local Asana: what every other test may count on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from sandbox.seed_data.generated_people import large_organisation
from sandbox.seed_data.task_names import ODD_NAMES, TASKS

ROOT = Path(__file__).parents[2]
MONDAY, FRIDAY, SUNDAY = date(2026, 11, 23), date(2026, 11, 27), date(2026, 11, 29)

# Our tests' own process has the timesheet's settings, which do not know the sandbox's models.
FILL = """
import json, sys
from datetime import date
import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
settings.configure(
    INSTALLED_APPS=["sandbox"],
    USE_TZ=True,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
)
django.setup()
call_command("migrate", run_syncdb=True, verbosity=0)
from sandbox.seed import fill
fill("small", date.fromisoformat(sys.argv[1]))
models = apps.get_app_config("sandbox").get_models(include_auto_created=True)
rows = {model.__name__: list(model.objects.order_by("pk").values()) for model in models}
json.dump(rows, sys.stdout, default=str)
"""

Rows = dict[str, list[dict[str, Any]]]


@cache
def filled(today: date, hash_seed: int = 0) -> Rows:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "",
        "PYTHONHASHSEED": str(hash_seed),
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-c", FILL, today.isoformat()]
    answer = subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True)
    return json.loads(answer.stdout)


@pytest.fixture
def friday() -> Rows:
    return filled(FRIDAY)


def gid_of(rows: Rows, slug: str) -> str:
    return next(person["gid"] for person in rows["Person"] if person["slug"] == slug)


def entries_of(rows: Rows, slug: str, monday: date) -> list[dict[str, Any]]:
    days = {str(monday + timedelta(days=day)) for day in range(7)}
    person = gid_of(rows, slug)
    return [
        entry
        for entry in rows["Entry"]
        if entry["created_by_id"] == person and entry["entered_on"] in days
    ]


def test_the_same_day_gives_the_same_rows(friday):
    assert filled(FRIDAY, hash_seed=1) == friday


def test_the_company_is_as_large_as_promised(friday):
    sizes = {name: len(friday[name]) for name in ("Workspace", "Person", "Project", "Task")}
    assert sizes == {"Workspace": 2, "Person": 12, "Project": 6, "Task": 120}
    assert len(friday["PersonalToken"]) == 12
    assert sum(category["is_archived"] for category in friday["Category"]) == 1


def test_eight_weeks_have_entries(friday):
    days = [date.fromisoformat(entry["entered_on"]) for entry in friday["Entry"]]
    weeks = {day - timedelta(days=day.weekday()) for day in days}
    assert weeks == {MONDAY - timedelta(weeks=back) for back in range(8)}


def test_every_gid_looks_like_one_of_asanas(friday):
    gids = [row["gid"] for rows in friday.values() for row in rows if "gid" in row]
    assert all(gid.isdigit() and len(gid) == 16 for gid in gids)
    assert len(gids) == len(set(gids))


def test_the_odd_names_are_there(friday):
    names = {task["name"] for task in friday["Task"]}
    assert names.issuperset(ODD_NAMES)
    assert "" in names
    assert max(len(name) for name in names) == 200


@pytest.mark.parametrize("today", [MONDAY, SUNDAY])
def test_no_entry_is_in_the_future(today):
    rows = filled(today)
    assert max(entry["entered_on"] for entry in rows["Entry"]) <= str(today)
    assert max(entry["created_at"][:16] for entry in rows["Entry"]) <= f"{today} 00:00"


@pytest.mark.parametrize("today", [MONDAY, FRIDAY, SUNDAY])
def test_adas_current_week_has_room(today):
    entries = entries_of(filled(today), "ada", MONDAY)
    assert sorted(entry["duration_minutes"] for entry in entries) == [15, 90]
    assert {entry["entered_on"] for entry in entries} == {str(MONDAY)}


def test_adas_earlier_weeks_are_full(friday):
    for back in range(1, 8):
        entries = entries_of(friday, "ada", MONDAY - timedelta(weeks=back))
        assert sum(entry["duration_minutes"] for entry in entries) == 40 * 60


@pytest.mark.parametrize(("back", "weekday", "count"), [(1, 1, 2), (2, 3, 2), (3, 2, 3)])
def test_ada_has_cells_with_several_entries(friday, back, weekday, count):
    monday = MONDAY - timedelta(weeks=back)
    cells = Counter(
        (entry["task_id"], entry["entered_on"]) for entry in entries_of(friday, "ada", monday)
    )
    several = {cell: entries for cell, entries in cells.items() if entries > 1}
    day = str(monday + timedelta(days=weekday))
    assert [(cell[1], entries) for cell, entries in several.items()] == [(day, count)]


@pytest.mark.parametrize(("back", "status"), [(0, None), (1, None), (2, "SUBMITTED")])
def test_ada_can_still_change_last_week(friday, back, status):
    monday, ada = str(MONDAY - timedelta(weeks=back)), gid_of(friday, "ada")
    statuses = {
        timesheet["start_date"]: timesheet["approval_status"]
        for timesheet in friday["Timesheet"]
        if timesheet["person_id"] == ada
    }
    assert statuses.get(monday) == status


def test_bens_week_came_back_with_a_reason(friday):
    rejected = [t for t in friday["Timesheet"] if t["approval_status"] == "REJECTED"]
    assert [t["person_id"] for t in rejected] == [gid_of(friday, "ben")]
    assert rejected[0]["message"]


def test_time_is_logged_only_on_tasks_of_ones_own_workspaces(friday):
    homes = {task["gid"]: task["workspace_id"] for task in friday["Task"]}
    memberships = {
        (membership["person_id"], membership["workspace_id"]) for membership in friday["Membership"]
    }
    assert all((e["created_by_id"], homes[e["task_id"]]) in memberships for e in friday["Entry"])


def test_the_large_company_has_the_small_one_in_it():
    company = large_organisation()
    assert len({person.slug for person in company.people}) == 200
    assert len({person.email for person in company.people}) == 200
    assert len(company.tasks) == 5_000
    assert company.tasks[: len(TASKS)] == TASKS


def test_ada_sees_the_studio_only(sandbox):
    names = [workspace["name"] for workspace in sandbox.get("/workspaces", limit=100)]
    assert names == ["Nordlicht Studio"]


def test_mia_is_in_both_workspaces(sandbox):
    names = [w["name"] for w in sandbox.get("/workspaces", token="sandbox-mia", limit=100)]
    assert sorted(names) == ["Harbour Collective", "Nordlicht Studio"]
