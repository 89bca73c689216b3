"""A usual week: 7 tasks, 21 cells, 5 notes. What the products are compared by."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DayHours:
    """Hours on one day, 0 for Monday, with their note."""

    day: int
    hours: str
    note: str = ""


@dataclass(frozen=True)
class TaskHours:
    """A task, the letters by which somebody finds it, and its hours."""

    letters: str
    days: tuple[DayHours, ...]


USUAL_WEEK = (
    TaskHours(
        "bankid",
        (
            DayHours(0, "3:30", "call with the bank"),
            DayHours(1, "2"),
            DayHours(2, "4"),
            DayHours(3, "1:30"),
        ),
    ),
    TaskHours("opening", (DayHours(0, "2"), DayHours(2, "2:30", "with the curators"))),
    TaskHours("e-mails", (DayHours(0, "0:30"), DayHours(2, "0:30"), DayHours(4, "1"))),
    TaskHours("stand-up", tuple(DayHours(day, "0:15") for day in range(5))),
    TaskHours("security", (DayHours(3, "4", "answers for the bank"), DayHours(4, "3"))),
    TaskHours("design sys", (DayHours(1, "3", "form fields"), DayHours(3, "2"))),
    TaskHours("icons", (DayHours(1, "1"), DayHours(4, "2:30", "tab bar"), DayHours(2, "0:45"))),
)
CELLS = [(task, day) for task in USUAL_WEEK for day in task.days]
NOTES = [day.note for _task, day in CELLS if day.note]
