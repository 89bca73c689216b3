"""Asana's records as frozen values, each with the list of fields that we request.

A field that Asana may leave out has a default. Gids are strings of digits, days are `date`s,
durations are minutes. Names and shapes are those of https://developers.asana.com/reference
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import ClassVar, Generic, TypeVar

from msgspec import UNSET, Struct, UnsetType

T = TypeVar("T")


class RecordEnvelope(Struct, Generic[T], frozen=True):
    """The JSON around a single record."""

    data: T


class NextPage(Struct, frozen=True):
    """Where the next page of a list begins: https://developers.asana.com/docs/pagination"""

    offset: str


class ListEnvelope(Struct, Generic[T], frozen=True):
    """The JSON around a list; `next_page` is null or missing on the last page."""

    data: list[T]
    next_page: NextPage | None = None


class UnreadableRecord(Struct, frozen=True):
    """A record of a list that could not be decoded; `gid` is empty if that is not known either."""

    gid: str
    # Of a time entry; None if not known.
    minutes: int | None = None


class Records(list[T]):
    """The records of a list, with those that could not be decoded beside them.

    `is_filled_in` is whether some were read by themselves, because the list left out fields.
    """

    def __init__(
        self,
        records: Iterable[T] = (),
        unreadable: Iterable[UnreadableRecord] = (),
        *,
        is_filled_in: bool = False,
    ) -> None:
        super().__init__(records)
        self.unreadable = list(unreadable)
        self.is_filled_in = is_filled_in

    def add(self, more: Records[T]) -> None:
        """Add the records of a further page, and what was unreadable on it."""
        self += more
        self.unreadable += more.unreadable


class Named(Struct, frozen=True):
    """Any record in its compact form."""

    gid: str
    name: str | None = None


class Workspace(Struct, frozen=True):
    """A workspace or an organization."""

    gid: str
    name: str = ""


class AsanaUser(Struct, frozen=True):
    """A person in Asana. Lists leave out `workspaces`; Asana hides some people's `email`."""

    gid: str
    name: str = ""
    email: str | None = None
    workspaces: list[Workspace] = []

    fields: ClassVar[str] = "name,email,workspaces.name"
    list_fields: ClassVar[str] = "name,email"


class Photo(Struct, frozen=True):
    """The address of a person's photo in the size that we show."""

    image_60x60: str | None = None


class UserPhoto(Struct, frozen=True):
    """A person in Asana with their photo, if they have one."""

    gid: str
    photo: Photo | None = None

    # https://developers.asana.com/reference/getuser
    fields: ClassVar[str] = "photo.image_60x60"


class WorkspaceMembership(Struct, frozen=True):
    """A person's membership of a workspace, with the only roles that Asana's API has."""

    gid: str
    user: AsanaUser
    is_active: bool = True
    is_admin: bool = False

    fields: ClassVar[str] = "user.name,user.email,is_active,is_admin"


class AsanaTeam(Struct, frozen=True):
    """A team of an organization."""

    gid: str
    name: str = ""

    fields: ClassVar[str] = "name"


class TaskProject(Named, frozen=True):
    """A project of a task; `color` is the name of one of Asana's colours."""

    color: str | None = None


class Task(Struct, frozen=True):
    """A task with the projects that it is in."""

    gid: str
    name: str = ""
    completed: bool = False
    projects: list[TaskProject] = []
    workspace: Named | None = None

    fields: ClassVar[str] = "name,completed,projects.name,projects.color,workspace.name"


class TouchedTask(Task, frozen=True):
    """A task with the moments when it was completed and last changed."""

    completed_at: datetime | None = None
    modified_at: datetime | None = None

    fields: ClassVar[str] = f"{Task.fields},completed_at,modified_at"


class Entry(Struct, frozen=True):
    """A time tracking entry. Lists may leave out the fields from `task` on."""

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
    # Set here, not by Asana: some of its fields could not be read.
    is_partial: bool = False

    fields: ClassVar[str] = (
        "duration_minutes,entered_on,created_by.name,attributable_to.name,categories.name,"
        "task.name,task.completed,task.projects.name,task.projects.color,created_at,description,"
        "billable_status,approval_status"
    )


