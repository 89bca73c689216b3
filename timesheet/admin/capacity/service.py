"""Capacity of people, as admins see and change it: lists, history, half days off, and files."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.asana.records import AsanaUser
from accounts.audit import PersonRef
from accounts.models import Action, ManagedPerson, Manager, User
from accounts.workspaces.managers import Actor
from accounts.workspaces.roles import Role, RoleKind
from timesheet.core.table import ColumnType, Row, Table
from timesheet.domain.capacity import Capacity
from timesheet.domain.duration import show
from timesheet.models import CapacityChange, HalfDayOff
from timesheet.sheets.capacity import capacities
from timesheet.sheets.policy import workspace_policy_of

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
COLUMNS = ("person", "name", "role", "manager", "from", *WEEKDAYS)


@dataclass(frozen=True)
class CapacityRow:
    """A person and what they are expected to work today."""

    person: AsanaUser
    minutes: tuple[int, ...]
    # Since when; None where the workspace's usual hours apply.
    since: date | None
    # The next change, if one is set for a later day.
    next_change: date | None
    # The email addresses of their managers, or the gids.
    managers: tuple[str, ...]

    @property
    def total(self) -> int:
        """The minutes of a week."""
        return sum(self.minutes)


def rows(actor: Actor, today: date) -> list[CapacityRow]:
    """Return everybody of the workspace with their capacity, by name. Raises `AsanaError`."""
    people = actor.everybody()
    workspace = actor.membership.workspace
    policy = workspace_policy_of(workspace)
    known = capacities(list(people), policy, today, date.max)
    managers: dict[str, list[str]] = {}
    managed = ManagedPerson.objects.filter(manager__workspace_gid=workspace)
    for row in managed.select_related("manager").order_by("manager__name", "manager__gid"):
        managers.setdefault(row.gid, []).append(row.manager.email or row.manager.gid)
    return [
        _row(person, known[gid], today, tuple(managers.get(gid, ())))
        for gid, person in people.items()
    ]


def _row(
    person: AsanaUser, capacity: Capacity, today: date, managers: tuple[str, ...]
) -> CapacityRow:
    started = [period.starts_on for period in capacity.periods if period.starts_on <= today]
    later = [period.starts_on for period in capacity.periods if period.starts_on > today]
    minutes = tuple(capacity.set_on(today))
    since = started[-1] if started else None
    return CapacityRow(person, minutes, since, next(iter(later), None), managers)


def history(workspace: str, person: str) -> list[CapacityChange]:
    """Return the changes of a person's capacity, the latest first."""
    changes = CapacityChange.objects.filter(workspace_gid=workspace, person_gid=person)
    return list(changes.order_by("-starts_on"))


def change_capacity(
    by: User,
    workspace: str,
    people: Collection[AsanaUser],
    starts_on: date,
    minutes: Sequence[int],
    now: datetime,
) -> int:
    """Set what people are expected to work from a day on; return for how many it changed."""
    changed = 0
    with transaction.atomic():
        for person in people:
            key: dict[str, Any] = {
                "workspace_gid": workspace,
                "person_gid": person.gid,
                "starts_on": starts_on,
            }
            before = CapacityChange.objects.filter(**key).first()
            if before is not None and list(before.minutes) == list(minutes):
                continue
            CapacityChange.objects.update_or_create(
                **key, defaults={"minutes": list(minutes), "by_name": str(by), "at": now}
            )
            _record(
                by,
                workspace,
                person,
                before={"capacity": _text(before.minutes) if before else None},
                after={"starts_on": starts_on.isoformat(), "capacity": _text(minutes)},
            )
            changed += 1
    return changed


def remove_change(by: User, workspace: str, person: AsanaUser, starts_on: date) -> bool:
    """Remove a change of a person's capacity; return False if there is none from that day on."""
    changes = CapacityChange.objects.filter(
        workspace_gid=workspace, person_gid=person.gid, starts_on=starts_on
    )
    with transaction.atomic():
        change = changes.first()
        if change is None:
            return False
        change.delete()
        before = {"starts_on": starts_on.isoformat(), "capacity": _text(change.minutes)}
        _record(by, workspace, person, before=before, after={"starts_on": None, "capacity": None})
    return True


def half_days(workspace: str, person: str, since: date) -> list[date]:
    """Return a person's half days off from a day on."""
    days = HalfDayOff.objects.filter(workspace_gid=workspace, person_gid=person, day__gte=since)
    return list(days.values_list("day", flat=True))


def set_half_day(by: User, workspace: str, person: AsanaUser, day: date, *, off: bool) -> bool:
    """Give a person half a day off, or take it back; return False if nothing changed."""
    key: dict[str, Any] = {"workspace_gid": workspace, "person_gid": person.gid, "day": day}
    with transaction.atomic():
        if off:
            changed = HalfDayOff.objects.get_or_create(**key)[1]
        else:
            changed = bool(HalfDayOff.objects.filter(**key).delete()[0])
        if changed:
            text = day.isoformat()
            before = {"half_day": None if off else text}
            _record(by, workspace, person, before=before, after={"half_day": text if off else None})
    return changed


def table(rows: Collection[CapacityRow], roles: Iterable[Role], today: date) -> Table:
    """Build the file that the import reads."""
    columns = tuple((name, ColumnType.TEXT, 16) for name in COLUMNS)
    kinds = {role.gid: ";".join(kind for kind in RoleKind if role.is_a(kind)) for role in roles}
    return Table(_("People"), columns, _table_rows(rows, kinds, today))


def _table_rows(
    rows: Collection[CapacityRow], kinds: Mapping[str, str], today: date
) -> Iterator[Row]:
    for row in rows:
        hours = [show(minutes) for minutes in row.minutes]
        since = (row.since or today).isoformat()
        who = row.person.email or row.person.gid, row.person.name
        yield (*who, kinds[row.person.gid], ";".join(row.managers), since, *hours)


def managers_of(workspace: str) -> dict[str, Manager]:
    """Return the managers of a workspace by gid."""
    return {
        manager.gid: manager
        for manager in Manager.objects.filter(workspace_gid=workspace).prefetch_related("people")
    }


def _text(minutes: Sequence[int]) -> str:
    return " ".join(show(value) for value in minutes)


def _record(
    by: User,
    workspace: str,
    person: AsanaUser,
    *,
    before: Mapping[str, audit.Value],
    after: Mapping[str, audit.Value],
) -> None:
    audit.record(
        Action.CAPACITY_CHANGED,
        by,
        workspace=workspace,
        to=PersonRef(person.gid, person.name),
        before=before,
        after=after,
    )
