"""The log: a line for every request with an id that error pages show too, and no secret."""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from io import StringIO

import pytest
import requests
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path, reverse

from accounts.models import Connection, User
from accounts.request_context import override_context
from bench.child_processes import start_child
from bench.ports import free_port
from tests.sandbox_process import ROOT
from tests.support.pages import page
from tests.support.people import ADA, WORKSPACE, Browser
from tests.support.waiting import until
from timesheet import worker
from timesheet.core.log_config import JsonFormatter, config, without_secrets
from timesheet.domain.week import Week
from timesheet.models import Edit

HTMX = {"HX-Request": "true"}


class Written(list[dict[str, object]]):
    """What was logged, as objects."""

    def of(self, logger: str) -> list[dict[str, object]]:
        return [line for line in self if line["logger"] == logger]


@pytest.fixture
def log() -> Iterator[Written]:
    """All that our handler writes, through the loggers as they are in production."""
    written, out = Written(), StringIO()

    class Handler(logging.StreamHandler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(json.loads(self.format(record)))

    handler = Handler(out)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    yield written
    root.removeHandler(handler)


def shows_a_number(html: str) -> str:
    found = re.search(r"If you need help, quote this number:\s*<code>([0-9a-f]{12})</code>", html)
    assert found, html
    return found[1]


def broken(_request) -> HttpResponse:
    raise RuntimeError("nobody foresaw this; Authorization: Bearer 1/1234567890:abcdef")


class Pages:
    """The timesheet, and a page with a mistake in it."""

    urlpatterns = [path("broken/", broken, name="broken"), path("", include("timesheet.urls"))]
    handler400 = "accounts.error_views.bad_request"
    handler403 = "accounts.error_views.forbidden"
    handler404 = "accounts.error_views.not_found"
    handler500 = "accounts.error_views.server_error"


@pytest.fixture
def ada(db) -> User:
    return User.objects.create_user(ADA, "Ada Lindqvist", "ada@nordlicht.example")


@pytest.fixture
def adas(ada, settings, sandbox) -> Client:
    settings.ASANA_URL = sandbox.url
    Connection.objects.create(user=ada, method="token", access_token="sandbox-ada")
    browser = Client(raise_request_exception=False)
    browser.force_login(ada)
    return browser


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Authorization: Bearer 1/12:abc", "Authorization: Bearer [removed]"),
        ("{'access_token': 'ab.c-d', 'expires_in': 3600}", "'access_token': '[removed]', 'exp"),
        ('{"refresh_token":"r1","token_type":"bearer"}', '"refresh_token":"[removed]","tok'),
        ("grant_type=x&client_secret=s3cret&a=b", "client_secret=[removed]&a=b"),
        (
            "METRICS_TOKEN=abc {'password': 'x y'}",
            "METRICS_TOKEN=[removed] {'password': '[removed]",
        ),
        ("client_secret: s3cret", "client_secret: [removed]"),
        (
            "GET /sign-in/callback/?code=1%2F2&state=xyz HTTP",
            "?code=[removed]&state=[removed] HTTP",
        ),
        ("next=%2Fcallback%2F%3Fcode%3D12ab", "%3Fcode%3D[removed]"),
        ("/unsubscribe/eyJ:1abc:def/undo/", "/unsubscribe/[removed]/undo/"),
        ("smtp://me:pass@mail.example:25", "smtp://me:[removed]@mail.example:25"),
        ("sessionid=abc123; other=1", "sessionid=[removed]; other=1"),
        ("token 2/1201000000000001/12030000:0123456789abcdef01 is bad", "token [removed] is bad"),
        ("asana GET /tasks/1205000000000001 200", "asana GET /tasks/1205000000000001 200"),
        ("edit 12: queued to confirmed", "edit 12: queued to confirmed"),
        ("exit code=1", "exit code=1"),
    ],
)
def test_what_looks_like_a_secret_is_removed(text, left):
    assert left in without_secrets(text)


def test_a_line_of_json_has_all_that_it_needs(log):
    with override_context("192.0.2.7") as origin:
        logging.getLogger("timesheet").warning("user %s: %s", 7, "too late")
    (line,) = log
    assert line.pop("time") <= datetime.now().astimezone().isoformat()
    assert line == {
        "level": "WARNING",
        "logger": "timesheet",
        "message": "user 7: too late",
        "request_id": origin.request_id,
    }


def test_a_line_of_text_has_the_id_too(capsys):
    formatter = config("line", "INFO")["formatters"]["line"]
    made = formatter["()"](formatter["format"], style=formatter["style"])
    record = logging.makeLogRecord({"name": "a", "levelname": "INFO", "msg": "Bearer abc"})
    with override_context("") as origin:
        assert made.format(record).endswith(f"INFO a [{origin.request_id}]: Bearer [removed]")
    assert made.format(record).endswith("INFO a [-]: Bearer [removed]")


