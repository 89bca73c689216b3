"""Reads a file of roles, managers and capacities, and applies it: all of it, or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Self

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.asana.records import AsanaUser
from accounts.workspaces import managers
from accounts.workspaces.admins import LastAdmin
from accounts.workspaces.managers import Actor
from accounts.workspaces.roles import NO_MANAGER, Role, RoleKind
from timesheet.admin.capacity import service
from timesheet.admin.capacity.csv_lines import NotCsv, read_lines
from timesheet.admin.capacity.service import COLUMNS, WEEKDAYS
from timesheet.admin.roles.changes import RoleChange, set_roles
from timesheet.admin.roles.messages import last_admin_named, not_revoked_message
from timesheet.admin.roles.service import roles_for
from timesheet.domain import duration

_TOO_MANY_CELLS = gettext_lazy(
    "This line has more cells than the first. Put values with a comma in quotation marks."
)
MOST_ROWS = 5000
MOST_PROBLEMS_SHOWN = 20
# Minutes that a person can be expected to work on a day at most.
MOST_MINUTES = 24 * 60


class BadRow(Exception):
    """A row cannot be applied; the message says why, and `column` where, if it is one cell."""

    def __init__(self, message: str, column: str = "") -> None:
        super().__init__(message)
        self.column = column


@dataclass(frozen=True)
class ImportProblem:
    """Why a line cannot be applied, with the name of the column if one cell is wrong."""

    line: int
    message: str
    column: str = ""


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


@dataclass(frozen=True)
class _Context:
    """What the lines of a file are read with."""

    # People who are in the workspace, by gid and by email address in lower case.
    people: Mapping[str, Role]
    today: date
    # The gid of the person who imports the file.
    own: str

    @classmethod
    def of(cls, actor: Actor, today: date) -> Self:
        """Read who is in the workspace. Raises `AsanaError`."""
        present = [role for role in roles_for(actor) if not role.left]
        by_name = {role.gid: role for role in present}
        by_name |= {role.person.email.casefold(): role for role in present if role.person.email}
        return cls(by_name, today, actor.user.gid)


@dataclass
class ImportPlan:
    """What a file would change, and what is wrong with it."""

    rows: list[ImportRow] = field(default_factory=list)
    problems: list[ImportProblem] = field(default_factory=list)
    # The names of columns that the import does not know.
    ignored: list[str] = field(default_factory=list)

    @property
    def first_problems(self) -> list[ImportProblem]:
        """The problems that are shown."""
        return self.problems[:MOST_PROBLEMS_SHOWN]

    @property
    def more_problems(self) -> int:
        """The number of problems that aren't shown."""
        return max(0, len(self.problems) - MOST_PROBLEMS_SHOWN)

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
    found, lines = ImportPlan(), read_lines(text)
    try:
        number, header = next(lines, (1, []))
        if problem := _header_problem([name.casefold() for name in header]):
            found.problems.append(ImportProblem(number, problem))
        else:
            found.ignored = [name for name in header if name and name.casefold() not in COLUMNS]
            _plan_lines(found, header, lines, _Context.of(actor, today))
    except NotCsv as error:
        message = _("We can’t read this line. Check its quotation marks.")
        found.problems.append(ImportProblem(error.line, message))
    found.rows = _with_named_managers(found.rows)
    return found


def _header_problem(names: Collection[str]) -> str:
    """Return what is wrong with the names of the columns; nothing if they will do."""
    if "person" not in names:
        return _("The first line must contain the column names, including “person”.")
    twice = [name for name, times in Counter(names).items() if times > 1 and name in COLUMNS]
    return _("There are two columns named “%(name)s”.") % {"name": twice[0]} if twice else ""


def _plan_lines(
    found: ImportPlan,
    header: Sequence[str],
    lines: Iterable[tuple[int, list[str]]],
    context: _Context,
) -> None:
    """Add what the lines below the header change, and what is wrong with them."""
    names, seen = [name.casefold() for name in header], set[str]()
    for number, cells in lines:
        try:
            if len(cells) > len(names):
                raise BadRow(str(_TOO_MANY_CELLS))
            row = _row(number, dict(zip(names, cells, strict=False)), context)
            if row.person.gid in seen:
                raise BadRow(_("This person is listed more than once."), "person")
        except BadRow as problem:
            found.problems.append(ImportProblem(number, str(problem), problem.column))
            continue
        seen.add(row.person.gid)
        found.rows.append(row)
        if len(found.rows) > MOST_ROWS:
            message = _("A file can have up to 5,000 people.")
            found.problems.append(ImportProblem(number, message))
            return


def _with_named_managers(rows: list[ImportRow]) -> list[ImportRow]:
    """Let people whom a row names as a manager keep that role, whatever their own row says."""
    named = {person.gid for row in rows for person in row.managers or ()}
    return [
        replace(row, changes=tuple(one for one in row.changes if one is not RoleChange.NO_MANAGER))
        if row.changes and row.person.gid in named
        else row
        for row in rows
    ]


def apply(actor: Actor, planned: ImportPlan, now: datetime) -> int:
    """Apply a plan that has no problems; return the number of people who were changed.

    Raises `LastAdmin` or `AsanaError`; then nobody was.
    """
    workspace = actor.membership.workspace
    changes = {row.person.gid: row.changes for row in planned.rows if row.changes is not None}
    with transaction.atomic():
        changed = _assign(actor, [row for row in planned.rows if row.managers is not None])
        changed |= set_roles(actor, changes) if changes else set()
        for row in planned.rows:
            if row.minutes is not None and service.change_capacity(
                actor.user, workspace, [row.person], row.starts_on, row.minutes, now
            ):
                changed.add(row.person.gid)
    return len(changed)


def last_admin_problem(planned: ImportPlan, error: LastAdmin, workspace: str) -> ImportProblem:
    """Return the problem of the line that would take the role from a workspace's last admin."""
    gid = error.person.gid if error.person else ""
    line = next((row.number for row in planned.rows if row.person.gid == gid), 1)
    return ImportProblem(line, last_admin_named(error, workspace), "role")


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


def _row(number: int, cells: Mapping[str, str], context: _Context) -> ImportRow:
    with _in_column("person"):
        role = _person(cells.get("person", ""), context.people)
    with _in_column("manager"):
        chosen = _managers(role, cells.get("manager", ""), context.people)
    with _in_column("role"):
        changes = _changes(role, cells.get("role", ""), is_own=role.gid == context.own)
    with _in_column("from"):
        starts_on = _day(cells.get("from", ""), context.today)
    return ImportRow(number, role.person, chosen, starts_on, _capacity(cells), changes)


@contextmanager
def _in_column(name: str) -> Iterator[None]:
    """Name the column in which a cell is wrong."""
    try:
        yield
    except BadRow as problem:
        raise BadRow(str(problem), name) from problem


def _capacity(cells: Mapping[str, str]) -> tuple[int, ...] | None:
    """Return the minutes of each weekday; None if they are all empty."""
    if not any(cells.get(weekday) for weekday in WEEKDAYS):
        return None
    minutes = []
    for weekday in WEEKDAYS:
        with _in_column(weekday):
            minutes.append(_minutes(cells.get(weekday, "")))
    return tuple(minutes)


def _person(text: str, people: Mapping[str, Role]) -> Role:
    if not text:
        raise BadRow(_("Enter an email address."))
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
