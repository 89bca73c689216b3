"""Asana's records as frozen values, and beside each the fields that we ask Asana for.

A field that Asana may leave out, as lists do, has a default. Gids are strings of digits, days are
`date`s, times are minutes. Source of names and shapes: https://developers.asana.com/reference
"""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Generic, TypeVar

from msgspec import Struct

T = TypeVar("T")


class One(Struct, Generic[T], frozen=True):
    """The envelope of a single record."""

    data: T


class NextPage(Struct, frozen=True):
    offset: str


class Page(Struct, Generic[T], frozen=True):
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


class User(Struct, frozen=True):
    gid: str
    name: str = ""
    email: str | None = None
    workspaces: list[Workspace] = []

    fields: ClassVar[str] = "name,email,workspaces.name"


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
