"""`manage.py restore FILE`: replaces the database with a backup."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from timesheet.admin import backups
from timesheet.core import clock


class Command(BaseCommand):
    """Replaces the database with a backup."""

    help = (
        "Replaces the SQLite database with the backup FILE and migrates it. The current database "
        "is kept beside it. Processes may keep running. Everybody has to sign in again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--yes", action="store_true", help="don't ask for confirmation")

    def handle(self, *, file: Path, yes: bool, **_options: Any) -> None:
        try:
            contents = backups.examine(file)
            self.stdout.write(f"{file} is complete: {contents}.")
            if not yes and not self._confirmed():
                raise CommandError("Nothing was changed.")
            restored = backups.restore(file, clock.now())
        except backups.BackupFailed as error:
            raise CommandError(str(error)) from error
        self._report(restored)

    def _confirmed(self) -> bool:
        self.stdout.write("This replaces the database. Type yes to continue: ", ending="")
        self.stdout.flush()
        try:
            return input().strip() == "yes"
        except EOFError:
            return False

    def _report(self, restored: backups.RestoreResult) -> None:
        self.stdout.write("Restored. Everybody has to sign in again.")
        if restored.kept:
            self.stdout.write(f"The previous database is in {restored.kept}.")
        if restored.held:
            self.stdout.write(
                f"Unsynced changes in the backup: {restored.held}. They are sent to Asana once "
                "their people have compared them with what Asana has."
            )
        if restored.unreadable:
            self.stdout.write(
                f"TOKEN_KEYS can't decrypt the tokens of {restored.unreadable} connections. Add "
                "the missing key, or these people have to reconnect."
            )
