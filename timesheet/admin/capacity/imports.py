"""Reads a file of managers and capacities, and applies it: all of it, or nothing."""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from io import StringIO

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.asana.records import AsanaUser
from accounts.workspaces import managers
from accounts.workspaces.managers import Actor
from timesheet.admin.capacity import service
from timesheet.admin.capacity.service import WEEKDAYS
from timesheet.domain import duration

MOST_ROWS = 5000
# Minutes that a person can be expected to work on a day at most.
MOST_MINUTES = 24 * 60


class BadRow(Exception):
    """A row cannot be applied; the message says why."""


@dataclass(frozen=True)
class ImportRow:
    """What one row of a file changes."""

    number: int
    person: AsanaUser
    # The gids of the person's managers; None to leave them as they are.
    managers: tuple[AsanaUser, ...] | None
    starts_on: date
    # Minutes by weekday; None to leave the capacity as it is.
    minutes: tuple[int, ...] | None


@dataclass
class ImportPlan:
    """What a file would change, and what is wrong with it."""

    rows: list[ImportRow] = field(default_factory=list)
    # The numbers of lines, and why they cannot be applied.
    problems: list[tuple[int, str]] = field(default_factory=list)

    @property
    def managers(self) -> int:
        """The number of different managers."""
        return len({person.gid for row in self.rows for person in row.managers or ()})

    @property
    def capacities(self) -> int:
        """The number of people whose capacity is set."""
        return sum(row.minutes is not None for row in self.rows)


def plan(text: str, everybody: Mapping[str, AsanaUser], today: date) -> ImportPlan:
    """Read a CSV text; people are named by email address or gid."""
    found = ImportPlan()
    by_name = dict(everybody)
    by_name |= {person.email.casefold(): person for person in everybody.values() if person.email}
    reader = csv.DictReader(StringIO(text.lstrip("\ufeff")), delimiter=_delimiter(text))
    names = [name.strip().casefold() for name in reader.fieldnames or ()]
    if "person" not in names:
        found.problems.append(
            (1, _("The first line must contain the column names, including “person”."))
        )
        return found
    reader.fieldnames = names
    seen: set[str] = set()
    for number, values in enumerate(reader, start=2):
        cells = {name: (value or "").strip() for name, value in values.items() if name in names}
        if not any(cells.values()):
            continue
        try:
            row = _row(number, cells, by_name, today)
            if row.person.gid in seen:
                raise BadRow(_("This person is listed more than once."))
        except BadRow as problem:
            found.problems.append((number, str(problem)))
            continue
        seen.add(row.person.gid)
        found.rows.append(row)
        if len(found.rows) > MOST_ROWS:
            found.problems.append((number, _("A file can have up to 5,000 people.")))
            return found
    return found


def apply(actor: Actor, planned: ImportPlan, now: datetime) -> int:
    """Apply a plan without problems; return how many capacities changed. Raises `AsanaError`."""
    workspace = actor.membership.workspace
    with transaction.atomic():
        _assign(actor, [row for row in planned.rows if row.managers is not None])
        return sum(
            service.set_capacity(
                actor.user, workspace, [row.person], row.starts_on, row.minutes, now
            )
            for row in planned.rows
            if row.minutes is not None
        )


def _assign(actor: Actor, rows: Collection[ImportRow]) -> None:
    """Give each person the managers of their row, and no others."""
    workspace = actor.membership.workspace
    wanted: dict[str, list[AsanaUser]] = {}
    for row in rows:
        for manager in row.managers or ():
            managers.ensure_manager(actor.user, workspace, manager)
            wanted.setdefault(manager.gid, []).append(row.person)
    listed = {row.person.gid for row in rows}
    for gid, manager_row in service.managers_of(workspace).items():
        people = wanted.get(gid, [])
        gone = listed - {person.gid for person in people}
        with managers.recorded_choice(actor.user, manager_row):
            manager_row.people.filter(gid__in=gone).delete()
            managers.add_people(manager_row, people)


def _row(
    number: int, cells: Mapping[str, str], people: Mapping[str, AsanaUser], today: date
) -> ImportRow:
    person = _person(cells["person"], people)
    names = [name.strip() for name in cells.get("manager", "").split(";") if name.strip()]
    chosen = tuple(_person(name, people) for name in names)
    if person in chosen:
        raise BadRow(_("People can’t manage their own weeks."))
    hours = [cells.get(weekday, "") for weekday in WEEKDAYS]
    minutes = tuple(_minutes(text) for text in hours) if any(hours) else None
    return ImportRow(number, person, chosen or None, _day(cells.get("from", ""), today), minutes)


def _person(text: str, people: Mapping[str, AsanaUser]) -> AsanaUser:
    person = people.get(text.casefold())
    if person is None:
        raise BadRow(_("“%(name)s” isn’t in this workspace.") % {"name": text[:80]})
    return person


def _minutes(text: str) -> int:
    text = duration.normalize(text)
    try:
        minutes = duration.parse(text).minutes if text and duration.amount(text) else 0
    except duration.BadDuration as error:
        raise BadRow(_("We can’t read “%(text)s” as hours.") % {"text": text[:20]}) from error
    if not 0 <= minutes <= MOST_MINUTES:
        raise BadRow(_("A day can’t have more than 24 hours."))
    return minutes


def _day(text: str, today: date) -> date:
    if not text:
        return today
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = _("We can’t read “%(text)s” as a date. Try 2026-11-30.")
        raise BadRow(message % {"text": text[:20]}) from None


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)
