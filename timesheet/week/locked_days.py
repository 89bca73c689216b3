"""The days of a week that the rules shut, put together for the page by why they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from timesheet.sheets.policy import Rules, rules_of
from timesheet.sheets.reading import Sheet


@dataclass(frozen=True)
class Shut:
    """Nothing may be changed on these days; `key` is the sentence's on the page."""

    key: str
    days: tuple[date, ...]
    sentence: str


class Shown(TypedDict):
    """What cells, rows and entries need of the rules to be shown."""

    rules: Rules
    shut: list[Shut]


def shown(sheet: Sheet, today: date) -> Shown:
    rules = rules_of(sheet.user, sheet.workspace)
    why = rules.shut(sheet.week, today)
    groups = [
        Shut(f"shut-{place}", tuple(day for day in why if why[day] == sentence), sentence)
        for place, sentence in enumerate(dict.fromkeys(why.values()))
    ]
    return {"rules": rules, "shut": groups}


def on(shut: Iterable[Shut], day: date) -> Shut | None:
    return next((one for one in shut if day in one.days), None)
