"""What starts, and what refuses to: each case is a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.process

ROOT = Path(__file__).parents[1]
PRODUCTION = {
    "DEBUG": "0",
    "SECRET_KEY": "k3!" * 25 + "abcdefghijklmnop",
    "TOKEN_KEYS": "wFdCqxWFWbwmMpB0bM8YzA4bUrsVWcnVnbMcfPQ0a7Q=",
    "PUBLIC_URL": "https://timesheet.example",
    "ASANA_CLIENT_ID": "1",
    "ASANA_CLIENT_SECRET": "secret",
}
APP = ["ASANA_CLIENT_ID", "ASANA_CLIENT_SECRET"]
NEEDED = [name for name in PRODUCTION if name not in ("DEBUG", *APP)]


@pytest.fixture
def manage(tmp_path):
    def manage(*args: str, **environment: str) -> subprocess.CompletedProcess[str]:
        given = {"PATH": os.environ["PATH"], "STATIC_ROOT": str(tmp_path), **environment}
        command = [sys.executable, str(ROOT / "manage.py"), *args]
        return subprocess.run(command, env=given, capture_output=True, text=True, timeout=60)

    return manage


def test_production_settings_pass_the_deployment_check_in_silence(manage):
    answer = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout == "System check identified no issues (0 silenced).\n"
    assert answer.stderr == ""


def test_without_debug_every_missing_secret_is_named_at_once(manage):
    answer = manage("check", DEBUG="0")
    assert answer.returncode != 0
    assert [name for name in PRODUCTION if name in answer.stderr.splitlines()[-1]] == NEEDED


@pytest.mark.parametrize("name", [name for name in PRODUCTION if name != "DEBUG"])
def test_without_debug_a_single_missing_secret_is_named(manage, name):
    given = {key: value for key, value in PRODUCTION.items() if key != name}
    answer = manage("check", **given)
    assert answer.returncode != 0
    assert name in answer.stderr.splitlines()[-1]


def test_without_debug_the_asana_app_may_be_left_to_the_set_up(manage):
    answer = manage("check", **{name: PRODUCTION[name] for name in ("DEBUG", *NEEDED)})
    assert answer.returncode == 0, answer.stderr


def test_an_empty_client_secret_is_none(manage):
    answer = manage("check", **{**PRODUCTION, "ASANA_CLIENT_SECRET": ""})
    assert answer.returncode != 0
    assert "ASANA_CLIENT_SECRET" in answer.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("TOKEN_KEYS", "not-a-key"),
        ("DEBUG", "perhaps"),
    ],
)
def test_a_secret_that_protects_nothing_is_refused_and_named(manage, name, value):
    answer = manage("check", **{**PRODUCTION, name: value})
    assert answer.returncode != 0
    assert name in answer.stderr


def test_an_address_for_mail_of_no_known_kind_is_refused_and_named(manage):
    answer = manage("check", **PRODUCTION, EMAIL_URL="mail.example")
    assert answer.returncode != 0
    assert "EMAIL_URL" in answer.stderr


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "console None None Timesheet <timesheet@timesheet.example>"),
        (
            {
                "EMAIL_URL": "submission://me:pa%20ss@mail.example:2525",
                "DEFAULT_FROM_EMAIL": "hours@a.example",
            },
            "smtp mail.example pa ss hours@a.example",
        ),
    ],
)
def test_mail_goes_to_the_console_unless_it_is_said_where(manage, given, told):
    code = (
        "from django.conf import settings as s; print(s.EMAIL_BACKEND.split('.')[-2], "
        "s.EMAIL_HOST, s.EMAIL_HOST_PASSWORD, s.DEFAULT_FROM_EMAIL)"
    )
    assert manage("shell", "--no-imports", "-c", code, **PRODUCTION, **given).stdout == f"{told}\n"


def test_without_debug_the_sandbox_is_not_the_default(manage):
    code = "from django.conf import settings; print(settings.ASANA_URL)"
    assert manage("shell", "--no-imports", "-c", code, **PRODUCTION).stdout == (
        "https://app.asana.com\n"
    )


def test_a_secret_may_come_from_a_file(manage, tmp_path):
    (tmp_path / "secret").write_text("from-a-file\n")
    given = {key: value for key, value in PRODUCTION.items() if key != "ASANA_CLIENT_SECRET"}
    given["ASANA_CLIENT_SECRET_FILE"] = str(tmp_path / "secret")
    code = "from django.conf import settings; print(settings.ASANA_CLIENT_SECRET)"
    assert manage("shell", "--no-imports", "-c", code, **given).stdout == "from-a-file\n"


def test_an_import_between_scripts_follows_the_names_of_production(manage, tmp_path):
    assert manage("collectstatic", "--no-input", **PRODUCTION).returncode == 0
    (cells,) = (tmp_path / "week").glob("grid-cells.*.js")
    (keys,) = (tmp_path / "week").glob("grid-keys.*.js")
    (pending,) = (tmp_path / "journal").glob("follow-pending.*.js")
    assert f'from "./{cells.name}"' in keys.read_text()
    assert f'from "../week/{cells.name}"' in pending.read_text()
    named_by_content = re.compile(r"\.[0-9a-f]{12}\.js$")
    for script in tmp_path.rglob("*.*.js"):
        if named_by_content.search(script.name) and "django_htmx" not in script.parts:
            for name in re.findall(r'from "([^"]+)"', script.read_text()):
                assert named_by_content.search(name)
                assert (script.parent / name).is_file()


@pytest.mark.parametrize(
    ("environment", "processes"),
    [({}, str(len(os.sched_getaffinity(0)))), ({"WEB_CONCURRENCY": "3"}, "3")],
)
def test_gunicorn_runs_a_process_for_each_core_unless_told_how_many(environment, processes):
    code = "from timesheet import gunicorn_conf; print(gunicorn_conf.workers)"
    answer = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.strip() == processes