def test_every_request_has_one_line_without_its_query(log, adas):
    answer = adas.get("/preferences/?secret=hush")
    (line,) = log.of("timesheet.requests")
    assert isinstance(line["milliseconds"], int)
    assert (line["method"], line["path"], line["status"]) == ("GET", "/preferences/", 200)
    assert (line["person"], line["request_id"]) == (ADA, answer["X-Request-ID"])
    assert "hush" not in json.dumps(log)
    assert "Ada" not in json.dumps(log)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "status"),
    [("/nothing/", 404), ("/static/none.svg", 404), ("/", 302), ("/static/no\nline", 404)],
)
def test_whatever_is_asked_for_has_one_line(log, client, path, status):
    client.get(path)
    (line,) = log
    assert (line["logger"], line["status"]) == ("timesheet.requests", status)
    assert "\n" not in line["path"]


@pytest.mark.django_db
def test_the_way_back_from_asana_is_logged_without_its_code(log, client):
    client.get("/sign-in/callback/?code=the-code&state=the-state")
    assert log
    assert "the-code" not in json.dumps(log)
    assert "the-state" not in json.dumps(log)


def test_what_is_asked_of_asana_side_by_side_is_of_the_same_request(log, adas):
    answer = adas.get("/week/", follow=True)
    assert answer.status_code == 200
    lines = log.of("accounts.asana.transport")
    assert len(lines) > 2
    assert {line["request_id"] for line in lines} <= {
        line["request_id"] for line in log.of("timesheet.requests")
    }


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_mistake_nobody_foresaw_shows_the_number_that_is_in_the_log(log, adas, settings, headers):
    settings.ROOT_URLCONF = Pages
    answer = adas.get("/broken/?a=b", headers=headers)
    html = page(answer)
    assert answer.status_code == 500
    number = shows_a_number(html[html.index('id="problem"') :])
    (mistake,) = log.of("django.request")
    assert mistake["request_id"] == number == answer["X-Request-ID"]
    assert "nobody foresaw this" in mistake["exception"]
    assert "Traceback" in mistake["exception"]
    assert "abcdef" not in json.dumps(log)


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_pages_of_problems_show_the_number_too(log, adas, headers):
    for place, status in (("/nothing/", 404), (reverse("audit_log", args=[WORKSPACE]), 403)):
        answer = adas.get(place, headers=headers)
        assert answer.status_code == status
        assert shows_a_number(page(answer)) == answer["X-Request-ID"]


@pytest.mark.django_db(transaction=True)
def test_each_turn_of_the_worker_has_an_id_of_its_own(log, adas, ada, sandbox):
    week = Week.parse("2026-W48")
    sandbox.faults({"kind": "drop_before", "path": "/api/"})
    Browser(ada, week).save("1205000000000059", "2026-11-25", "1")
    assert Edit.objects.get().state == "queued"
    log.clear()
    for _ in range(2):
        Edit.objects.update(due_at=Edit.objects.get().created_at)
        worker._deliver(ada.pk)
    ids = [line["request_id"] for line in log]
    assert "" not in ids
    assert len(set(ids)) == 2


@pytest.mark.process
def test_a_web_server_logs_as_the_app_does_and_no_code(tmp_path):
    port = free_port()
    options = ["-c", "python:timesheet.gunicorn_conf", "--threads", "2", "--access-logfile", "-"]
    command = [sys.executable, "-m", "gunicorn", *options, "--bind", f"127.0.0.1:{port}"]
    given = {
        **os.environ,
        "LOG_FORMAT": "json",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'none.sqlite3'}",
    }
    with start_child(
        [*command, "timesheet.wsgi"], cwd=ROOT, env=given, stderr=subprocess.PIPE, text=True
    ) as server:
        address = f"http://127.0.0.1:{port}"
        until(lambda: answers(f"{address}/healthz"))
        requests.get(f"{address}/sign-in/callback/?code=the-code&state=the-state", timeout=30)
        server.terminate()
        _, log = server.communicate(timeout=30)
    lines = [json.loads(line) for line in log.splitlines()]
    assert {"gunicorn.error", "timesheet.requests"} <= {line["logger"] for line in lines}
    paths = [line["path"] for line in lines if line["logger"] == "timesheet.requests"]
    assert paths == ["/healthz", "/sign-in/callback/"]
    assert "the-code" not in log


def answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=60).ok
    except requests.RequestException:
        return False
