"""The days of a week that the rules lock, grouped for the page by the reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from timesheet.sheets.policy import Rules
from timesheet.sheets.sheet import Sheet


@dataclass(frozen=True)
class LockedDays:
    """Days on which nothing may be changed, for one reason."""

    # The id of the sentence on the page.
    key: str
    days: tuple[date, ...]
    sentence: str


class LockContext(TypedDict):
    """What the templates of cells, rows and entries need to know of the rules."""

    rules: Rules
    shut: list[LockedDays]


def lock_context(sheet: Sheet, today: date) -> LockContext:
    """Return the rules and locked days of the week for its templates; `today` is the person's."""
    reasons = sheet.rules.locked_days(sheet.week, today)
    groups = [
        LockedDays(
            f"shut-{place}", tuple(day for day in reasons if reasons[day] == sentence), sentence
        )
        for place, sentence in enumerate(dict.fromkeys(reasons.values()))
    ]
    return {"rules": sheet.rules, "shut": groups}


def find_lock(locked: Iterable[LockedDays], day: date) -> LockedDays | None:
    """Return what locks a day; None when it is not locked."""
    return next((group for group in locked if day in group.days), None)
