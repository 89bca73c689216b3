"""The form of one's own data, as a file or as a request to the control side.

A reference names a record by its gid, by the `key` that it has in the same document, or by its
name if no other record has it; a person also by slug or e-mail address.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

Gid = Annotated[str, msgspec.Meta(pattern="^[0-9]{1,32}$")]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=250)]
Slug = Annotated[str, msgspec.Meta(pattern="^[a-z0-9-]{1,40}$")]
Plan = Literal["free", "none", "time_tracking", "timesheets"]
Minutes = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
Reference = str


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    gid: Gid | None = None
    key: str | None = None


class WorkspaceData(_Record, frozen=True, kw_only=True):
    """A workspace; without a plan it has that of the runtime settings."""

    name: Name
    is_organization: bool = True
    email_domains: list[str] = []
    plan: Plan | None = None


class MembershipData(_Record, frozen=True, kw_only=True):
    """A person's roles in a workspace."""

    workspace: Reference
    is_active: bool = True
    is_admin: bool = False
    is_guest: bool = False
    is_view_only: bool = False
    is_time_reviewer: bool = False


class PersonData(_Record, frozen=True, kw_only=True):
    """A person; the slug is made of the first name, and the token is `sandbox-<slug>`."""

    name: Name
    email: Annotated[str, msgspec.Meta(pattern="^[^@ ]+@[^@ ]+$", max_length=250)]
    slug: Slug | None = None
    tokens: list[Annotated[str, msgspec.Meta(min_length=1, max_length=100)]] | None = None
    memberships: list[MembershipData] = []


class TeamData(_Record, frozen=True, kw_only=True):
    """A team of a workspace."""

    name: Name
    workspace: Reference
    people: list[Reference] = []


class ProjectData(_Record, frozen=True, kw_only=True):
    """A project of a workspace."""

    name: Name
    workspace: Reference
    team: Reference | None = None
    owner: Reference | None = None
    members: list[Reference] = []
    color: str | None = None
    archived: bool = False
    is_private: bool = False


class TaskData(_Record, frozen=True, kw_only=True):
    """A task; its workspace is that of its projects, or named."""

    name: str
    projects: list[Reference] = []
    workspace: Reference | None = None
    assignee: Reference | None = None
    created_by: Reference | None = None
    followers: list[Reference] = []
    # Who has written a comment, for task searches.
    commented_on_by: list[Reference] = []
    parent: Reference | None = None
    notes: str = ""
    completed: bool = False
    # By default now, if it is completed.
    completed_at: datetime | None = None
    due_on: date | None = None


class CategoryData(_Record, frozen=True, kw_only=True):
    """A time tracking category."""

    name: Name
    workspace: Reference
    color: str = "blue"
    is_archived: bool = False


class EntryData(_Record, frozen=True, kw_only=True):
    """A time tracking entry of any person."""

    task: Reference
    person: Reference
    duration_minutes: Minutes
    entered_on: date
    description: str = ""
    billable_status: Literal["billable", "nonBillable", "notApplicable"] = "notApplicable"
    attributable_to: Reference | None = None
    category: Reference | None = None


class TimesheetData(_Record, frozen=True, kw_only=True):
    """The approval status of a week, which starts on a Monday."""

    person: Reference
    workspace: Reference
    start_date: date
    approval_status: Literal["DRAFT", "SUBMITTED", "APPROVED", "REJECTED"] = "DRAFT"
    message: str = ""


class OutOfOfficeData(_Record, frozen=True, kw_only=True):
    """Days off, the first and the last included."""

    person: Reference
    workspace: Reference
    start_date: date
    end_date: date


class AppData(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An app that people can sign in to."""

    client_id: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    client_secret: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    redirect_uris: list[Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9+.-]*:.")]]
    # The scopes it is registered for: `default` for full permissions, or granular ones.
    scopes: tuple[str, ...] = ("default", "openid", "email", "profile")


class Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A document of records, which are added in this order."""

    workspaces: list[WorkspaceData] = []
    people: list[PersonData] = []
    teams: list[TeamData] = []
    projects: list[ProjectData] = []
    tasks: list[TaskData] = []
    categories: list[CategoryData] = []
    entries: list[EntryData] = []
    timesheets: list[TimesheetData] = []
    out_of_office: list[OutOfOfficeData] = []
    apps: list[AppData] = []
