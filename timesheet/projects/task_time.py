"""Who logged what on a task, page by page, limited to what Asana shows the viewer."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.asana import listings
from accounts.asana.client import EXPIRED_OFFSET, Client
from accounts.asana.errors import Refused
from accounts.asana.records import Entry, PlannedTask, Records
from timesheet.domain.report_entry import distinct_names
from timesheet.projects.project import TaskHours

ENTRIES_OF_A_PAGE = 50


@dataclass(frozen=True)
class TaskTime:
    """A task with one page of its entries."""

    task: PlannedTask
    entries: Records[Entry]
    # The offset of the next page; empty on the last.
    next: str
    is_first: bool

    @property
    def estimate(self) -> TaskHours:
        """The task's estimate against the time of all people."""
        return TaskHours(self.task)

    @property
    def names(self) -> dict[str, str]:
        """The names of those who logged time on this page by gid; equal ones with the gid."""
        people = {person_of(entry): entry.created_by for entry in self.entries}
        named = {gid: (person.name if person else "") or gid for gid, person in people.items()}
        return distinct_names(named, {})

    @property
    def hidden(self) -> int:
        """Minutes that Asana counts and does not show; 0 while there are further pages."""
        if self.next or not self.is_first or self.task.actual_time_minutes is None:
            return 0
        shown = sum(entry.duration_minutes for entry in self.entries)
        return max(self.task.actual - shown, 0)


def person_of(entry: Entry) -> str:
    """Return the gid of the person who logged an entry; empty if Asana does not say."""
    return entry.created_by.gid if entry.created_by else ""


def load_task_time(asana: Client, task: str, offset: str = "") -> TaskTime:
    """Load a task and a page of its entries; the first page if the offset has expired.

    Raises `AsanaError`.
    """
    listing = listings.entries_of_task(task, limit=ENTRIES_OF_A_PAGE)
    planned, page = asana.gather_outcomes(
        [
            lambda client: client.get_planned_task(task),
            lambda client: client.list_page(listing, offset),
        ]
    )
    if isinstance(page, Refused) and offset and EXPIRED_OFFSET in page.message:
        offset, page = "", asana.list_page(listing)
    for answer in (planned, page):
        if isinstance(answer, Exception):
            raise answer
    entries, next_offset = page
    return TaskTime(planned, entries, next_offset, is_first=not offset)
