"""`manage.py set_up`: prints the address of the set-up pages, and the code that opens them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.urls import reverse

from accounts.setup import service


class Command(BaseCommand):
    help = "Print the address of the setup page, and its code until workspaces have been chosen."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        address = settings.PUBLIC_URL.rstrip("/") + reverse("set_up")
        if service.is_open():
            self.stdout.write(f"Open {address} and type this code:\n\n    {service.code()}\n")
            self.stdout.write("")
            self.stdout.write("The code is valid until workspaces have been chosen there.")
        else:
            self.stdout.write(f"Admins can open {address}. No code is needed.")
