"""The admins of workspaces: admins in Asana, and people who were made admins here.

A workspace that has an admin who can sign in always keeps one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager

from django.db import transaction
from django.db.models import Q

from accounts import audit
from accounts.asana.records import AsanaUser, WorkspaceMembership
from accounts.audit import COMMAND_LINE, PersonRef
from accounts.lookups import Lookup
from accounts.models import Action, Admin, User

# Instead of a workspace's gid: all workspaces that the person is in.
ALL_WORKSPACES = ""

# The gids of the people who are in a workspace now, by its gid, for workspaces that were read.
PresentPeople = Mapping[str, Collection[str]]


class LastAdmin(Exception):
    """These workspaces would have no admin left who can sign in. Nothing was changed.

    `person` is who would no longer be one, where it is known.
    """

    def __init__(self, workspaces: Collection[str], person: AsanaUser | None = None) -> None:
        super().__init__(", ".join(sorted(workspaces)))
        self.workspaces = frozenset(workspaces)
        self.person = person


def is_granted(gid: str, workspace: str) -> bool:
    """Tell whether a person was made an admin of a workspace here.

    It counts only while they are in the workspace in Asana, which this does not check.
    """
    return grants_of(gid, workspace).exists()


def grants_of(gid: str, workspace: str) -> Lookup[Admin]:
    """Return what made a person an admin of a workspace here."""
    places = (ALL_WORKSPACES, workspace)
    return Lookup(
        ("grants", gid, workspace),
        lambda: Admin.objects.filter(gid=gid, granted=True, workspace_gid__in=places),
    )


def granted_among(gids: Collection[str], workspace: str) -> set[str]:
    """Return those of the people with these gids who were made admins of a workspace here."""
    places = (ALL_WORKSPACES, workspace)
    rows = Admin.objects.filter(gid__in=gids, granted=True, workspace_gid__in=places)
    return set(rows.values_list("gid", flat=True))


def administered_by(user: User) -> set[str]:
    """Return the workspaces that a person is an admin of, by what was last seen in Asana and by
    what was granted here; `ALL_WORKSPACES` for an admin of all."""
    rows = Admin.objects.filter(gid=user.gid).filter(Q(in_asana=True) | Q(granted=True))
    return set(rows.values_list("workspace_gid", flat=True))


def granted_to(person: AsanaUser) -> list[str]:
    """Return the workspaces that a person was made an admin of here, or `ALL_WORKSPACES`.

    A person without a gid is looked up by their email address.
    """
    rows = Admin.objects.filter(gid=person.gid, granted=True).order_by("workspace_gid")
    return [
        row.workspace_gid for row in rows if person.gid or is_same_address(row.email, person.email)
    ]


def grant(by: User | PersonRef, person: AsanaUser, workspace: str = ALL_WORKSPACES) -> bool:
    """Make a person an admin, and return False if they were made one before.

    Without a gid, the first person who signs in with the email address becomes the admin.
    """
    names = {"name": person.name[:255], "email": (person.email or "")[:254]}
    with transaction.atomic():
        row = _row_of(person, workspace)
        if row is None and person.gid:
            row, _made = Admin.objects.get_or_create(
                workspace_gid=workspace, gid=person.gid, defaults=names
            )
        row = row or Admin(workspace_gid=workspace, **names)
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
    """Take back that a person was made an admin here, and return False if they were not.

    Admins in Asana stay admins. `present` says who is in the workspace. Raises `LastAdmin`.
    """
    with keep_one_admin(present, person):
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
    """Give a user who signs in the admin rights that were granted to their email address."""
    grants = [
        row
        for row in Admin.objects.filter(gid="", granted=True)
        if is_same_address(row.email, user.email)
    ]
    for row in grants:
        with transaction.atomic():
            mine, _made = Admin.objects.get_or_create(
                workspace_gid=row.workspace_gid,
                gid=user.gid,
                defaults={"name": user.name, "email": user.email},
            )
            if not Admin.objects.filter(pk=row.pk, gid="").delete()[0]:
                continue
            mine.granted = True
            # Whether they are an admin in Asana may be stored at this moment.
            mine.save(update_fields=["granted"])
            person = AsanaUser(user.gid, user.name, user.email)
            _record(Action.ADMIN_GRANTED, COMMAND_LINE, person, row.workspace_gid)


def update_admins(
    workspace: str, memberships: Iterable[WorkspaceMembership], *, asked_for: Collection[str] = ()
) -> None:
    """Store who is an admin in Asana, by the memberships that Asana returned.

    People in `asked_for` (gids) without a membership are not in the workspace. Other people are
    left as they are.
    """
    memberships = list(memberships)
    checked = {membership.user.gid for membership in memberships} | set(asked_for)
    active = [membership for membership in memberships if membership.is_active]
    present = {membership.user.gid: membership.user for membership in active}
    admins = {membership.user.gid for membership in active if membership.is_admin}
    rows = Admin.objects.filter(workspace_gid__in=(ALL_WORKSPACES, workspace)).exclude(gid="")
    stored = {row.gid: row for row in rows if row.workspace_gid}
    # Admins of all workspaces get a row for each workspace that they are in, so that `_able_admins`
    # knows where an admin is left.
    everywhere = {row.gid for row in rows if not row.workspace_gid and row.granted}
    needed = admins | everywhere & present.keys()
    Admin.objects.bulk_create(
        [
            Admin(
                workspace_gid=workspace,
                gid=gid,
                name=present[gid].name[:255],
                email=(present[gid].email or "")[:254],
                in_asana=gid in admins,
            )
            for gid in needed - stored.keys()
        ],
        ignore_conflicts=True,
    )
    for gid in stored.keys() & checked:
        row, in_asana = stored[gid], gid in admins
        if row.in_asana != in_asana:
            Admin.objects.filter(pk=row.pk).update(in_asana=in_asana)
        if gid not in needed:
            Admin.objects.filter(pk=row.pk, granted=False).delete()


@contextmanager
def keep_one_admin(
    present: PresentPeople | None = None, person: AsanaUser | None = None
) -> Iterator[None]:
    """Run a change, and roll it back if a workspace would lose its last admin who can sign in.

    Raises `LastAdmin` then, which names the `person`. Two such changes at once run one after the
    other, because they lock the same rows.
    """
    with transaction.atomic():
        before = _able_admins(present or {})
        yield
        if without := before.keys() - _able_admins(present or {}).keys():
            raise LastAdmin(without, person)


def _able_admins(present: PresentPeople) -> dict[str, set[str]]:
    """Return the admins of each workspace who have signed in before and are not deactivated."""
    rows = list(Admin.objects.select_for_update().exclude(gid="").order_by("pk"))
    gids = {row.gid for row in rows}
    # Read after locking the rows, so that it includes the change before ours.
    active = set(User.objects.filter(gid__in=gids, is_active=True).values_list("gid", flat=True))
    everywhere = {row.gid for row in rows if not row.workspace_gid and row.granted}
    able: dict[str, set[str]] = {}
    for row in rows:
        is_admin = row.granted or row.in_asana or row.gid in everywhere
        if row.workspace_gid and is_admin and row.gid in active:
            able.setdefault(row.workspace_gid, set()).add(row.gid)
    for workspace, people in present.items():
        remaining = (able.pop(workspace, set()) | everywhere & active) & set(people)
        if remaining:
            able[workspace] = remaining
    return able


def _row_of(person: AsanaUser, workspace: str) -> Admin | None:
    rows = Admin.objects.select_for_update().filter(workspace_gid=workspace, gid=person.gid)
    if person.gid:
        return rows.first()
    return next((row for row in rows if is_same_address(row.email, person.email)), None)


def is_same_address(first: str, second: str | None) -> bool:
    """Tell whether two email addresses are the same.

    Only the case of ASCII letters is ignored: folding others could match somebody else's address.
    """
    return bool(first and second) and first.encode().lower() == (second or "").encode().lower()


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
