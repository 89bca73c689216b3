"""`manage.py worker`: delivers edits to Asana, and sends the emails that are due."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from timesheet import worker


class Command(BaseCommand):
    """Runs the worker."""

    help = "Delivers the edits that wait for Asana, until it is told to stop. Several may run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--threads", type=int, default=4, help="people served side by side")

    def handle(self, *, threads: int, **_options: Any) -> None:
        worker.run(threads)
