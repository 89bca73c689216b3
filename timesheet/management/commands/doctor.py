"""`manage.py doctor`: says what is wrong with this installation, and how to put it right."""

from __future__ import annotations

import logging
import sys
from typing import Any

from django.core.management.base import BaseCommand

from timesheet.admin.doctor.findings import Level, lines
from timesheet.admin.doctor.service import examine
from timesheet.core import clock
from timesheet.core.version import VERSION


class Command(BaseCommand):
    """Checks the whole installation."""

    help = (
        "Checks settings, database, cache, queue, worker, Asana, clock, static files, proxies and "
        "email. Exits with status 1 if anything fails."
    )
    # It says itself what is wrong.
    requires_system_checks: list[str] = []

    def handle(self, **_options: Any) -> None:
        self.stdout.write(f"Timesheet {VERSION}")
        levels = []
        # The log says the same again, in between.
        logging.disable(logging.CRITICAL)
        try:
            for finding in examine(clock.now()):
                levels.append(finding.level)
                for line in lines([finding]):
                    self.stdout.write(line)
        finally:
            logging.disable(logging.NOTSET)
        wrong, warnings = levels.count(Level.FAILED), levels.count(Level.WARNING)
        self.stdout.write(f"Failed: {wrong}. Warnings: {warnings}.")
        if wrong:
            sys.exit(1)
