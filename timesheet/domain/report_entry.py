"""The parts of an entry that a report needs, and how entries are grouped by them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import StrEnum
from functools import cache, partial
from operator import attrgetter

from msgspec import Struct
from msgspec.structs import replace

from accounts.asana.records import AsanaUser, Entry, Named, Task
from timesheet.domain.week import Week

# Keys of groups that have no gid. An entry of a task in several projects belongs to none of them,
# unless Asana says to which it is attributed.
NONE, SEVERAL, UNKNOWN = "none", "several", "unknown"
BILLABLE = "billable"


class Grouping(StrEnum):
    """What entries are grouped by; the values are query parameters of a report's address."""

    PERSON = "person"
    PROJECT = "project"
    TASK = "task"
    CATEGORY = "category"
    BILLABLE = "billable"
    WEEK = "week"
    MONTH = "month"
    DAY = "day"

    @property
    def is_time(self) -> bool:
        """Whether its groups are periods of time."""
        return self in (Grouping.WEEK, Grouping.MONTH, Grouping.DAY)


# Names by gid, of the people, projects and so on of a grouping.
Names = dict[Grouping, dict[str, str]]


class ReportEntry(Struct, frozen=True, array_like=True, gc=False):
    """An entry as a report keeps it: small, because there may be many.

    All fields but the day and the minutes are gids, or one of the keys above.
    """

    gid: str
    person: str
    day: date
    minutes: int
    task: str
    project: str
    category: str
    billable: str
    # None if Asana left it out.
    note: str | None

    def key(self, by: Grouping) -> str:
        """Return the key of its group in a grouping: a gid, 2026-W48, 2026-11, or 2026-11-23."""
        return key_reader(by)(self)


def key_reader(by: Grouping) -> Callable[[ReportEntry], str]:
    """Return a function that returns an entry's key in a grouping, fast enough for very many."""
    if not by.is_time:
        return attrgetter(by.value)
    # Most entries share their day with others.
    period = cache(partial(_period, by))
    return lambda entry: period(entry.day)


def _period(by: Grouping, day: date) -> str:
    match by:
        case Grouping.WEEK:
            return str(Week.of(day))
        case Grouping.MONTH:
            return f"{day:%Y-%m}"
    return day.isoformat()


def minutes_by(entries: Iterable[ReportEntry], by: Grouping) -> dict[str, int]:
    """Return the minutes of each group by its key, the group with the most first."""
    key_of, minutes = key_reader(by), dict[str, int]()
    for entry in entries:
        key = key_of(entry)
        minutes[key] = minutes.get(key, 0) + entry.minutes
    return dict(sorted(minutes.items(), key=lambda group: (-group[1], group[0])))


def report_entry_of(entry: Entry, person: str) -> ReportEntry:
    """Reduce an entry of the person with the gid `person`.

    Asana's lists may leave out the task; then the note and the project are unknown too.
    """
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
    """Return the names of the projects, tasks and categories of `entries`, where Asana has them."""
    names: Names = {Grouping.PROJECT: {}, Grouping.TASK: {}, Grouping.CATEGORY: {}}

    def add(by: Grouping, *records: Named | Task) -> None:
        names[by].update({record.gid: record.name for record in records if record.name})

    for entry in entries:
        add(Grouping.CATEGORY, *entry.categories)
        if entry.task:
            add(Grouping.TASK, entry.task)
            add(Grouping.PROJECT, *entry.task.projects)
        if entry.attributable_to:
            add(Grouping.PROJECT, entry.attributable_to)
    return names


def distinct_names(names: Mapping[str, str], details: Mapping[str, str]) -> dict[str, str]:
    """Return names by gid, each with its detail where several are alike.

    `details` are email addresses, by gid; without one, or if these are alike too, it is the gid.
    """
    alike = Counter(name.strip().casefold() for name in names.values())
    detailed = Counter((names[gid].strip().casefold(), details.get(gid)) for gid in names)

    def name_of(gid: str, name: str) -> str:
        key = name.strip().casefold()
        if alike[key] == 1:
            return name
        detail = details.get(gid)
        return f"{name} ({detail if detail and detailed[key, detail] == 1 else gid})"

    return {gid: name_of(gid, name) for gid, name in names.items()}


def distinct_people(people: Iterable[AsanaUser]) -> tuple[AsanaUser, ...]:
    """Return people with names that differ, by their email address or gid where they must."""
    listed = tuple(people)
    names = {person.gid: person.name or person.gid for person in listed}
    labels = distinct_names(names, {person.gid: person.email for person in listed if person.email})
    return tuple(
        replace(person, name=labels[person.gid]) if person.name else person for person in listed
    )


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
