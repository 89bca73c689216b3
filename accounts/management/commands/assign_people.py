"""`manage.py assign_people`: assigns people to a manager."""

from __future__ import annotations

import re
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.asana.records import AsanaUser
from accounts.audit import COMMAND_LINE
from accounts.workspaces import managers

_FORM = re.compile(r"(?P<gid>[0-9]{1,32})(?:=(?P<name>[^<>]*?)\s*(?:<(?P<mail>[^<>\s]+)>)?)?")


class Command(BaseCommand):
    help = (
        "Makes MANAGER the manager of each PERSON in a workspace. Give people as GID, 'GID=NAME' "
        "or 'GID=NAME <email>'; missing names are filled in from Asana when the people page is "
        "opened. Running it again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("workspace", metavar="WORKSPACE")
        parser.add_argument("manager", metavar="MANAGER", type=read_person)
        parser.add_argument("people", metavar="PERSON", nargs="+", type=read_person)
        parser.add_argument(
            "--if-new",
            action="store_true",
            help="don’t change existing managers",
        )

    def handle(
        self,
        *,
        workspace: str,
        manager: AsanaUser,
        people: list[AsanaUser],
        if_new: bool,
        verbosity: int,
        **_options: Any,
    ) -> None:
        if manager.gid in {person.gid for person in people}:
            raise CommandError("People can't manage their own weeks. Nothing was changed.")
        with transaction.atomic():
            row, created = managers.ensure_manager(COMMAND_LINE, workspace, manager)
            if created or not if_new:
                with managers.recorded_choice(COMMAND_LINE, row):
                    managers.add_people(row, people)
        if verbosity:
            number = row.people.count()
            self.stdout.write(f"{row.name or row.gid} manages {number} people.")


def read_person(text: str) -> AsanaUser:
    """Parse GID, GID=NAME or "GID=NAME <mail>"; raise `ArgumentTypeError` for other text."""
    match = _FORM.fullmatch(text)
    if match is None:
        raise ArgumentTypeError(f"not a gid, GID=NAME or GID=NAME <mail>: {text}")
    return AsanaUser(match["gid"], match["name"] or "", match["mail"])
