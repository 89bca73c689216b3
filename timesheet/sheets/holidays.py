"""The days off of a workspace: the holidays of a country, and days that its admins added."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from operator import itemgetter

from timesheet.models import WorkspacePolicy

# How far ahead an admin is shown the days off.
AHEAD = timedelta(days=366)
LANGUAGE = "en_US"


def days_off(workspace_policy: WorkspacePolicy, start: date, end: date) -> dict[date, str]:
    """Return the names of the days off from `start` to `end`, both included, by day."""
    names = {
        day: name
        for year in range(start.year, end.year + 1)
        for day, name in _calendar(
            workspace_policy.country, workspace_policy.subdivision, year
        ).items()
    }
    for day, name, *half in workspace_policy.own_days:
        if not half:
            names[date.fromisoformat(day)] = name
    return {day: names[day] for day in sorted(names) if start <= day <= end}


def half_holidays(workspace_policy: WorkspacePolicy, start: date, end: date) -> frozenset[date]:
    """Return the days from `start` to `end` on which everybody has half a day off."""
    days = (date.fromisoformat(day) for day, _name, *half in workspace_policy.own_days if half)
    whole = days_off(workspace_policy, start, end)
    return frozenset(day for day in days if start <= day <= end and day not in whole)


@dataclass(frozen=True, order=True)
class Holiday:
    """A day off of a workspace, or a half one; its own, or of its country."""

    day: date
    name: str
    is_own: bool = False
    is_half: bool = False


def to_come(workspace_policy: WorkspacePolicy, today: date) -> list[Holiday]:
    """Return the holidays in the year from today, and all later ones that admins added, by day."""
    own = {each.day: each for each in own_holidays(workspace_policy) if each.day >= today}
    public = days_off(workspace_policy, today, today + AHEAD)
    others = [Holiday(day, name) for day, name in public.items() if day not in own]
    # A half holiday does not replace a whole one on the same day.
    whole = [Holiday(day, name) for day, name in public.items() if day in own and own[day].is_half]
    return sorted([*own.values(), *others, *whole])


def own_holidays(workspace_policy: WorkspacePolicy) -> list[Holiday]:
    """Return the holidays that admins added, by day."""
    return [
        Holiday(date.fromisoformat(day), name, is_own=True, is_half=bool(half))
        for day, name, *half in workspace_policy.own_days
    ]


def countries() -> list[tuple[str, str]]:
    """Return the countries whose holidays are known, as code and name, by name."""
    return sorted(_countries().items(), key=itemgetter(1))


def subdivisions(country: str) -> list[tuple[str, str]]:
    """Return the parts of a country that have holidays of their own, as code and name."""
    return sorted(_subdivisions(country).items(), key=itemgetter(1))


@cache
def _calendar(country: str, subdivision: str, year: int) -> Mapping[date, str]:
    """Return the holidays of a year by day; none for a country that the library does not know."""
    # Importing the library takes a while: a workspace without a country does not wait for it.
    if not country or country not in _countries():
        return {}
    import holidays

    part = subdivision if subdivision in _subdivisions(country) else None
    return dict(
        holidays.country_holidays(country, subdiv=part, years=year, language=_language(country))
    )


@cache
def _language(country: str) -> str | None:
    """Return the language of the holidays' names; None is the country's own."""
    import holidays

    languages = holidays.list_localized_countries().get(country, [])
    return LANGUAGE if LANGUAGE in languages else None


@cache
def _countries() -> Mapping[str, str]:
    import holidays
    from holidays.registry import COUNTRIES

    supported = holidays.list_supported_countries(include_aliases=False)
    return {code: _spaced(name) for name, code, *_more in COUNTRIES.values() if code in supported}


@cache
def _subdivisions(country: str) -> Mapping[str, str]:
    if country not in _countries():
        return {}
    import holidays

    calendar = holidays.country_holidays(country)
    names: dict[str, str] = {}
    for name, code in _aliases(calendar):
        names.setdefault(code, name)
    return {code: names.get(code, code) for code in calendar.subdivisions}


def _aliases(calendar: object) -> Iterator[tuple[str, str]]:
    # Not every country has names for its parts.
    yield from getattr(calendar, "subdivisions_aliases", {}).items()


def _spaced(name: str) -> str:
    """Turn BosniaAndHerzegovina into Bosnia and Herzegovina."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return re.sub(r"\b(And|The|Of)\b", lambda match: match[0].lower(), words)
