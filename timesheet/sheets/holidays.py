"""Days on which a workspace does not work: those of a country's calendar, and its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache

from timesheet.models import WorkspacePolicy

# How far ahead an admin is shown what is to come.
AHEAD = timedelta(days=366)
LANGUAGE = "en_US"


def days_off(workspace_policy: WorkspacePolicy, start: date, end: date) -> dict[date, str]:
    """The days from `start` to `end`, both included, by name."""
    found = {
        day: name
        for year in range(start.year, end.year + 1)
        for day, name in _calendar(
            workspace_policy.country, workspace_policy.subdivision, year
        ).items()
    }
    found |= {date.fromisoformat(day): name for day, name in workspace_policy.own_days}
    return {day: found[day] for day in sorted(found) if start <= day <= end}


def to_come(workspace_policy: WorkspacePolicy, today: date) -> dict[date, str]:
    return days_off(workspace_policy, today, today + AHEAD)


def countries() -> list[tuple[str, str]]:
    """Those whose holidays are known, by code and name, in the order of their names."""
    return sorted(_countries().items(), key=lambda one: one[1])


def subdivisions(country: str) -> list[tuple[str, str]]:
    """The parts of a country that have holidays of their own, by code and name."""
    return sorted(_subdivisions(country).items(), key=lambda one: one[1])


@cache
def _calendar(country: str, subdivision: str, year: int) -> Mapping[date, str]:
    """None of a country that the library does not know, or does not know any more."""
    # Loading it takes a while, which a workspace without a country need not wait for.
    if not country or country not in _countries():
        return {}
    import holidays

    part = subdivision if subdivision in _subdivisions(country) else None
    return dict(
        holidays.country_holidays(country, subdiv=part, years=year, language=_language(country))
    )


@cache
def _language(country: str) -> str | None:
    """None for the country's own, where there is no other."""
    import holidays

    known = holidays.list_localized_countries().get(country, [])
    return LANGUAGE if LANGUAGE in known else None


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

    known = holidays.country_holidays(country)
    names: dict[str, str] = {}
    for name, code in _aliases(known):
        names.setdefault(code, name)
    return {code: names.get(code, code) for code in known.subdivisions}


def _aliases(known: object) -> Iterator[tuple[str, str]]:
    # Not every country has names for its parts.
    yield from getattr(known, "subdivisions_aliases", {}).items()


def _spaced(name: str) -> str:
    """BosniaAndHerzegovina as it is written."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return re.sub(r"\b(And|The|Of)\b", lambda found: found[0].lower(), words)
