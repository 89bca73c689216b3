"""What sandbox/README.md shows works, and nothing of it is out of date."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import get_args

import requests

from sandbox.faults import FaultKind
from tests.sandbox_process import ROOT

README = (ROOT / "sandbox" / "README.md").read_text()


def test_the_document_of_own_data_can_be_added(sandbox):
    document = re.search(r"```json\n(.*?)```", README, re.DOTALL)[1]
    sandbox.add_data(**json.loads(document))
    assert sandbox.get("/users/me", "graces-token")["name"] == "Grace Hopper"
    assert sandbox.get("/time_tracking_entries", "graces-token", user="me")


def example(language, sandbox):
    """The example of the five minutes, with the address of this sandbox."""
    code = re.search(
        rf"```{language}\n(.*?)```", README.partition("## Five minutes")[2], re.DOTALL
    )[1]
    return code.replace("http://127.0.0.1:8001", sandbox.url)


def test_the_example_for_curl_logs_half_an_hour(sandbox):
    code = example("bash", sandbox).replace("curl ", "curl --silent --show-error --fail ")
    printed = subprocess.run(
        ["bash", "-e", "-c", code], capture_output=True, text=True, check=True
    ).stdout
    [write] = sandbox.writes()
    assert (write["minutes"], write["day"]) == (30, "2026-11-23")
    assert printed.count(write["entry"]) == 2


def test_the_example_for_python_logs_half_an_hour(sandbox):
    command = [sys.executable, "-W", "ignore", "-c", example("python", sandbox)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert [write["entry"] for write in sandbox.writes()] == [printed.strip()]


def test_every_kind_of_fault_is_described():
    section = README.partition("## Faults")[2].partition("## ")[0]
    cells = re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
    assert {name for cell in cells for name in cell.split("`")[1::2]} == set(get_args(FaultKind))


def test_every_option_is_described():
    command = [sys.executable, "-m", "sandbox", "--help"]
    options = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    names = set(re.findall(r"^  (--[a-z-]+)", options, re.MULTILINE))
    section = README.partition("## Start")[2].partition("## ")[0]
    assert names == set(re.findall(r"`(--[a-z-]+)`", section))


def test_every_control_address_is_described(sandbox):
    page = requests.get(sandbox.url, timeout=60).text
    for name in re.findall(r"<dt>(?:<a [^>]*>)?/sandbox/(\w+)", page):
        assert name in README
