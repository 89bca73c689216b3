#!/usr/bin/env python3
"""Django's command line, with our settings."""

import gc
import os
import sys
from pathlib import Path

from django.core.management import execute_from_command_line

# They need the database, and may be started before it. The worker waits by itself.
NEED_DATABASE = {
    *("assign_people", "createcachetable", "grant", "migrate", "restore", "rotate_keys", "set_up"),
}
WAIT_SECONDS = 60


def wait_for_database() -> None:
    """Wait for a database that is still starting; say so, and end without it after a minute."""
    from django.db import OperationalError

    from timesheet.core import database

    try:
        database.wait_for_database(lambda text: sys.stderr.write(f"{text}\n"), seconds=WAIT_SECONDS)
    except OperationalError as error:
        sys.exit(f"The database does not answer: {error}")


def refuse_root() -> None:
    """End the process where it would leave files of root's beside somebody else's database."""
    from django.conf import settings

    from timesheet.core import database

    if settings.SQLITE:
        file = Path(settings.DATABASES["default"]["NAME"])
        if owner := database.other_owner(file, os.geteuid()):
            sys.exit(f"{file} belongs to {owner}. Run this as that user: sudo -u {owner} ...")


if __name__ == "__main__":
    # What is loaded at the start stays: to search it for what can be freed takes a tenth of the
    # start. `timesheet.apps` turns it on again.
    gc.disable()
    # Files are for this user alone, but for those that a web server may serve.
    if "collectstatic" not in sys.argv[1:2]:
        os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "timesheet.settings")
    if NEED_DATABASE.intersection(sys.argv[1:2]) and not {"-h", "--help"}.intersection(sys.argv):
        wait_for_database()
    if sys.argv[1:2] not in ([], ["help"], ["collectstatic"]):
        refuse_root()
    execute_from_command_line(sys.argv)
