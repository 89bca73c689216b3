"""COVERAGE.md is current, and the contracts are really compared."""

from __future__ import annotations

import subprocess
import sys

import pytest
import requests

from sandbox.behaviours import BEHAVIOURS, EVERYWHERE, SOURCES
from sandbox.contract import Description
from tests.sandbox_process import CONTRACTS, ROOT, known

WRITE = "import django; django.setup(); from sandbox.coverage import document; print(document())"


def test_the_table_is_current():
    command = [sys.executable, "-c", WRITE]
    environment = {"DJANGO_SETTINGS_MODULE": "sandbox.settings", "PYTHONPATH": str(ROOT)}
    written = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    ).stdout
    current = (ROOT / "sandbox" / "COVERAGE.md").read_text()
    assert current.strip() == written.strip(), "Run python -m sandbox.coverage"


def test_every_behaviour_has_a_source_and_an_operation(sandbox):
    operations = requests.get(f"{sandbox.url}/sandbox/operations", timeout=60).json()
    assert set(BEHAVIOURS) <= {operation["name"] for operation in operations}
    sources = {source for rows in (EVERYWHERE, *BEHAVIOURS.values()) for _, source in rows}
    assert sources == set(SOURCES)


def test_responses_are_compared_with_the_contracts(sandbox, entry):
    compared = requests.get(f"{sandbox.url}/sandbox/contract", timeout=60).json()["compared"]
    assert compared["createTimeTrackingEntry"] > 0
    assert any("seed" in file.name for file in CONTRACTS)


DOCUMENT = {
    "paths": {
        "/tasks": {
            "get": {
                "operationId": "getTasks",
                "responses": {
                    "200": {
                        "content": {"application/json": {"schema": {"$ref": "#/components/s/T"}}}
                    },
                    "404": {},
                },
            }
        }
    },
    "components": {
        "s": {
            "T": {
                "type": "object",
                "properties": {
                    "day": {"type": "string", "format": "date", "nullable": True},
                    "minutes": {"type": "integer"},
                },
            }
        }
    },
}


@pytest.mark.parametrize(
    ("status", "content", "problems"),
    [
        (200, {"day": None, "minutes": 5}, 0),
        (200, {"day": "2026-11-23"}, 0),
        (200, {"day": "23.11.2026"}, 1),
        (200, {"minutes": "5"}, 1),
        (200, {"minutes": None, "day": 5}, 2),
        (404, {"anything": 1}, 0),
        (409, {}, 1),
    ],
)
def test_a_response_that_is_not_as_described_is_a_problem(status, content, problems):
    assert len(Description(DOCUMENT).problems("getTasks", status, content)) == problems


def test_only_known_gaps_are_let_pass():
    assert known('getTask 200: data.external: null is not of type "object"')
    assert not known('getTask 200: data.name: null is not of type "string"')
