"""The entries of a report, one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from timesheet.domain.report_entry import UNTOLD, By, Names, Work
from timesheet.reports.labels import label
from timesheet.reports.loading import Told

TOLD = (By.PERSON, By.PROJECT, By.TASK, By.CATEGORY, By.BILLABLE)


@dataclass(frozen=True)
class Line:
    """An entry with everything by name; `address` is that of its task in Asana, where its task is
    known."""

    work: Work
    person: str
    project: str
    task: str
    category: str
    billable: str
    address: str


def ordered(told: Told) -> list[Work]:
    """By day, then by person; the same each time."""
    people = told.names[By.PERSON]

    def place(work: Work) -> tuple[object, ...]:
        return work.day, people.get(work.person, "").casefold(), work.person, work.task, work.gid

    return sorted(told.works, key=place)


def lines(works: Iterable[Work], names: Names, asana_url: str) -> Iterator[Line]:
    labels = Labels(names)
    for work in works:
        person, project, task, category, billable = (labels.of(work, by) for by in TOLD)
        address = "" if work.task == UNTOLD else f"{asana_url}/0/0/{work.task}"
        yield Line(work, person, project, task, category, billable, address)


class Labels:
    """What groups are called, each asked for once."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._known: dict[tuple[By, str], str] = {}

    def of(self, work: Work, by: By) -> str:
        key = by, work.key(by)
        if key not in self._known:
            self._known[key] = label(*key, self._names)
        return self._known[key]
