"""Which tasks to suggest for a week that lacks hours: what the person did in Asana on its days."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from accounts.asana.records import Task, TouchedTask
from timesheet.domain.grid import Grid


class Reason(StrEnum):
    """Why a task is suggested, the best reason first."""

    COMPLETED = "completed"
    COMMENTED = "commented"
    ASSIGNED = "assigned"
    # An open task of the person's own, whenever it changed.
    MINE = "mine"


@dataclass(frozen=True)
class Suggestion:
    """A task that may be what the missing hours of a day went to."""

    task: Task
    reason: Reason
    # The day that it is suggested for; None where none is meant.
    day: date | None
    # The minutes that the day lacks; 0 on a day off.
    minutes: int = 0


def suggest(
    touched: Mapping[Reason, Sequence[TouchedTask]],
    mine: Sequence[Task],
    grid: Grid,
    today: date,
    *,
    day_of: Callable[[datetime], date],
    most: int,
) -> list[Suggestion]:
    """Return at most `most` tasks that have no row in the grid, those with the best reason first.

    `touched` are tasks that changed within the week, by reason; one counts if the day it changed on
    lacks hours or has none. `mine` are the person's open tasks, for today. `day_of` returns the day
    of a moment where the person is.
    """
    totals = {day.day: day.total for day in grid.days}
    seen = {row.task.gid for row in grid.rows}
    found: list[Suggestion] = []
    for one in [*_of_days(touched, day_of), *_of_today(mine, grid, today)]:
        total = totals.get(one.day) if one.day else None
        is_open = total is not None and (total.missing or not total.minutes)
        is_wanted = one.reason is Reason.MINE or (is_open and one.day and one.day <= today)
        if is_wanted and one.task.gid not in seen:
            seen.add(one.task.gid)
            minutes = total.missing if total else 0
            found.append(Suggestion(one.task, one.reason, one.day, minutes))
    return found[:most]


def _of_days(
    touched: Mapping[Reason, Sequence[TouchedTask]], day_of: Callable[[datetime], date]
) -> Iterator[Suggestion]:
    for reason in Reason:
        for task in touched.get(reason, ()):
            moment = task.completed_at if reason is Reason.COMPLETED else task.modified_at
            if moment:
                yield Suggestion(task, reason, day_of(moment))


def _of_today(mine: Sequence[Task], grid: Grid, today: date) -> Iterator[Suggestion]:
    day = today if today in grid.week else None
    for task in mine:
        yield Suggestion(task, Reason.MINE, day)
