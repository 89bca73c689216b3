"""What a manager can have a report about, and the hours that it shows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from accounts.asana.client import Client
from accounts.asana.records import User as Colleague
from accounts.connections.reader import Eyes
from accounts.models import User
from accounts.workspaces.membership import Seat, directory
from timesheet.domain.report_entry import UNTOLD, By, Names, Work
from timesheet.domain.report_query import Report
from timesheet.reports import hours
from timesheet.reports.hours import Progress, Wanted
from timesheet.sheets.holidays import days_off
from timesheet.sheets.policy import house_of
from timesheet.sheets.preferences import wanted_of

# A page reads so many portions before it shows how far it is instead.
PORTIONS_OF_A_PAGE = 2


@dataclass(frozen=True)
class Scene:
    """A report that somebody asks for, with whose eyes, and the people that it may be about."""

    eyes: Eyes
    workspace: str
    report: Report
    people: tuple[Colleague, ...]
    # Whether these are all who are in the workspace now, so that who left is not among them.
    everybody: bool = False

    @property
    def user(self) -> User:
        return self.eyes.user

    @property
    def wanted(self) -> Wanted:
        everybody = tuple(person.gid for person in self.people)
        named = set(self.report.people)
        chosen = tuple(gid for gid in everybody if gid in named) if named else everybody
        return Wanted(self.eyes, self.workspace, self.report.span, everybody, chosen)


@dataclass(frozen=True)
class Told:
    """The works of the report, read `at` that moment, and `all` that were read for it. Asana shows
    no hours of the `hidden`, and none came of the `silent`. `account` is whose reporting connection
    they were read with, empty where it was the viewer's own."""

    at: datetime
    works: list[Work]
    all: list[Work]
    names: Names
    hidden: tuple[Colleague, ...]
    silent: tuple[Colleague, ...]
    account: str = ""

    @property
    def leaves_out(self) -> bool:
        """Whether Asana's lists do not tell all that a report can be about."""
        return any(UNTOLD in (work.task, work.billable) for work in self.all)


def people_of(asana: Client, user: User, seat: Seat) -> tuple[Colleague, ...]:
    """Whom the viewer may have a report about: themself and their people; of an admin who has
    none, everybody. Raises `AsanaError`."""
    if not seat.people and seat.is_admin:
        return directory(asana, user, seat.workspace)
    mine = {one.gid: one for one in (*seat.people, Colleague(user.gid, str(user)))}
    return tuple(sorted(mine.values(), key=lambda one: (one.name.casefold(), one.gid)))


def look(
    asana: Client, scene: Scene, now: datetime, *, portions: int | None = None
) -> Told | Progress:
    """The report, or how far its reading is after so many portions. Raises `AsanaError`."""
    wanted = scene.wanted
    reading = hours.read(asana, wanted, now, portions=portions)
    if isinstance(reading, Progress):
        return reading
    heard = {work.person for work in reading.works} | reading.hidden | {scene.user.gid}
    chosen = [person for person in scene.people if person.gid in set(wanted.chosen)]
    return Told(
        reading.at,
        scene.report.of(reading.works),
        reading.works,
        {**reading.names, By.PERSON: {one.gid: one.name for one in scene.people}},
        tuple(one for one in chosen if one.gid in reading.hidden),
        tuple(one for one in chosen if one.gid not in heard),
        scene.eyes.account,
    )


def targets_of(scene: Scene, people: Collection[str]) -> tuple[tuple[int, ...], dict[date, str]]:
    """The minutes that these people mean to work on each day of a week together, Monday's first,
    and the holidays on which nobody does. Days off of single people are not known here."""
    span, house = scene.report.span, house_of(scene.workspace)
    each = wanted_of(people, house).values()
    together = tuple(sum(wanted[day] for wanted in each) for day in range(7))
    return together, days_off(house, span.start, span.end)
