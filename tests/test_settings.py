"""What starts, and what refuses to, naming the setting."""

from __future__ import annotations

import os
import runpy
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from timesheet.core import database

ROOT = Path(__file__).parents[1]
REDIS = "redis://127.0.0.1:6379"
PRODUCTION = {
    "DEBUG": "0",
    "SECRET_KEY": "k3!" * 25 + "abcdefghijklmnop",
    "TOKEN_KEYS": "wFdCqxWFWbwmMpB0bM8YzA4bUrsVWcnVnbMcfPQ0a7Q=",
    "PUBLIC_URL": "https://timesheet.example",
    "DATABASE_URL": "postgres://timesheet@127.0.0.1/timesheet",
    "ASANA_CLIENT_ID": "1",
    "ASANA_CLIENT_SECRET": "secret",
}
APP = ["ASANA_CLIENT_ID", "ASANA_CLIENT_SECRET"]
NEEDED = [name for name in PRODUCTION if name not in ("DEBUG", *APP)]


@pytest.fixture
def read(monkeypatch, tmp_path):
    """Reads the settings in this process, with these changes to those of production."""

    def read(**changes: str | None) -> dict[str, object]:
        for name in os.environ:
            if name not in ("PATH", "HOME"):
                monkeypatch.delenv(name)
        given = {**PRODUCTION, "STATIC_ROOT": str(tmp_path), **changes}
        for name, value in given.items():
            if value is not None:
                monkeypatch.setenv(name, value)
        return runpy.run_path(str(ROOT / "timesheet" / "settings.py"))

    return read


@pytest.fixture
def refusal(read):
    """Reads settings that are wrong; returns the lines that name them."""

    def refusal(**changes: str | None) -> list[str]:
        with pytest.raises(SystemExit) as ended:
            read(**changes)
        _heading, *lines, advice = str(ended.value).splitlines()
        assert "docs/operating.md" in advice
        return [line.strip() for line in lines]

    return refusal


def named(lines: list[str]) -> list[str]:
    return [line.partition(" ")[0] for line in lines]


