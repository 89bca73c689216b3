"""`manage.py rotate_keys`: encrypts all secrets with the newest of TOKEN_KEYS."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from accounts.connections import key_rotation


class Command(BaseCommand):
    help = (
        "Seal all tokens and secrets with the first of TOKEN_KEYS. Run it after putting a new key "
        "there and restarting; the old key may be dropped afterwards."
    )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        tables = key_rotation.rotate()
        for table in tables:
            self.stdout.write(
                f"{table.model._meta.verbose_name}: {table.encrypted} sealed anew, "
                f"{table.unreadable} that no key opens."
            )
        if any(table.unreadable for table in tables):
            self.stdout.write(
                "What no key opens is lost, unless its key is put back into TOKEN_KEYS: these "
                "people must connect again, and an admin must enter the app's secret anew."
            )
