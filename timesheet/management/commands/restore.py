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
        "Puts the backup FILE in the place of the database, SQLite, and migrates it. What is there "
        "now is kept beside it. Running processes see it at one moment; everybody signs in again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--yes", action="store_true", help="ask nothing")

    def handle(self, *, file: Path, yes: bool, **_options: Any) -> None:
        try:
            contents = backups.examine(file)
            self.stdout.write(f"{file} is whole: {contents}.")
            if not yes and not self._confirmed():
                raise CommandError("Nothing was changed.")
            restored = backups.restore(file, clock.now())
        except backups.BackupFailed as error:
            raise CommandError(str(error)) from error
        self._report(restored)

    def _confirmed(self) -> bool:
        self.stdout.write("It takes the place of the database. Type yes to go on: ", ending="")
        self.stdout.flush()
        try:
            return input().strip() == "yes"
        except EOFError:
            return False

    def _report(self, restored: backups.RestoreResult) -> None:
        self.stdout.write("Restored. Everybody signs in again.")
        if restored.kept:
            self.stdout.write(f"What was there before is in {restored.kept}.")
        if restored.held:
            self.stdout.write(
                f"Edits that waited for Asana then: {restored.held}. Nothing of them is sent "
                "before their people have compared them with what Asana has."
            )
        if restored.unreadable:
            self.stdout.write(
                "TOKEN_KEYS do not open the tokens of all connections, namely not of "
                f"{restored.unreadable}. Add the key that sealed them, or these people must "
                "connect again."
            )
