"""What browsers report that our policy kept from a page."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from timesheet.core import clock

REPORT = {
    "document-uri": "https://timesheet.example/1200/week/2026-W48/?note=private",
    "referrer": "https://timesheet.example/?token=secret-one",
    "effective-directive": "img-src",
    "violated-directive": "img-src",
    "blocked-uri": "https://evil.example/pixel?token=secret-two",
}


@pytest.fixture(autouse=True)
def said(db, caplog):
    cache.clear()
    caplog.set_level(logging.INFO)
    return caplog


def send(content: object, **headers):
    body = content if isinstance(content, (bytes, str)) else json.dumps({"csp-report": content})
    browser = Client(enforce_csrf_checks=True)
    return browser.post(
        "/csp-report/", body, content_type="application/csp-report", headers=headers
    )


def lines(said) -> list[str]:
    """Those about reports: each request has one of its own besides."""
    ours = [
        record for record in said.records if record.name == "timesheet.admin.health.csp_reports"
    ]
    return [record.getMessage() for record in ours]


def test_every_page_names_the_address(said):
    policy = Client().get("/sign-in/")["Content-Security-Policy"]
    assert f"report-uri {reverse('csp_report')}" in policy


def test_it_writes_one_line_with_the_directive_and_the_host_alone(said):
    assert send(REPORT).status_code == 204
    assert lines(said) == ["csp: img-src blocked evil.example"]
    for secret in ("secret-one", "secret-two", "private", "pixel"):
        assert secret not in said.text


@pytest.mark.parametrize(
    ("blocked", "told"),
    [
        ("inline", "inline"),
        ("eval", "eval"),
        ("data", "data"),
        ("https://user:password@evil.example:8443/a", "evil.example"),
        ("https://[2001:db8::1]/", "2001:db8::1"),
        ("https://evil.example\nERROR all is lost", "?"),
        ("https://[", "?"),
        ("", "?"),
        ("https://ev il/", "?"),
    ],
)
def test_what_was_blocked_cannot_write_what_it_likes(said, blocked, told):
    send({**REPORT, "blocked-uri": blocked})
    assert lines(said)[-1] == f"csp: img-src blocked {told}"
    assert "password" not in said.text


def test_nor_can_the_directive(said):
    send({**REPORT, "effective-directive": "img-src\nERROR all is lost"})
    assert lines(said)[-1] == "csp: ? blocked evil.example"


def test_an_older_browser_tells_only_what_was_violated(said):
    send({"violated-directive": "script-src 'self'", "blocked-uri": "inline"})
    assert lines(said)[-1] == "csp: script-src blocked inline"


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff", "[]", "{}", '{"csp-report": {"blocked-uri": 1}}', '{"a":' + "[" * 8000],
)
def test_what_is_no_report_is_refused_in_silence(said, content):
    assert send(content).status_code == 400
    assert "blocked" not in said.text


def test_a_large_one_is_not_read(said):
    assert send({**REPORT, "script-sample": "x" * 10_000}).status_code == 413
    assert "blocked" not in said.text


def test_there_is_an_end_to_it_until_the_next_minute(said, monkeypatch):
    now = datetime(2026, 11, 25, 12, 0, 59, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: now)
    answers = [send(REPORT) for _ in range(25)]
    assert [answer.status_code for answer in answers] == [204] * 20 + [429] * 5
    assert answers[-1]["Retry-After"] == "60"
    assert said.text.count("blocked evil.example") == 20
    now += timedelta(seconds=1)
    assert send(REPORT).status_code == 204


def test_it_is_only_ever_sent(said):
    assert Client().get("/csp-report/").status_code == 405