# Every way to get one setting wrong, with the words that tell what is wrong with it.
WRONG = [
    ("DEBUG", "perhaps", "1 or 0"),
    ("SECRET_KEY", "short", "50 random characters"),
    ("SECRET_KEY", "a" * 60, "50 random characters"),
    ("SECRET_KEY_FALLBACKS", "abc", "50 random characters"),
    ("SECRET_KEY_FALLBACKS", PRODUCTION["SECRET_KEY"], "former"),
    ("TOKEN_KEYS", "not-a-key", "base64"),
    ("TOKEN_KEYS", f"{PRODUCTION['TOKEN_KEYS']},nope", "item 2"),
    ("TOKEN_KEYS", f"{PRODUCTION['TOKEN_KEYS']},{PRODUCTION['TOKEN_KEYS']}", "twice"),
    ("TOKEN_KEYS", ",", "commas"),
    ("PUBLIC_URL", "localhost", "https://timesheet.example"),
    ("PUBLIC_URL", "host.example:8000", "https://timesheet.example"),
    ("PUBLIC_URL", "https://", "https://timesheet.example"),
    ("PUBLIC_URL", "ftp://timesheet.example", "https://timesheet.example"),
    ("PUBLIC_URL", "https://host.example/path/", "after the host"),
    ("PUBLIC_URL", "https://host.example?x=1", "after the host"),
    ("PUBLIC_URL", "https://me@host.example", "after the host"),
    ("PUBLIC_URL", "https://host.example:99999", "https://timesheet.example"),
    ("PUBLIC_URL", "https://bad host.example", "https://timesheet.example"),
    ("PUBLIC_URL", "https://-bad-.example", "host name"),
    ("PUBLIC_URL", "https://256.1.1.1", "host name"),
    ("PUBLIC_URL", "http://timesheet.example", "https:// unless HTTPS is 0"),
    ("ASANA_URL", "app.asana.com", "https://timesheet.example"),
    ("ASANA_URL", "https://app.asana.com/api/1.0", "after the host"),
    ("ASANA_URL", "http://app.asana.com", "tokens are sent there"),
    ("ASANA_TIMEOUT", "0", "0.1 to 120"),
    ("ASANA_TIMEOUT", "-3", "0.1 to 120"),
    ("ASANA_TIMEOUT", "nan", "0.1 to 120"),
    ("ASANA_TIMEOUT", "inf", "0.1 to 120"),
    ("ASANA_TIMEOUT", "10s", "0.1 to 120"),
    ("ASANA_CLIENT_ID", "two words", "one word"),
    ("ASANA_CLIENT_ID", "", "is needed with"),
    ("ASANA_CLIENT_SECRET", "", "is needed with"),
    ("HTTPS", "maybe", "1 or 0"),
    ("HTTPS", "0", "PUBLIC_URL begins with https"),
    ("PROXIES", "-1", "whole number"),
    ("PROXIES", "one", "whole number"),
    ("PROXIES", "1.5", "whole number"),
    ("PROXIES", "99", "0 to 10"),
    ("PROXIES", "0", "with HTTPS"),
    ("ALLOWED_HOSTS", "*", "would serve any"),
    ("ALLOWED_HOSTS", "https://timesheet.example", "without scheme"),
    ("ALLOWED_HOSTS", "timesheet.example:443", "without scheme"),
    ("ALLOWED_HOSTS", "timesheet.example/path", "without scheme"),
    ("ALLOWED_HOSTS", "other.example", "include the host of PUBLIC_URL"),
    ("DATABASE_URL", "nonsense", "postgres:// or sqlite"),
    ("DATABASE_URL", "mysql://me@host/name", "postgres:// or sqlite"),
    ("DATABASE_URL", "sqlite://", "four slashes"),
    ("DATABASE_URL", "sqlite:///timesheet.sqlite3", "four slashes"),
    ("DATABASE_URL", "sqlite:////nowhere/timesheet.sqlite3", "not there"),
    ("DATABASE_URL", "sqlite:////tmp", "names a folder"),
    ("DATABASE_URL", "sqlite:////proc/x", "keeps no files"),
    ("DATABASE_URL", "postgres://me@host", "name a database"),
    ("DATABASE_URL", "postgres://me:a/b@host/name", "%2F"),
    ("DATABASE_URL", "postgres://me@host:port/name", "no valid address"),
    ("DATABASE_URL", "postgres://me@host/name#x", "%23"),
    ("CACHE_URL", "nonsense", "db://, redis://"),
    ("CACHE_URL", "locmem://", "all processes share"),
    ("CACHE_URL", "db://", "name a table"),
    ("CACHE_URL", "db://bad;table", "name a table"),
    ("CACHE_URL", "redis://", "name a host"),
    ("CACHE_URL", f"{REDIS}/first", "number of a database"),
    ("CACHE_URL", "redis://host:port/0", "no address of a Redis"),
    ("QUEUE_URL", "reds://host/0", "redis://"),
    ("QUEUE_URL", "sqlite:///queue.sqlite3", "four slashes"),
    ("QUEUE_URL", "memory://", "redis://"),
    ("DELIVERY_MARK", "mark", "begins with /"),
    ("DELIVERY_MARK", "/nowhere/mark", "not there"),
    ("EMAIL_URL", "mail.example", "one of"),
    ("EMAIL_URL", "smtp", "one of"),
    ("EMAIL_URL", "smtp:", "name a mail server"),
    ("EMAIL_URL", "submission://me@mail.example", "without a password"),
    ("EMAIL_URL", "submission://me:a/b@mail.example", "%2F"),
    ("EMAIL_URL", "smtp://mail.example:port", "no valid address"),
    ("EMAIL_URL", "smtp://mail.example?timeout=soon", "seconds"),
    ("EMAIL_URL", "smtp://mail.example?ssl=True&tls=True", "choose one"),
    ("EMAIL_URL", "smtp://mail.example?ssl=maybe", "neither True nor False"),
    ("EMAIL_URL", "file://mails", "whole path"),
    ("DEFAULT_FROM_EMAIL", "Timesheet", "email address"),
    ("DEFAULT_FROM_EMAIL", "timesheet@", "email address"),
    ("TIME_ZONE", "Mars/Olympus", "time zone"),
    ("TIME_ZONE", "../UTC", "time zone"),
    ("LOG_LEVEL", "loud", "one of DEBUG"),
    ("LOG_FORMAT", "xml", "one of line, json"),
    ("METRICS_TOKEN", "short", "16 characters"),
    ("METRICS_TOKEN", "with spaces in the token", "16 characters"),
    ("STATIC_ROOT", "static", "begins with /"),
    ("STATIC_ROOT", "/proc/x", "keeps no files"),
    ("STATIC_ROOT", "/", "whole path"),
    ("STATIC_ROOT", str(ROOT / "static"), "folder of the sources"),
    ("STATIC_ROOT", str(ROOT / "manage.py"), "names a file"),
    ("HSTS_PRELOAD", "1", "HSTS_INCLUDE_SUBDOMAINS=1"),
    ("HSTS_INCLUDE_SUBDOMAINS", "some", "1 or 0"),
    ("SESSION_IDLE_HOURS", "0", "0.1 to"),
    ("SESSION_IDLE_HOURS", "999", "more than SESSION_MAX_HOURS"),
    ("SESSION_MAX_HOURS", "soon", "0.1 to"),
    ("SECRET_KEY", "0123456789" * 6, "50 random characters"),
    ("SECRET_KEY", "change me " * 6, "50 random characters"),
    ("TOKEN_KEYS", f"{PRODUCTION['TOKEN_KEYS']} {PRODUCTION['TOKEN_KEYS']}", "base64"),
    ("TOKEN_KEYS", PRODUCTION["TOKEN_KEYS"][:-1], "base64"),
    ("METRICS_TOKEN", PRODUCTION["SECRET_KEY"], "of its own"),
    ("METRICS_TOKEN", PRODUCTION["TOKEN_KEYS"], "of its own"),
    ("PUBLIC_URL", "https://timesheet.example:0", "https://timesheet.example"),
    ("PUBLIC_URL", '"https://timesheet.example"', "quotation marks"),
    ("ASANA_CLIENT_ID", '"1201"', "quotation marks"),
    ("ASANA_CLIENT_SECRET", "'secret'", "quotation marks"),
    ("PROXIES", '"1"', "quotation marks"),
    ("QUEUE_URL", "redis://host:0/0", "no address of a Redis"),
    ("DATABASE_URL", "postgres:me@host/name", "postgres://"),
    ("DATABASE_URL", "postgres://me@host:0/name", "host or port"),
    ("DATABASE_URL", "postgres://me@my host/name", "host or port"),
    ("DATABASE_URL", "postgres://me@-host-/name", "host or port"),
    ("DATABASE_URL", "postgres://me@host/name?sslmode=maybe", "none of allow"),
    ("EMAIL_URL", "submission://me:secret@mail.example:0", "no valid address"),
    ("DEFAULT_FROM_EMAIL", "a@b.example, c@d.example", "email address"),
    ("STATIC_ROOT", str(ROOT / "manage.py" / "static"), "names a file"),
    ("WEB_CONCURRENCY", "0", "1 to 256"),
    ("WEB_CONCURRENCY", "two", "1 to 256"),
    ("SETTLING_SECONDS", "-1", "0 to 600"),
    ("AUDIT_KEEP_DAYS", "-5", "0 to 36500"),
    ("JOURNAL_KEEP_DAYS", "7", "at least 30"),
    ("PERSONAL_TOKENS", "maybe", "1 or 0"),
]


