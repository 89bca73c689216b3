"""The entries of a report, one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from timesheet.domain.report_entry import UNKNOWN, Grouping, Names, ReportEntry
from timesheet.reports.labels import label
from timesheet.reports.loading import ReportData

TOLD = (Grouping.PERSON, Grouping.PROJECT, Grouping.TASK, Grouping.CATEGORY, Grouping.BILLABLE)


@dataclass(frozen=True)
class EntryLine:
    """An entry with everything by name; `address` is that of its task in Asana, where its task is
    known."""

    work: ReportEntry
    person: str
    project: str
    task: str
    category: str
    billable: str
    address: str


def ordered(told: ReportData) -> list[ReportEntry]:
    """By day, then by person; the same each time."""
    people = told.names[Grouping.PERSON]

    def place(work: ReportEntry) -> tuple[object, ...]:
        return work.day, people.get(work.person, "").casefold(), work.person, work.task, work.gid

    return sorted(told.works, key=place)


def lines(works: Iterable[ReportEntry], names: Names, asana_url: str) -> Iterator[EntryLine]:
    labels = Labels(names)
    for work in works:
        person, project, task, category, billable = (labels.of(work, by) for by in TOLD)
        address = "" if work.task == UNKNOWN else f"{asana_url}/0/0/{work.task}"
        yield EntryLine(work, person, project, task, category, billable, address)


class Labels:
    """What groups are called, each asked for once."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._known: dict[tuple[Grouping, str], str] = {}

    def of(self, work: ReportEntry, by: Grouping) -> str:
        key = by, work.key(by)
        if key not in self._known:
            self._known[key] = label(*key, self._names)
        return self._known[key]
