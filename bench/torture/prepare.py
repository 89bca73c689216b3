"""`python -m bench.torture.prepare`: the tables and static files of a new installation, in one
process instead of one for each command. Static files that are there stay as they are."""

from __future__ import annotations

import os

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connections

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "timesheet.settings"
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    if not (settings.STATIC_ROOT / "staticfiles.json").exists():
        call_command("collectstatic", interactive=False, verbosity=0)
    # All of the database is in its file then, which may be copied.
    connections.close_all()
