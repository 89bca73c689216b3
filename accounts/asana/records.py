"""Asana's records as frozen values, and beside each the fields that we ask Asana for.

A field that Asana may leave out, as lists do, has a default. Gids are strings of digits, days are
`date`s, times are minutes. Source of names and shapes: https://developers.asana.com/reference
"""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Generic, TypeVar

from msgspec import UNSET, Struct, UnsetType

T = TypeVar("T")


class RecordEnvelope(Struct, Generic[T], frozen=True):
    """The envelope of a single record."""

    data: T


class NextPage(Struct, frozen=True):
    offset: str


class ListEnvelope(Struct, Generic[T], frozen=True):
    """The envelope of a list; `next_page` is null or absent on the last page."""

    data: list[T]
    next_page: NextPage | None = None


class Named(Struct, frozen=True):
    """Anything compact: a gid and a name."""

    gid: str
    name: str | None = None


class Workspace(Struct, frozen=True):
    gid: str
    name: str = ""


class AsanaUser(Struct, frozen=True):
    gid: str
    name: str = ""
    email: str | None = None
    workspaces: list[Workspace] = []

    fields: ClassVar[str] = "name,email,workspaces.name"
    in_lists: ClassVar[str] = "name,email"


class WorkspaceMembership(Struct, frozen=True):
    """A person in a workspace, with the only roles that Asana tells."""

    gid: str
    user: AsanaUser
    is_active: bool = True
    is_admin: bool = False

    fields: ClassVar[str] = "user.name,user.email,is_active,is_admin"


class AsanaTeam(Struct, frozen=True):
    gid: str
    name: str = ""

    fields: ClassVar[str] = "name"


class Task(Struct, frozen=True):
    gid: str
    name: str = ""
    completed: bool = False
    projects: list[Named] = []
    workspace: Named | None = None

    fields: ClassVar[str] = "name,completed,projects.name,workspace.name"


class Entry(Struct, frozen=True):
    """A time tracking entry. A list may lack all that stands from `task` on."""

    gid: str
    duration_minutes: int
    entered_on: date
    created_by: Named | None = None
    attributable_to: Named | None = None
    categories: list[Named] = []
    task: Task | None = None
    created_at: datetime | None = None
    description: str | None = None
    billable_status: str | None = None
    approval_status: str | None = None

    fields: ClassVar[str] = (
        "duration_minutes,entered_on,created_by.name,attributable_to.name,categories.name,"
        "task.name,task.completed,task.projects.name,created_at,description,billable_status,"
        "approval_status"
    )


class EntryFields(Struct, frozen=True, omit_defaults=True):
    """What is to be written of an entry. What is unset is not sent: beyond the minutes and the day,
    a field may need an add-on that the workspace does not have (402).

    `categories` are gids, one at most; `attributable_to` is the gid of one of the task's projects.
    """

    duration_minutes: int | UnsetType = UNSET
    entered_on: date | UnsetType = UNSET
    description: str | UnsetType = UNSET
    billable_status: str | UnsetType = UNSET
    categories: list[str] | UnsetType = UNSET
    attributable_to: str | UnsetType | None = UNSET


class Category(Struct, frozen=True):
    """A label that the workspace's admins keep for time."""

    gid: str
    name: str = ""

    fields: ClassVar[str] = "name"


class ApprovalStatusRecord(Struct, frozen=True):
    """Asana's approval status of one person's week; `start_date` is its Monday."""

    gid: str
    start_date: date
    approval_status: str = "DRAFT"
    user: Named | None = None

    fields: ClassVar[str] = "start_date,approval_status,user.name"


class OutOfOffice(Struct, frozen=True):
    """Days out of office, the first and the last included."""

    gid: str
    start_date: date
    end_date: date

    fields: ClassVar[str] = "start_date,end_date"
