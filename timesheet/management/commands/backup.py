"""`manage.py backup FILE`: copies the database into one file while it is in use."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from timesheet.admin import backups


class Command(BaseCommand):
    """Copies the database into one file."""

    help = (
        "Copies the SQLite database to FILE while people keep working. TOKEN_KEYS and SECRET_KEY "
        "are not in it, and tokens in it can't be decrypted without TOKEN_KEYS: keep a copy of "
        "them somewhere else."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--force", action="store_true", help="overwrite an existing FILE")

    def handle(self, *, file: Path, force: bool, **_options: Any) -> None:
        try:
            contents = backups.back_up(file, replace=force)
        except backups.BackupFailed as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Backed up to {file}, verified: {contents}.\n"
            "TOKEN_KEYS and SECRET_KEY are not in it, and you need both to restore it: keep them "
            "somewhere else."
        )
