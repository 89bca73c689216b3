"""Who sees what. Everything that a request names is fetched here, through a permission check."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from sandbox.errors import hidden, not_a_gid, unknown
from sandbox.models import (
    Category,
    Entry,
    Membership,
    OutOfOffice,
    Person,
    Placement,
    Project,
    Task,
    Team,
    Timesheet,
    Workspace,
)

Row = TypeVar("Row", bound=Model)


LONGEST_GID = 32


def is_gid(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_GID


class Viewer:
    """The person that a request acts for."""

    def __init__(self, person: Person) -> None:
        self.person = person

    @cached_property
    def memberships(self) -> dict[str, Membership]:
        rows = Membership.objects.filter(person=self.person, is_active=True)
        return {row.workspace_id: row for row in rows}

    def is_admin(self, workspace_gid: str) -> bool:
        return workspace_gid in self._where(is_admin=True)

    def reviews_time(self, workspace_gid: str) -> bool:
        """Admins see everybody's time too."""
        return workspace_gid in self._all_time

    @property
    def _all_time(self) -> list[str]:
        return [*self._where(is_admin=True), *self._where(is_time_reviewer=True)]

    def _where(self, **flags: bool) -> list[str]:
        return [
            gid
            for gid, row in self.memberships.items()
            if all(getattr(row, flag) == value for flag, value in flags.items())
        ]

    # What there is to see

    def workspaces(self) -> QuerySet[Workspace]:
        return Workspace.objects.filter(gid__in=self.memberships)

    def seats(self) -> QuerySet[Membership]:
        return Membership.objects.filter(workspace__in=self.memberships)

    def people(self) -> QuerySet[Person]:
        return Person.objects.filter(gid__in=self.seats().values("person_id"))

    def teams(self) -> QuerySet[Team]:
        return Team.objects.filter(workspace__in=self.memberships)

    def projects(self) -> QuerySet[Project]:
        """A guest sees only what is shared with them."""
        mine = Project.members.through.objects.filter(person=self.person)
        return Project.objects.filter(
            Q(workspace__in=self._where(is_guest=False), is_private=False)
            | Q(workspace__in=self._where(is_admin=True))
            | Q(workspace__in=self.memberships, gid__in=mine.values("project_id"))
            | Q(workspace__in=self.memberships, owner=self.person)
        )

    @cached_property
    def hidden_projects(self) -> frozenset[str]:
        """Only these can be met by way of something else: a task may lie in one."""
        rows = Project.objects.filter(workspace__in=self.memberships)
        return frozenset(rows.exclude(gid__in=self.projects()).values_list("gid", flat=True))

    def tasks(self) -> QuerySet[Task]:
        placed = Placement.objects.filter(task=OuterRef("pk"))
        return Task.objects.filter(workspace__in=self.memberships).filter(
            Q(assignee=self.person)
            | Q(gid__in=self.followed())
            | Q(gid__in=Placement.objects.filter(project__in=self.projects()).values("task_id"))
            | Q(~Exists(placed), created_by=self.person, assignee=None)
        )

    def followed(self) -> QuerySet[Any, Any]:
        return Task.followers.through.objects.filter(person=self.person).values("task_id")

    def entries(self) -> QuerySet[Entry]:
        return Entry.objects.filter(
            Q(created_by=self.person, task__workspace__in=self.memberships)
            | Q(task__workspace__in=self._all_time)
        )

    def timesheets(self) -> QuerySet[Timesheet]:
        return Timesheet.objects.filter(
            Q(person=self.person, workspace__in=self.memberships) | Q(workspace__in=self._all_time)
        )

    def categories(self) -> QuerySet[Category]:
        return Category.objects.filter(workspace__in=self.memberships)

    def ooo(self) -> QuerySet[OutOfOffice]:
        return OutOfOffice.objects.filter(workspace__in=self.memberships)

    # One of them. `name` is what the request called it.

    def workspace(self, gid: str, name: str = "workspace") -> Workspace:
        return find(self.workspaces(), Workspace.objects.all(), gid, name, "workspace")

    def seat(self, gid: str) -> Membership:
        name = "workspace_membership"
        return find(self.seats(), Membership.objects.all(), gid, name, "workspace membership")

    def team(self, gid: str, name: str = "team") -> Team:
        return find(self.teams(), Team.objects.all(), gid, name, "team")

    def project(self, gid: str, name: str = "project") -> Project:
        return find(self.projects(), Project.objects.all(), gid, name, "project")

    def task(self, gid: str, name: str = "task") -> Task:
        return find(self.tasks(), Task.objects.all(), gid, name, "task")

    def entry(self, gid: str) -> Entry:
        name = "time_tracking_entry"
        seen = self.entries().select_related("task", "created_by")
        return find(seen, Entry.objects.all(), gid, name, "time tracking entry")

    def timesheet(self, gid: str, name: str = "timesheet_approval_status") -> Timesheet:
        rows = Timesheet.objects.all()
        return find(self.timesheets(), rows, gid, name, "timesheet approval status")

    def category(self, gid: str, name: str = "time_tracking_category") -> Category:
        rows = Category.objects.all()
        return find(self.categories(), rows, gid, name, "time tracking category")

    def ooo_entry(self, gid: str) -> OutOfOffice:
        return find(self.ooo(), OutOfOffice.objects.all(), gid, "ooo_entry", "OOO entry")

    def user(self, text: str, name: str = "user") -> Person:
        """A gid, an e-mail address or `me`."""
        if text == "me":
            return self.person
        if "@" not in text:
            return find(self.people(), Person.objects.all(), text, name, "user")
        named = Person.objects.filter(email__iexact=text).first()
        if named is None:
            raise unknown(name, text)
        return self.user(named.gid, name)


def find(seen: QuerySet[Row], every: QuerySet[Row], gid: str, name: str, kind: str) -> Row:
    """Not there is 404, not for these eyes is 403."""
    if not is_gid(gid):
        raise not_a_gid(name, gid)
    row = seen.filter(pk=gid).first()
    if row is not None:
        return row
    if every.filter(pk=gid).exists():
        raise hidden(kind)
    raise unknown(name, gid)


def without(rows: Iterable[Project], viewer: Viewer) -> list[Project]:
    return [row for row in rows if row.gid not in viewer.hidden_projects]
