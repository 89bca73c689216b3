"""`manage.py worker`: delivers edits to Asana, and sends the emails that are due."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from timesheet import worker


class Command(BaseCommand):
    """Runs the worker."""

    help = "Sends queued changes to Asana until it is stopped. You can run several workers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--threads", type=int, default=4, help="how many people to serve at the same time"
        )

    def handle(self, *, threads: int, **_options: Any) -> None:
        worker.run(threads)
