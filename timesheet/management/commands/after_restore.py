"""`manage.py after_restore`: checks a database that was restored, so that it delivers again."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from timesheet.admin import backups
from timesheet.core import clock


class Command(BaseCommand):
    """Checks a database that was restored or copied, so that it delivers to Asana again."""

    help = (
        "Run this after pg_restore, or after copying a database back in another way. Unsynced "
        "changes in the backup are compared with Asana and sent only when their people confirm. "
        "Everybody has to sign in again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--yes", action="store_true", help="don't ask for confirmation")

    def handle(self, *, yes: bool, **_options: Any) -> None:
        if not yes and not self._confirmed():
            raise CommandError("Nothing was changed.")
        try:
            held = backups.after_restore(clock.now())
        except backups.BackupFailed as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Done. Unsynced changes for their people to compare with Asana: {held}. Everybody "
            "has to sign in again."
        )

    def _confirmed(self) -> bool:
        self.stdout.write("This signs everybody out. Type yes to continue: ", ending="")
        self.stdout.flush()
        try:
            return input().strip() == "yes"
        except EOFError:
            return False
