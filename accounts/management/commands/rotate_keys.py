"""`manage.py rotate_keys`: encrypts all secrets with the newest of TOKEN_KEYS."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from accounts.connections import key_rotation


class Command(BaseCommand):
    help = (
        "Encrypts all tokens and secrets with the first of TOKEN_KEYS. Run it after adding a new "
        "key there and restarting; you can remove the old key afterwards."
    )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        tables = key_rotation.rotate()
        for table in tables:
            self.stdout.write(
                f"{table.model._meta.verbose_name}: {table.encrypted} re-encrypted, "
                f"{table.unreadable} that no key can decrypt."
            )
        if any(table.unreadable for table in tables):
            self.stdout.write(
                "Secrets that no key can decrypt are lost unless you put their key back into "
                "TOKEN_KEYS. Those people have to reconnect, and an admin has to enter the app's "
                "secret again."
            )
