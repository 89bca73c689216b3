"""Who is an admin of a workspace: whom Asana calls one, and who was made one here. One who can come
in always remains."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager

from django.db import transaction

from accounts import audit
from accounts.asana.records import AsanaUser, WorkspaceMembership
from accounts.audit import COMMAND_LINE, PersonRef
from accounts.models import Action, Admin, User

# In place of a workspace: all that Asana has the person in.
ALL_WORKSPACES = ""

# Who is in a workspace now, by its gid, as far as that is known.
PresentPeople = Mapping[str, Collection[str]]


class LastAdmin(Exception):
    """Nobody who can come in would be an admin of these workspaces any more. Nothing was
    changed."""

    def __init__(self, workspaces: Collection[str]) -> None:
        super().__init__(", ".join(sorted(workspaces)))
        self.workspaces = frozenset(workspaces)


def is_granted(gid: str, workspace: str) -> bool:
    """Whether they were made an admin here, which counts as long as Asana has them in there."""
    granted = Admin.objects.filter(
        gid=gid, granted=True, workspace_gid__in=(ALL_WORKSPACES, workspace)
    )
    return granted.exists()


def granted_to(person: AsanaUser) -> list[str]:
    """The workspaces that they were made an admin of here, among them `EVERY`."""
    rows = Admin.objects.filter(gid=person.gid, granted=True).order_by("workspace_gid")
    return [
        row.workspace_gid for row in rows if person.gid or is_same_address(row.email, person.email)
    ]


def grant(by: User | PersonRef, person: AsanaUser, workspace: str = ALL_WORKSPACES) -> bool:
    """Makes them an admin; without a gid, whoever signs in first with their address. False where
    they were made one before."""
    named = {"name": person.name[:255], "email": (person.email or "")[:254]}
    with transaction.atomic():
        row = _row_of(person, workspace)
        if row is None and person.gid:
            row, _made = Admin.objects.get_or_create(
                workspace_gid=workspace, gid=person.gid, defaults=named
            )
        row = row or Admin(workspace_gid=workspace, **named)
        if row.granted:
            return False
        row.granted = True
        row.save()
        _record(Action.ADMIN_GRANTED, by, person, workspace)
    return True


def revoke(
    by: User | PersonRef,
    person: AsanaUser,
    workspace: str = ALL_WORKSPACES,
    *,
    present: PresentPeople | None = None,
) -> bool:
    """Takes back what was granted here; what Asana says stays. False where nothing was granted.
    Raises `LastAdmin`."""
    with keep_one_admin(present):
        row = _row_of(person, workspace)
        if row is None or not row.granted:
            return False
        row.granted = False
        if row.gid:
            row.save()
        else:
            row.delete()
        _record(Action.ADMIN_TAKEN, by, person, workspace)
    return True


def claim_grants(user: User) -> None:
    """Has somebody who signs in be the admin that their address was granted to be."""
    waiting = [
        row
        for row in Admin.objects.filter(gid="", granted=True)
        if is_same_address(row.email, user.email)
    ]
    for row in waiting:
        with transaction.atomic():
            mine, _made = Admin.objects.get_or_create(
                workspace_gid=row.workspace_gid,
                gid=user.gid,
                defaults={"name": user.name, "email": user.email},
            )
            if not Admin.objects.filter(pk=row.pk, gid="").delete()[0]:
                continue
            mine.granted = True
            mine.save()
            person = AsanaUser(user.gid, user.name, user.email)
            _record(Action.ADMIN_GRANTED, COMMAND_LINE, person, row.workspace_gid)


def update_admins(
    workspace: str, told: Iterable[WorkspaceMembership], *, asked_for: Collection[str] = ()
) -> None:
    """Keeps what Asana told of these people. Who was asked for and is not told of is not in the
    workspace."""
    memberships = list(told)
    heard_of = {one.user.gid for one in memberships} | set(asked_for)
    there = {one.user.gid: one.user for one in memberships if one.is_active}
    admins = {one.user.gid for one in memberships if one.is_active and one.is_admin}
    rows = Admin.objects.filter(workspace_gid__in=(ALL_WORKSPACES, workspace)).exclude(gid="")
    kept = {row.gid: row for row in rows if row.workspace_gid}
    # Where those are who are admins everywhere has to be known, to tell who is left where.
    everywhere = {row.gid for row in rows if not row.workspace_gid and row.granted}
    wanted = admins | everywhere & there.keys()
    Admin.objects.bulk_create(
        [
            Admin(
                workspace_gid=workspace,
                gid=gid,
                name=there[gid].name[:255],
                email=(there[gid].email or "")[:254],
                in_asana=gid in admins,
            )
            for gid in wanted - kept.keys()
        ],
        ignore_conflicts=True,
    )
    for gid in kept.keys() & heard_of:
        row, in_asana = kept[gid], gid in admins
        if row.in_asana != in_asana:
            Admin.objects.filter(pk=row.pk).update(in_asana=in_asana)
        if gid not in wanted:
            Admin.objects.filter(pk=row.pk, granted=False).delete()


@contextmanager
def keep_one_admin(present: PresentPeople | None = None) -> Iterator[None]:
    """For a change that may take an admin away: where it would leave a workspace that had one who
    can come in without, it is not made. Raises `LastAdmin`.

    Of two such changes at once the second waits for the first, for they lock the same rows.
    """
    with transaction.atomic():
        before = _able(present or {})
        yield
        if without := before.keys() - _able(present or {}).keys():
            raise LastAdmin(without)


def _able(present: PresentPeople) -> dict[str, set[str]]:
    """The admins of each workspace who are not switched off, and have signed in here before."""
    rows = list(Admin.objects.select_for_update().exclude(gid="").order_by("pk"))
    gids = {row.gid for row in rows}
    # Read once the rows are ours, so that it is as whoever had them before has left it.
    active = set(User.objects.filter(gid__in=gids, is_active=True).values_list("gid", flat=True))
    everywhere = {row.gid for row in rows if not row.workspace_gid and row.granted}
    able: dict[str, set[str]] = {}
    for row in rows:
        is_admin = row.granted or row.in_asana or row.gid in everywhere
        if row.workspace_gid and is_admin and row.gid in active:
            able.setdefault(row.workspace_gid, set()).add(row.gid)
    for workspace, there in present.items():
        left = (able.pop(workspace, set()) | everywhere & active) & set(there)
        if left:
            able[workspace] = left
    return able


def _row_of(person: AsanaUser, workspace: str) -> Admin | None:
    rows = Admin.objects.select_for_update().filter(workspace_gid=workspace, gid=person.gid)
    if person.gid:
        return rows.first()
    return next((row for row in rows if is_same_address(row.email, person.email)), None)


def is_same_address(one: str, other: str | None) -> bool:
    """Whether two addresses are the same. Only the letters of ASCII have a case here: others look
    alike, or become one another, and could be somebody else's."""
    return bool(one and other) and one.encode().lower() == (other or "").encode().lower()


def _record(action: Action, by: User | PersonRef, person: AsanaUser, workspace: str) -> None:
    is_admin = action == Action.ADMIN_GRANTED
    audit.record(
        action,
        by,
        workspace=workspace,
        to=PersonRef(person.gid, person.name or person.email or ""),
        before={"admin": not is_admin},
        after={"admin": is_admin},
    )