@pytest.mark.parametrize(("name", "value", "words"), WRONG)
def test_a_wrong_setting_is_named_with_what_is_wrong_and_without_its_value(
    refusal, name, value, words
):
    lines = refusal(**{name: value})
    assert named(lines) == [name]
    assert words in lines[0]
    if len(value) > 12:
        assert value not in lines[0]


@pytest.mark.parametrize("name", NEEDED)
@pytest.mark.parametrize("value", [None, "", " "])
def test_a_needed_setting_that_is_missing_or_empty_is_named(refusal, name, value):
    assert refusal(**{name: value}) == [f"{name} is needed."]


@pytest.mark.parametrize("other", ["QUEUE_URL", "CACHE_URL"])
def test_cache_and_queue_in_one_redis_database_are_told_apart(read, refusal, other):
    given = {"QUEUE_URL": f"{REDIS}/1", "CACHE_URL": f"{REDIS}/1"}
    assert named(refusal(**given)) == ["QUEUE_URL"]
    assert named(refusal(QUEUE_URL=REDIS, CACHE_URL="redis://127.0.0.1/0")) == ["QUEUE_URL"]
    read(**{**given, other: f"{REDIS}/2"})


def test_a_setting_that_was_renamed_is_named_with_its_new_name(read, refusal):
    assert refusal(BELL_URL="reds://x") == ["BELL_URL is called QUEUE_URL now."]
    read(BELL_URL="reds://x", QUEUE_URL=f"{REDIS}/1")


