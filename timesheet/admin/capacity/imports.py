"""Reads a file of roles, managers and capacities, and applies it: all of it, or nothing."""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from io import StringIO

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.asana.records import AsanaUser
from accounts.workspaces import managers
from accounts.workspaces.managers import Actor
from accounts.workspaces.roles import NO_MANAGER, Role, RoleKind
from timesheet.admin.capacity import service
from timesheet.admin.capacity.service import WEEKDAYS
from timesheet.admin.roles.changes import RoleChange, set_roles
from timesheet.admin.roles.messages import not_revoked_message
from timesheet.admin.roles.service import roles_for
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
    # The person's managers; None to leave them as they are.
    managers: tuple[AsanaUser, ...] | None
    starts_on: date
    # Minutes by weekday; None to leave the capacity as it is.
    minutes: tuple[int, ...] | None
    # What makes the person's roles those of the row; None to leave them as they are.
    changes: tuple[RoleChange, ...] | None = None

    @property
    def roles(self) -> str:
        """The names of the roles that the person has then, if the row sets any."""
        names = {RoleChange.ADMIN: _("Admin"), RoleChange.MANAGER: _("Manager")}
        given = [name for change, name in names.items() if change in (self.changes or ())]
        return ", ".join(given) or _("Member")


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
    def assigned(self) -> int:
        """The number of people whose managers are set."""
        return sum(row.managers is not None for row in self.rows)

    @property
    def capacities(self) -> int:
        """The number of people whose capacity is set."""
        return sum(row.minutes is not None for row in self.rows)

    @property
    def roles(self) -> int:
        """The number of people whose roles are set."""
        return sum(row.changes is not None for row in self.rows)


def plan(text: str, actor: Actor, today: date) -> ImportPlan:
    """Read a CSV text; people are named by email address or gid. Raises `AsanaError`."""
    found = ImportPlan()
    present = [role for role in roles_for(actor) if not role.left]
    by_name = {role.gid: role for role in present}
    by_name |= {role.person.email.casefold(): role for role in present if role.person.email}
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
            row = _row(number, cells, by_name, today, actor.user.gid)
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
    found.rows = _with_named_managers(found.rows)
    return found


def _with_named_managers(rows: list[ImportRow]) -> list[ImportRow]:
    """Leave those the manager role whom a row names as a manager, whatever their own row says."""
    named = {person.gid for row in rows for person in row.managers or ()}
    return [
        replace(row, changes=tuple(one for one in row.changes if one is not RoleChange.NO_MANAGER))
        if row.changes and row.person.gid in named
        else row
        for row in rows
    ]


def apply(actor: Actor, planned: ImportPlan, now: datetime) -> int:
    """Apply a plan without problems; return for how many people anything changed.

    Raises `LastAdmin` or `AsanaError`; then nothing changed.
    """
    workspace = actor.membership.workspace
    changes = {row.person.gid: row.changes for row in planned.rows if row.changes is not None}
    with transaction.atomic():
        changed = _assign(actor, [row for row in planned.rows if row.managers is not None])
        changed |= set_roles(actor, changes) if changes else set()
        for row in planned.rows:
            if row.minutes is not None and service.set_capacity(
                actor.user, workspace, [row.person], row.starts_on, row.minutes, now
            ):
                changed.add(row.person.gid)
    return len(changed)


def _assign(actor: Actor, rows: Collection[ImportRow]) -> set[str]:
    """Give each person the managers of their row, and no others; return whose changed."""
    workspace = actor.membership.workspace
    wanted: dict[str, list[AsanaUser]] = {}
    for row in rows:
        for manager in row.managers or ():
            managers.ensure_manager(actor.user, workspace, manager)
            wanted.setdefault(manager.gid, []).append(row.person)
    listed, changed = {row.person.gid for row in rows}, set[str]()
    for gid, manager_row in service.managers_of(workspace).items():
        people = wanted.get(gid, [])
        chosen = {person.gid for person in people}
        changed |= (listed & {person.gid for person in manager_row.people.all()}) ^ chosen
        with managers.recorded_choice(actor.user, manager_row):
            manager_row.people.filter(gid__in=listed - chosen).delete()
            managers.add_people(manager_row, people)
    return changed


def _row(
    number: int, cells: Mapping[str, str], people: Mapping[str, Role], today: date, own: str
) -> ImportRow:
    role = _person(cells["person"], people)
    hours = [cells.get(weekday, "") for weekday in WEEKDAYS]
    return ImportRow(
        number,
        role.person,
        _managers(role, cells.get("manager", ""), people),
        _day(cells.get("from", ""), today),
        tuple(_minutes(text) for text in hours) if any(hours) else None,
        _changes(role, cells.get("role", ""), is_own=role.gid == own),
    )


def _person(text: str, people: Mapping[str, Role]) -> Role:
    person = people.get(text.casefold())
    if person is None:
        raise BadRow(_("“%(name)s” isn’t in this workspace.") % {"name": text[:80]})
    return person


def _managers(role: Role, text: str, people: Mapping[str, Role]) -> tuple[AsanaUser, ...] | None:
    """Return the managers of a cell: None if it is empty, nobody if it says so."""
    names = _words(text)
    if not names or names == [NO_MANAGER]:
        return () if names else None
    chosen = tuple(_person(name, people).person for name in names)
    if role.person in chosen:
        raise BadRow(_("People can’t manage their own weeks."))
    return chosen


def _changes(role: Role, text: str, *, is_own: bool) -> tuple[RoleChange, ...] | None:
    """Return what gives the person the roles of a cell, and no others; None if it is empty."""
    kinds = set(_words(text))
    if not kinds:
        return None
    if not kinds <= set(RoleKind):
        raise BadRow(
            _("We can’t read “%(text)s” as a role. Use admin, manager or member.")
            % {"text": text[:40]}
        )
    if RoleKind.ADMIN not in kinds and role.is_admin:
        if is_own:
            raise BadRow(_("You can’t remove your own admin role with a file."))
        if role.in_asana or role.every:
            raise BadRow(not_revoked_message(role) % {"name": role.name})
    return (
        RoleChange.ADMIN if RoleKind.ADMIN in kinds else RoleChange.NO_ADMIN,
        RoleChange.MANAGER if RoleKind.MANAGER in kinds else RoleChange.NO_MANAGER,
    )


def _words(text: str) -> list[str]:
    """Split a cell with several names."""
    return [word.strip().casefold() for word in text.split(";") if word.strip()]


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
