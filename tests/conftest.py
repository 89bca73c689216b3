"""What all tests share: the local Asana, one process for all of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.management import call_command

from tests.sandbox_process import Sandbox, start_sandbox

pytest_plugins = ["tests.support.fixtures"]

# Of the tests alone, so that nobody's worker hears their rings.
settings.QUEUE_URL = f"sqlite:///{settings.VAR / 'test.bell'}"


@pytest.fixture(scope="session")
def sandbox_process() -> Iterator[Sandbox]:
    with start_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(sandbox_process: Sandbox) -> Sandbox:
    """As it is when it has just been filled."""
    sandbox_process.reset()
    return sandbox_process


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """With the table of the cache, which no migration makes."""
    with django_db_blocker.unblock():
        call_command("createcachetable")
