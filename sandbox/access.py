"""Permissions: which rows a person may see. Views fetch every row through here."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from sandbox.errors import VIEW_ONLY, ApiError, no_access, not_a_gid, unknown_object
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
# https://developers.asana.com/docs/oauth-scopes: what an app with full permissions asks for.
FULL_SCOPE = "default"


def is_gid(text: str) -> bool:
    """Return whether `text` has the form of a gid: at most 32 digits."""
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_GID


class Viewer:
    """The person a request is made for, and what this person may see."""

    def __init__(self, person: Person, client_id: str = "", scope: str = FULL_SCOPE) -> None:
        self.person = person
        # The address of the sandbox, with a slash, for addresses within records.
        self.root = "/"
        # Of the app that the token was issued to; empty for a personal token.
        self.client_id = client_id
        self.scopes = frozenset(scope.split())

    def has_scope(self, scope: str) -> bool:
        """Return whether the token allows what needs this scope; empty for full permissions."""
        return FULL_SCOPE in self.scopes or scope in self.scopes

    @cached_property
    def own_memberships(self) -> dict[str, Membership]:
        """Return the person's active memberships, by workspace gid."""
        rows = Membership.objects.filter(person=self.person, is_active=True)
        rows = rows.select_related("workspace")
        return {row.workspace_id: row for row in rows}

    def is_admin(self, workspace_gid: str) -> bool:
        """Return whether the person administers this workspace."""
        return workspace_gid in self._workspaces_where(is_admin=True)

    def require_write_access(self, workspace_gid: str) -> None:
        """Raise `ApiError` 403 if the person may only view this workspace.

        https://developers.asana.com/docs/authentication: view-only licenses limit the API.
        """
        membership = self.own_memberships.get(workspace_gid)
        if membership is not None and membership.is_view_only:
            raise ApiError(403, VIEW_ONLY)

    def reviews_time(self, workspace_gid: str) -> bool:
        """Return whether the person sees all time in this workspace, as admins and reviewers do."""
        return workspace_gid in self._reviewed_workspaces

    @property
    def _reviewed_workspaces(self) -> list[str]:
        return [
            *self._workspaces_where(is_admin=True),
            *self._workspaces_where(is_time_reviewer=True),
        ]

    def _workspaces_where(self, **flags: bool) -> list[str]:
        return [
            gid
            for gid, row in self.own_memberships.items()
            if all(getattr(row, flag) == value for flag, value in flags.items())
        ]

    # Visible rows

    def workspaces(self) -> QuerySet[Workspace]:
        """Return the workspaces the person is an active member of."""
        return Workspace.objects.filter(gid__in=self.own_memberships)

    def memberships(self) -> QuerySet[Membership]:
        """Return all memberships of the person's workspaces."""
        return Membership.objects.filter(workspace__in=self.own_memberships)

    def people(self) -> QuerySet[Person]:
        """Return all people of the person's workspaces."""
        return Person.objects.filter(gid__in=self.memberships().values("person_id"))

    def teams(self) -> QuerySet[Team]:
        """Return the teams of the person's workspaces."""
        return Team.objects.filter(workspace__in=self.own_memberships)

    def projects(self) -> QuerySet[Project]:
        """Return the visible projects; a guest sees only those shared with them."""
        own_projects = Project.members.through.objects.filter(person=self.person)
        return Project.objects.filter(
            Q(workspace__in=self._workspaces_where(is_guest=False), is_private=False)
            | Q(workspace__in=self._workspaces_where(is_admin=True))
            | Q(workspace__in=self.own_memberships, gid__in=own_projects.values("project_id"))
            | Q(workspace__in=self.own_memberships, owner=self.person)
        )

    @cached_property
    def hidden_projects(self) -> frozenset[str]:
        """Return the gids of projects in the person's workspaces that they may not see.

        A visible task can be in one of these.
        """
        rows = Project.objects.filter(workspace__in=self.own_memberships)
        return frozenset(rows.exclude(gid__in=self.projects()).values_list("gid", flat=True))

    def tasks(self) -> QuerySet[Task]:
        """Return the tasks the person can see; `models.Task` has the rule."""
        placed = Placement.objects.filter(task=OuterRef("pk"))
        return Task.objects.filter(workspace__in=self.own_memberships).filter(
            Q(assignee=self.person)
            | Q(gid__in=self.followed_tasks())
            | Q(gid__in=Placement.objects.filter(project__in=self.projects()).values("task_id"))
            | Q(~Exists(placed), created_by=self.person, assignee=None)
        )

    def followed_tasks(self) -> QuerySet[Any, Any]:
        """Return the gids of the tasks the person follows, as a subquery."""
        return Task.followers.through.objects.filter(person=self.person).values("task_id")

    def entries(self) -> QuerySet[Entry]:
        """Return the person's own entries and those of workspaces where they review time."""
        return Entry.objects.filter(
            Q(created_by=self.person, task__workspace__in=self.own_memberships)
            | Q(task__workspace__in=self._reviewed_workspaces)
        )

    def timesheets(self) -> QuerySet[Timesheet]:
        """Return the person's own timesheets and those of workspaces where they review time."""
        return Timesheet.objects.filter(
            Q(person=self.person, workspace__in=self.own_memberships)
            | Q(workspace__in=self._reviewed_workspaces)
        )

    def categories(self) -> QuerySet[Category]:
        """Return the categories of the person's workspaces."""
        return Category.objects.filter(workspace__in=self.own_memberships)

    def ooo(self) -> QuerySet[OutOfOffice]:
        """Return the out-of-office entries of the person's workspaces."""
        return OutOfOffice.objects.filter(workspace__in=self.own_memberships)

    # Single rows. `name` is the parameter or field that named it.

    def workspace(self, gid: str, name: str = "workspace") -> Workspace:
        """Fetch a workspace; raises `ApiError` if it is unknown or hidden."""
        return get_visible(self.workspaces(), Workspace.objects.all(), gid, name, "workspace")

    def membership(self, gid: str) -> Membership:
        """Fetch a workspace membership; raises `ApiError` if it is unknown or hidden."""
        name = "workspace_membership"
        return get_visible(
            self.memberships(), Membership.objects.all(), gid, name, "workspace membership"
        )

    def team(self, gid: str, name: str = "team") -> Team:
        """Fetch a team; raises `ApiError` if it is unknown or hidden."""
        return get_visible(self.teams(), Team.objects.all(), gid, name, "team")

    def project(self, gid: str, name: str = "project") -> Project:
        """Fetch a project; raises `ApiError` if it is unknown or hidden."""
        return get_visible(self.projects(), Project.objects.all(), gid, name, "project")

    def task(self, gid: str, name: str = "task") -> Task:
        """Fetch a task; raises `ApiError` if it is unknown or hidden."""
        return get_visible(self.tasks(), Task.objects.all(), gid, name, "task")

    def entry(self, gid: str) -> Entry:
        """Fetch a time tracking entry; raises `ApiError` if it is unknown or hidden."""
        name = "time_tracking_entry"
        visible = self.entries().select_related("task", "created_by")
        return get_visible(visible, Entry.objects.all(), gid, name, "time tracking entry")

    def timesheet(self, gid: str, name: str = "timesheet_approval_status") -> Timesheet:
        """Fetch a timesheet; raises `ApiError` if it is unknown or hidden."""
        rows = Timesheet.objects.all()
        return get_visible(self.timesheets(), rows, gid, name, "timesheet approval status")

    def category(self, gid: str, name: str = "time_tracking_category") -> Category:
        """Fetch a category; raises `ApiError` if it is unknown or hidden."""
        rows = Category.objects.all()
        return get_visible(self.categories(), rows, gid, name, "time tracking category")

    def ooo_entry(self, gid: str) -> OutOfOffice:
        """Fetch an out-of-office entry; raises `ApiError` if it is unknown or hidden."""
        return get_visible(self.ooo(), OutOfOffice.objects.all(), gid, "ooo_entry", "OOO entry")

    def user(self, text: str, name: str = "user") -> Person:
        """Fetch a person by gid, e-mail address or `me`; raises `ApiError` if unknown or hidden."""
        if text == "me":
            return self.person
        if "@" not in text:
            return get_visible(self.people(), Person.objects.all(), text, name, "user")
        person = Person.objects.filter(email__iexact=text).first()
        if person is None:
            raise unknown_object(name, text)
        return self.user(person.gid, name)


def get_visible(
    visible: QuerySet[Row], all_rows: QuerySet[Row], gid: str, name: str, kind: str
) -> Row:
    """Fetch one row by gid from `visible`.

    Raises `ApiError`: 404 if it is not in `all_rows` either, 403 if it is there but hidden.
    """
    if not is_gid(gid):
        raise not_a_gid(name, gid)
    row = visible.filter(pk=gid).first()
    if row is not None:
        return row
    if all_rows.filter(pk=gid).exists():
        raise no_access(kind)
    raise unknown_object(name, gid)


def visible_projects(rows: Iterable[Project], viewer: Viewer) -> list[Project]:
    """Return those of `rows` that the viewer may see."""
    return [row for row in rows if row.gid not in viewer.hidden_projects]