class EntryFields(Struct, frozen=True, omit_defaults=True):
    """The fields of an entry to write. Unset fields are not sent.

    All fields but the minutes and the day may need an add-on that the workspace lacks (402).
    """

    duration_minutes: int | UnsetType = UNSET
    entered_on: date | UnsetType = UNSET
    description: str | UnsetType = UNSET
    billable_status: str | UnsetType = UNSET
    # Gids; Asana takes one at most.
    categories: list[str] | UnsetType = UNSET
    # The gid of one of the task's projects.
    attributable_to: str | UnsetType | None = UNSET


class Category(Struct, frozen=True):
    """A label for time entries, managed by the workspace's admins."""

    gid: str
    name: str = ""

    fields: ClassVar[str] = "name"


class ApprovalStatusRecord(Struct, frozen=True):
    """The approval status of one person's week; `start_date` is its Monday."""

    gid: str
    start_date: date
    approval_status: str = "DRAFT"
    user: Named | None = None

    fields: ClassVar[str] = "start_date,approval_status,user.name"


class OutOfOffice(Struct, frozen=True):
    """A person's time off, from `start_date` to `end_date`, both included."""

    gid: str
    start_date: date
    end_date: date

    fields: ClassVar[str] = "start_date,end_date"


class Project(Struct, frozen=True):
    """A project of a workspace; only an organization has teams."""

    gid: str
    name: str = ""
    color: str | None = None
    archived: bool = False
    team: Named | None = None

    fields: ClassVar[str] = "name,color,archived,team.name"


class CustomFieldValue(Struct, frozen=True):
    """The value of a number field of a task; `asana_created_field` names those of Asana itself."""

    gid: str
    asana_created_field: str | None = None
    number_value: float | None = None


class PlannedTask(Struct, frozen=True):
    """A task with its estimated and actual time in minutes; None where Asana has none."""

    gid: str
    name: str = ""
    completed: bool = False
    assignee: Named | None = None
    projects: list[Named] = []
    actual_time_minutes: float | None = None
    custom_fields: list[CustomFieldValue] = []

    fields: ClassVar[str] = (
        "name,completed,assignee.name,projects.name,actual_time_minutes,"
        "custom_fields.asana_created_field,custom_fields.number_value"
    )

    @property
    def estimate(self) -> int | None:
        """The estimated minutes; None without an estimate.

        Asana's specification calls the field `estimated_time` and does not name its unit.
        """
        for field in self.custom_fields:
            if field.asana_created_field == "estimated_time" and field.number_value is not None:
                return round(field.number_value)
        return None

    @property
    def actual(self) -> int:
        """The minutes that all people have logged on it."""
        return round(self.actual_time_minutes or 0)


class BudgetPart(Struct, frozen=True):
    """The estimate, the actual or the total of a budget; a disabled part has no value."""

    value: float | None = None
    units: str | None = None
    enabled: bool = True
    billable_status_filter: str = "billable"


class Budget(Struct, frozen=True):
    """A project's budget: in minutes (`time`) or in the currency of its `units` (`cost`).

    https://developers.asana.com/reference/getbudgets
    """

    gid: str
    budget_type: str
    estimate: BudgetPart = BudgetPart()
    actual: BudgetPart = BudgetPart()
    total: BudgetPart = BudgetPart()


class Rate(Struct, frozen=True):
    """What an hour of a person or placeholder costs on a project."""

    gid: str
    resource: Named
    rate: float = 0
    currency_code: str = ""

    fields: ClassVar[str] = "resource.name,rate,currency_code"


class Effort(Struct, frozen=True):
    """How much of an allocation a day: `hours`, or `percent` of a working day."""

    type: str
    value: float = 0


class Allocation(Struct, frozen=True):
    """Work of a person on a project that is planned from `start_date` to `end_date`."""

    gid: str
    start_date: date
    end_date: date
    effort: Effort | None = None
    parent: Named | None = None

    fields: ClassVar[str] = "start_date,end_date,effort.type,effort.value,parent.name"
