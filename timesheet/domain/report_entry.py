"""What a report needs of an entry, and how entries are told apart by it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from msgspec import Struct

from accounts.asana.records import Entry, Named, Task
from timesheet.domain.week import Week

# Keys of groups that have no gid. An entry on a task in several projects counts for none of them
# as long as Asana does not say for which.
NONE, SEVERAL, UNKNOWN = "none", "several", "untold"
BILLABLE = "billable"


class Grouping(StrEnum):
    PERSON = "person"
    PROJECT = "project"
    TASK = "task"
    CATEGORY = "category"
    BILLABLE = "billable"
    WEEK = "week"
    MONTH = "month"

    @property
    def is_time(self) -> bool:
        return self in (Grouping.WEEK, Grouping.MONTH)


# What people, projects and so on are called, by gid.
Names = dict[Grouping, dict[str, str]]


class ReportEntry(Struct, frozen=True, array_like=True, gc=False):
    """An entry as a report has it, small because there may be many. All but the day and the
    minutes are gids, or one of the keys above; `note` is None where Asana did not tell it."""

    gid: str
    person: str
    day: date
    minutes: int
    task: str
    project: str
    category: str
    billable: str
    note: str | None

    def key(self, by: Grouping) -> str:
        """Which group of such a grouping it is in."""
        match by:
            case Grouping.WEEK:
                return str(Week.of(self.day))
            case Grouping.MONTH:
                return f"{self.day:%Y-%m}"
        key: str = getattr(self, by.value)
        return key


def report_entry_of(entry: Entry, person: str) -> ReportEntry:
    category = entry.categories[0].gid if entry.categories else NONE
    return ReportEntry(
        entry.gid,
        person,
        entry.entered_on,
        entry.duration_minutes,
        entry.task.gid if entry.task else UNKNOWN,
        _project(entry),
        category,
        entry.billable_status or UNKNOWN,
        (entry.description or "") if entry.task else entry.description,
    )


def names_in(entries: Iterable[Entry]) -> Names:
    names: Names = {Grouping.PROJECT: {}, Grouping.TASK: {}, Grouping.CATEGORY: {}}

    def note(by: Grouping, *found: Named | Task) -> None:
        names[by].update({one.gid: one.name for one in found if one.name})

    for entry in entries:
        note(Grouping.CATEGORY, *entry.categories)
        if entry.task:
            note(Grouping.TASK, entry.task)
            note(Grouping.PROJECT, *entry.task.projects)
        if entry.attributable_to:
            note(Grouping.PROJECT, entry.attributable_to)
    return names


def _project(entry: Entry) -> str:
    if entry.attributable_to:
        return entry.attributable_to.gid
    if entry.task is None:
        return UNKNOWN
    match entry.task.projects:
        case []:
            return NONE
        case [project]:
            return project.gid
    return SEVERAL