def test_everything_that_is_wrong_is_named_at_once(refusal):
    assert named(refusal(HTTPS="maybe", CACHE_URL="nonsense", LOG_LEVEL="x", PUBLIC_URL="")) == [
        *("CACHE_URL", "HTTPS", "LOG_LEVEL", "PUBLIC_URL"),
    ]


def test_a_secret_in_a_file_that_is_not_there_is_named(refusal, tmp_path):
    missing = str(tmp_path / "missing")
    lines = refusal(SECRET_KEY=None, SECRET_KEY_FILE=missing)
    assert lines == ["SECRET_KEY SECRET_KEY_FILE must name a text file that this user can read."]
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    assert named(refusal(SECRET_KEY=None, SECRET_KEY_FILE=str(tmp_path / "binary"))) == [
        "SECRET_KEY"
    ]


@pytest.mark.parametrize(
    ("given", "name", "value"),
    [
        ({}, "DEBUG", False),
        ({"DEBUG": None}, "DEBUG", False),
        ({"LOG_LEVEL": "debug"}, "LOG_LEVEL", "DEBUG"),
        ({"ASANA_URL": "http://sandbox:8001/"}, "ASANA_URL", "http://sandbox:8001"),
        ({}, "SECURE_HSTS_INCLUDE_SUBDOMAINS", False),
        ({}, "SECURE_HSTS_PRELOAD", False),
        ({"HSTS_INCLUDE_SUBDOMAINS": "1"}, "SECURE_HSTS_INCLUDE_SUBDOMAINS", True),
        ({"EMAIL_URL": "file:///var/mails"}, "EMAIL_FILE_PATH", "/var/mails"),
        ({"EMAIL_URL": "file:////var/mails"}, "EMAIL_FILE_PATH", "/var/mails"),
        ({"ALLOWED_HOSTS": ".example, [::1]"}, "ALLOWED_HOSTS", [".example", "[::1]"]),
        ({"QUEUE_URL": "rediss://:p%2F,w@host/3"}, "QUEUE_URL", "rediss://:p%2F,w@host/3"),
        ({}, "QUEUE_URL", PRODUCTION["DATABASE_URL"]),
        *(
            ({"DATABASE_URL": url}, "DATABASE_URL", url)
            for url in (
                "postgres://%2Frun%2Fpostgresql/name",
                "postgres:///name",
                "postgres://me:p w@[::1]:5433/name?sslmode=verify-full",
                "postgresql://me@10.0.0.1/name",
            )
        ),
    ],
)
def test_a_right_setting_is_taken(read, given, name, value):
    assert read(**given)[name] == value


def test_in_development_nothing_is_needed(read):
    settings = read(**{**dict.fromkeys(PRODUCTION), "DEBUG": "1"})
    assert settings["HTTPS"] is False
    assert settings["ASANA_URL"] == "http://127.0.0.1:8001"


# In processes of their own


@pytest.fixture
def manage(tmp_path):
    def manage(*args: str, **environment: str) -> subprocess.CompletedProcess[str]:
        given = {"PATH": os.environ["PATH"], "STATIC_ROOT": str(tmp_path), **environment}
        command = [sys.executable, str(ROOT / "manage.py"), *args]
        return subprocess.run(command, env=given, capture_output=True, text=True, timeout=60)

    return manage


@pytest.mark.process
def test_production_settings_pass_the_deployment_check_in_silence(manage):
    answer = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout == "System check identified no issues (2 silenced).\n"
    assert answer.stderr == ""


@pytest.mark.process
@pytest.mark.parametrize("command", ["check", "set_up", "worker", "shell"])
def test_a_shell_without_the_environment_runs_nothing(manage, command):
    answer = manage(command)
    assert answer.returncode != 0
    assert "Traceback" not in answer.stderr
    assert named([line.strip() for line in answer.stderr.splitlines()[1:-1]]) == sorted(NEEDED)
    assert not (ROOT / "var" / "secret-key").exists() or "DEBUG" in os.environ


