"""The entries of a report as lines with names instead of gids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from timesheet.domain.report_entry import UNKNOWN, Grouping, Names, ReportEntry
from timesheet.reports.labels import label
from timesheet.reports.loading import ReportData

NAMED_BY = (Grouping.PERSON, Grouping.PROJECT, Grouping.TASK, Grouping.CATEGORY, Grouping.BILLABLE)


@dataclass(frozen=True)
class EntryLine:
    """An entry with everything by name."""

    entry: ReportEntry
    person: str
    project: str
    task: str
    category: str
    billable: str
    # Of the task in Asana; empty if the task is not known.
    address: str


def sorted_entries(report_data: ReportData) -> list[ReportEntry]:
    """Sort the entries by day, then by person; equal ones always in the same order."""
    people = report_data.names[Grouping.PERSON]

    def key(entry: ReportEntry) -> tuple[object, ...]:
        name = people.get(entry.person, "").casefold()
        return entry.day, name, entry.person, entry.task, entry.gid

    return sorted(report_data.entries, key=key)


def lines(entries: Iterable[ReportEntry], names: Names, asana_url: str) -> Iterator[EntryLine]:
    """Yield a line for each entry."""
    labels = Labels(names)
    for entry in entries:
        person, project, task, category, billable = (labels.of(entry, by) for by in NAMED_BY)
        address = "" if entry.task == UNKNOWN else f"{asana_url}/0/0/{entry.task}"
        yield EntryLine(entry, person, project, task, category, billable, address)


class Labels:
    """Labels of groups; each is made once."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._labels: dict[tuple[Grouping, str], str] = {}

    def of(self, entry: ReportEntry, by: Grouping) -> str:
        """Return the label of the entry's group in this grouping."""
        key = by, entry.key(by)
        if key not in self._labels:
            self._labels[key] = label(*key, self._names)
        return self._labels[key]
