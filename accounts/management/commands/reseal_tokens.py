"""Seals every stored token with the newest of TOKEN_KEYS, so that an older key can be dropped."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from accounts.fields import Unreadable
from accounts.models import Connection


class Command(BaseCommand):
    help = "Seal every stored token with the first of TOKEN_KEYS. Run it after adding a key."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        unreadable = [
            pk for pk in Connection.objects.values_list("pk", flat=True) if not reseal(pk)
        ]
        self.stdout.write(f"Sealed anew: {Connection.objects.count() - len(unreadable)}.")
        if unreadable:
            self.stdout.write(f"No key opens {len(unreadable)}: these people must connect again.")


def reseal(pk: int) -> bool:
    # A lock on the row, so that a token renewed at this moment is not put back to the old one.
    with transaction.atomic():
        connection = Connection.objects.select_for_update().filter(pk=pk).first()
        if connection is None:
            return True
        try:
            connection.access_token = connection.access_token
            connection.refresh_token = connection.refresh_token
        except Unreadable:
            return False
        connection.save(update_fields=["access_token", "refresh_token"])
    return True
