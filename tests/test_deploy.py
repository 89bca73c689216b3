"""The deployment files and the manual agree with the code."""

from __future__ import annotations

import configparser
import re
from dataclasses import fields
from pathlib import Path

import pytest
import yaml

from tests.source_code import ROOT
from timesheet.core import request_framing
from timesheet.domain.health import Checks

DEPLOY = ROOT / "deploy"
MANUAL = (ROOT / "docs" / "operating.md").read_text()
SETTINGS = (ROOT / "timesheet" / "settings.py").read_text()
NAMES = set(re.findall(r'env\.(?:text|items|switch|whole|number)\(\s*"(\w+)"', SETTINGS))
SERVICES = sorted((DEPLOY / "systemd").glob("*.service"))
HARDENING = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "CapabilityBoundingSet": "",
    "UMask": "0077",
}


def unit(path: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(path)
    return parser


def test_the_manual_explains_every_setting():
    assert len(NAMES) >= 27
    assert {name for name in NAMES if f"`{name}`" not in MANUAL} == set()


def test_the_manual_explains_each_setting_once():
    explained = re.findall(r"^\| ([^|]+) \|", MANUAL.partition("## Settings")[2], re.MULTILINE)
    named = [name for cell in explained for name in re.findall(r"`([A-Z_]+)`", cell)]
    assert sorted(named) == sorted(set(named))


def test_the_manual_explains_every_field_of_readyz_and_every_metric():
    metrics = (ROOT / "timesheet" / "admin" / "health" / "metrics.py").read_text()
    names = set(re.findall(r'"(timesheet_[a-z_]+)"', metrics))
    assert len(names) >= 7
    assert {name for name in names if name not in MANUAL} == set()
    assert {field.name for field in fields(Checks) if f"| `{field.name}` |" not in MANUAL} == set()


def test_the_rules_for_alerts_use_metrics_that_exist():
    rules = yaml.safe_load(MANUAL.partition("```yaml\n")[2].partition("```")[0])
    used = {name for rule in rules["groups"][0]["rules"] for name in metrics_in(rule["expr"])}
    described = MANUAL.partition("| metric | meaning |")[2].partition("Alert rules")[0]
    assert used
    assert {name for name in used if f"`{name}" not in described} == set()


def metrics_in(expression: str) -> set[str]:
    return set(re.findall(r"timesheet_[a-z_]+", expression))


def test_compose_passes_settings_that_exist():
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    given = set(compose["x-app"]["environment"])
    assert given - NAMES == set()
    assert {"web", "worker", "database", "redis", "proxy", "sandbox"} <= compose["services"].keys()
    example = (DEPLOY / "compose.env.example").read_text()
    needed = set(re.findall(r"\$\{(\w+):\?\}", (DEPLOY / "compose.yaml").read_text()))
    assert {name for name in needed if f"{name}=" not in example} == set()


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_the_services_are_locked_in(path):
    service = unit(path)["Service"]
    assert {name: service.get(name) for name in HARDENING} == HARDENING
    assert service["User"] == "timesheet"
    assert service["StateDirectory"] == "timesheet"


def test_a_worker_has_time_to_end_what_it_has_begun():
    from timesheet.worker import SHUTDOWN_SECONDS

    worker = unit(DEPLOY / "systemd" / "timesheet-worker.service")["Service"]
    assert int(worker["TimeoutStopSec"]) > SHUTDOWN_SECONDS


def test_the_proxies_have_the_limits_of_the_app():
    nginx, caddy = ((DEPLOY / name).read_text() for name in ("nginx.conf", "Caddyfile"))
    megabytes = request_framing.MAX_WEEK // 1024**2
    kilobytes = request_framing.MAX_CSP_REPORT // 1024
    assert f"client_max_body_size {megabytes}m;" in nginx
    assert f"client_max_body_size {kilobytes}k;" in nginx
    assert f"large_client_header_buffers 4 {request_framing.MAX_HEAD // 1024}k;" in nginx
    assert "proxy_request_buffering on;" in nginx
    assert f"max_size {megabytes}MB" in caddy
    assert f"max_size {kilobytes}KB" in caddy


def test_the_logs_of_the_proxies_have_no_queries():
    nginx = (DEPLOY / "nginx.conf").read_text()
    (form,) = re.findall(r"log_format timesheet (.*?);", nginx, re.DOTALL)
    variables = set(re.findall(r"\$\{?(\w+)", form))
    secret = {"request", "request_uri", "args", "query_string", "uri", "http_referer"}
    assert not variables & secret
    for kind, where in re.findall(r"(access_log|error_log) ([^;]+);", nginx):
        words = where.split()
        assert words == ["off"] or words[-1] == ("timesheet" if kind == "access_log" else "crit")
    caddy = (DEPLOY / "Caddyfile").read_text()
    assert caddy.count("request>uri regexp") == caddy.count("format filter") == 2
    assert caddy.count("request>headers delete") == 2


@pytest.mark.parametrize("name", ["install.sh", "backup.sh", "load-dump.sh"])
def test_the_scripts_stop_at_the_first_error(name):
    assert "\nset -eu\n" in (DEPLOY / name).read_text()
