"""The pytest plugin: a sandbox for each session, and a fresh one for each test.

With pytest-xdist every worker has a sandbox of its own.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator

import pytest

from asana_sandbox.client import Asana
from asana_sandbox.process import start


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the settings of the plugin."""
    parser.addini(
        "asana_sandbox",
        "command-line arguments of the sandbox, such as: --now 2026-11-23 --data company.json",
        default="",
    )


@pytest.fixture(scope="session")
def asana_server(pytestconfig: pytest.Config) -> Iterator[Asana]:
    """Return the sandbox of this session, as the tests before have left it."""
    with start(shlex.split(pytestconfig.getini("asana_sandbox"))) as asana:
        yield asana


@pytest.fixture
def asana(asana_server: Asana) -> Iterator[Asana]:
    """Return a sandbox with the data and settings of its start, without faults."""
    asana_server.reset()
    yield asana_server
    asana_server.close_clients()
