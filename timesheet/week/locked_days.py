"""The days of a week that the rules shut, put together for the page by why they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from timesheet.sheets.policy import Rules, rules_for
from timesheet.sheets.reading import Sheet


@dataclass(frozen=True)
class LockedDay:
    """Nothing may be changed on these days; `key` is the sentence's on the page."""

    key: str
    days: tuple[date, ...]
    sentence: str


class LockedDays(TypedDict):
    """What cells, rows and entries need of the rules to be shown."""

    rules: Rules
    shut: list[LockedDay]


def shown(sheet: Sheet, today: date) -> LockedDays:
    rules = rules_for(sheet.user, sheet.workspace)
    why = rules.locked_days(sheet.week, today)
    groups = [
        LockedDay(f"shut-{place}", tuple(day for day in why if why[day] == sentence), sentence)
        for place, sentence in enumerate(dict.fromkeys(why.values()))
    ]
    return {"rules": rules, "shut": groups}


def on(shut: Iterable[LockedDay], day: date) -> LockedDay | None:
    return next((one for one in shut if day in one.days), None)
