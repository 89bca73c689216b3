"""The database of the tests, for the processes that they start."""

from __future__ import annotations

from urllib.parse import quote

from django.conf import settings
from django.db import connection


def database_url() -> str:
    """The address of the database that this test uses."""
    given = connection.settings_dict
    if settings.SQLITE:
        return f"sqlite:///{given['NAME']}"
    return f"postgres://{given['USER']}@{quote(given['HOST'], safe='')}/{given['NAME']}"