@pytest.mark.process
def test_the_web_server_does_not_start_with_a_wrong_setting(tmp_path):
    command = [sys.executable, "-m", "gunicorn", "-c", "python:timesheet.gunicorn_conf"]
    command += ["--bind", "127.0.0.1:0", "timesheet.wsgi"]
    given = {"PATH": os.environ["PATH"], **PRODUCTION, "STATIC_ROOT": str(tmp_path)}
    for change, words in (({"PUBLIC_URL": "localhost"}, "PUBLIC_URL must"), ({}, "collectstatic")):
        answer = subprocess.run(
            command, cwd=ROOT, env={**given, **change}, capture_output=True, text=True, timeout=60
        )
        assert answer.returncode == 1
        assert words in answer.stderr
        assert "Traceback" not in answer.stderr


@pytest.mark.process
def test_a_power_failure_takes_back_no_commit(manage, tmp_path):
    given = {**PRODUCTION, "DATABASE_URL": f"sqlite:///{tmp_path / 'new.sqlite3'}"}
    code = (
        "from django.db import connection as database; "
        "print(*database.cursor().execute('PRAGMA synchronous').fetchone())"
    )
    answer = manage("shell", "--no-imports", "-c", code, **given)
    # FULL: https://www.sqlite.org/pragma.html#pragma_synchronous
    assert answer.stdout == "2\n", answer.stderr


@pytest.mark.process
def test_the_files_of_a_new_database_are_for_its_owner_alone(manage, tmp_path):
    given = {**PRODUCTION, "DATABASE_URL": f"sqlite:///{tmp_path / 'new.sqlite3'}"}
    given |= {"HTTPS": "0", "PUBLIC_URL": "http://127.0.0.1"}
    assert manage("migrate", "--verbosity", "0", **given).returncode == 0
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("new*")}
    assert set(modes.values()) == {0o600}, modes


@pytest.mark.process
def test_without_debug_the_asana_app_may_be_left_to_the_set_up(manage):
    answer = manage("check", **{name: PRODUCTION[name] for name in ("DEBUG", *NEEDED)})
    assert answer.returncode == 0, answer.stderr


@pytest.mark.process
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


@pytest.mark.process
def test_without_debug_the_sandbox_is_not_the_default(manage):
    code = "from django.conf import settings; print(settings.ASANA_URL)"
    assert manage("shell", "--no-imports", "-c", code, **PRODUCTION).stdout == (
        "https://app.asana.com\n"
    )


@pytest.mark.process
def test_a_secret_may_come_from_a_file(manage, tmp_path):
    (tmp_path / "secret").write_text("from-a-file\n")
    given = {key: value for key, value in PRODUCTION.items() if key != "ASANA_CLIENT_SECRET"}
    given["ASANA_CLIENT_SECRET_FILE"] = str(tmp_path / "secret")
    code = "from django.conf import settings; print(settings.ASANA_CLIENT_SECRET)"
    assert manage("shell", "--no-imports", "-c", code, **given).stdout == "from-a-file\n"


def test_root_does_not_take_a_database_from_its_owner(tmp_path):
    file = tmp_path / "timesheet.sqlite3"
    assert database.other_owner(file, 0) == ""
    file.touch()
    if os.geteuid() == 0:
        os.chown(file, 65_534, 65_534)
    assert database.other_owner(file, 0) == file.owner()
    assert database.other_owner(file, os.geteuid() or 65_534) == ""


@pytest.mark.process
def test_a_command_that_root_runs_says_who_should(manage, tmp_path):
    file = tmp_path / "timesheet.sqlite3"
    file.touch()
    if os.geteuid() == 0:
        os.chown(file, 65_534, 65_534)
    answer = manage("showmigrations", **{**PRODUCTION, "DATABASE_URL": f"sqlite:///{file}"})
    if os.geteuid() == 0:
        assert (answer.returncode, file.owner() in answer.stderr) == (1, True)
    else:
        assert answer.returncode == 0


@pytest.mark.parametrize(
    ("environment", "processes"),
    [({}, str(len(os.sched_getaffinity(0)))), ({"WEB_CONCURRENCY": "3"}, "3")],
)
def test_gunicorn_runs_a_process_for_each_core_unless_told_how_many(environment, processes):
    code = "from timesheet import gunicorn_conf; print(gunicorn_conf.workers)"
    answer = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DEBUG": "1", **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.strip() == processes
