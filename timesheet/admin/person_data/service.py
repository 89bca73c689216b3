"""Exports and erases what is stored here about one person."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from accounts import audit
from accounts.audit import PersonRef
from accounts.connections.service import end, revoke_ended
from accounts.models import Action, Connection, User
from accounts.workspaces import admins
from accounts.workspaces.managers import Actor
from accounts.workspaces.roles import Role
from timesheet.admin.roles.person_tables import TABLES, DataGroup
from timesheet.domain.journal import OPEN
from timesheet.models import BudgetAlert, Decision, Edit, ReportSchedule


class OpenEdits(Exception):
    """The person has `number` changes that are not in Asana: nothing was erased."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def counts(gid: str, workspace: str = "") -> dict[DataGroup, int]:
    """Return how many rows there are about a person, by what they are about.

    With a `workspace`, those of other workspaces are left out.
    """
    numbers: Counter[DataGroup] = Counter()
    for table in TABLES:
        numbers[table.group] += table.rows([gid], workspace).count()
    return {group: numbers[group] for group in DataGroup if numbers[group]}


def export(by: User, gid: str, workspace: str, now: datetime, *, whole: bool) -> dict[str, Any]:
    """Return all that is stored about a person, by table, and record that it was exported.

    Unless it is `whole`, rows of other workspaces are left out, and those that all share.
    """
    only = "" if whole else workspace
    tables = [table for table in TABLES if whole or table.workspace]
    rows = {
        str(table.model._meta.db_table): [
            table.exported(row) for row in table.rows([gid], only).order_by("pk")
        ]
        for table in tables
    }
    audit.record(
        Action.PERSON_EXPORTED,
        by,
        workspace=workspace,
        to=_person_ref(gid),
        after={"rows": sum(map(len, rows.values()))},
    )
    return {
        "person": gid,
        "workspace": only or None,
        "exported_at": now,
        "tables": {name: found for name, found in rows.items() if found},
    }


def erase(actor: Actor, role: Role) -> None:
    """Erase what is stored about a person, except decisions about weeks and the audit log.

    Raises `OpenEdits`, or `LastAdmin` if a workspace would have no admin left who can sign in: then
    nothing is erased, and the person stays connected. Revoking can't be undone, so it comes last.
    """
    workspace, gid = actor.membership.workspace, role.gid
    with admins.keep_one_admin({workspace: actor.everybody().keys()}):
        # So that no change is added meanwhile.
        list(User.objects.select_for_update().filter(gid=gid))
        _raise_for_open_edits(gid)
        connection = Connection.objects.select_for_update().filter(user__gid=gid).first()
        number = sum(table.rows([gid]).count() for table in TABLES if not table.group.is_kept)
        if connection is not None:
            end(connection)
        _delete_rows(gid)
        audit.record(
            Action.PERSON_ERASED,
            actor.user,
            workspace=workspace,
            to=_person_ref(gid),
            after={"rows": number},
        )
    if connection is not None:
        revoke_ended(connection, actor.user, _person_ref(gid), workspace=workspace)


def _delete_rows(gid: str) -> None:
    # The user last: what belongs to it goes with it.
    for table in reversed(TABLES):
        if not table.group.is_kept:
            table.rows([gid]).delete()
    Decision.objects.filter(person_gid=gid).exclude(message="").update(message="")
    for alert in BudgetAlert.objects.select_for_update():
        if gid in alert.recipients:
            alert.recipients = [each for each in alert.recipients if each != gid]
            alert.notified = [each for each in alert.notified if each != gid]
            alert.save(update_fields=["recipients", "notified"])
    for schedule in ReportSchedule.objects.select_for_update():
        if gid in schedule.recipients:
            schedule.recipients = [each for each in schedule.recipients if each != gid]
            schedule.sent_to = [each for each in schedule.sent_to if each != gid]
            schedule.save(update_fields=["recipients", "sent_to"])


def _raise_for_open_edits(gid: str) -> None:
    number = Edit.objects.filter(user__gid=gid, state__in=OPEN).count()
    if number:
        raise OpenEdits(number)


def _person_ref(gid: str) -> PersonRef:
    """Refer to a person without their name, which an erased person must not get again."""
    return PersonRef(gid)
