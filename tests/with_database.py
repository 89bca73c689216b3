"""A plugin of pytest that leaves out the tests without a database: `-p tests.with_database`.

What uses neither Django's database nor its cache does the same on PostgreSQL as on SQLite. Both are
known by what a test asks for, so a new test is chosen, or not, without being on any list.
"""

from __future__ import annotations

import pytest

# pytest-django opens the database for tests that use one of these fixtures, or its mark.
DATABASE = {"db", "transactional_db", "live_server", "django_db_reset_sequences"}


def uses_database(item: pytest.Item) -> bool:
    """Tells whether a test has the database of the tests."""
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(item.get_closest_marker("django_db") or fixtures & DATABASE)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = [item for item in items if not uses_database(item)]
    items[:] = [item for item in items if uses_database(item)]
    config.hook.pytest_deselected(items=left_out)
