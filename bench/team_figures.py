"""Compares three weeks of the team page with the sandbox's API: on the first load of a page that
has never been read, in the rows that stream in after it, and when everything is known.

The API's raw entries, time off and statuses are added up here, without the timesheet's code.
One person's capacity changes within the second week, and another has half a day off in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from html import unescape
from typing import Any

BEN = "1201000000000002"
FULL_DAY, HALF_TIME = 480, 240
# Statuses of weeks whose days all count, whether they are over or not.
HANDED_IN = ("SUBMITTED", "APPROVED")
# What a row shows: logged and expected minutes, minutes missing, and the share that is billable.
Row = tuple[int, int, int, int | None]


@dataclass(frozen=True)
class Truth:
    """One person's week as the API tells it; minutes by day, Monday's first."""

    logged: tuple[int, ...]
    expected: tuple[int, ...]
    billable: int
    status: str
    due: int

    @property
    def missing(self) -> int:
        """Minutes below those of the days that count."""
        return max(self.due - sum(self.logged), 0)

    @property
    def row(self) -> Row:
        """What the row of the person has to show."""
        total = sum(self.logged)
        return total, sum(self.expected), self.missing, share(self.billable, total)


def compare_teams(browser: Any, api: Any, comparison: Any, workspace: str) -> None:
    """Compare the team's week before last, last week and this week, each on a cold cache."""
    from django.core.cache import cache

    today = date.today()  # noqa: DTZ011 - the sandbox's days are this machine's
    mondays = [today - timedelta(days=today.weekday(), weeks=weeks) for weeks in (2, 1, 0)]
    change = mondays[1] + timedelta(days=2)
    change_capacities(browser, workspace, change, half_day=mondays[1] + timedelta(days=1))
    for monday in mondays:
        cache.clear()
        truths = {
            gid: truth_of(api, workspace, gid, monday, today, change)
            for gid in members(api, workspace)
        }
        statuses = statuses_of(api, workspace, monday)
        truths = {gid: handed_in(truth, statuses.get(gid, "")) for gid, truth in truths.items()}
        compare_week(browser, comparison, f"/{workspace}/team/{monday:%G-W%V}/", truths)


def change_capacities(browser: Any, workspace: str, change: date, *, half_day: date) -> None:
    """Let Ben work half days from a day on, and give him half a day off before that."""
    hours = {f"hours_{weekday}": "4" if weekday < 5 else "" for weekday in range(7)}
    values = {"person": BEN, "starts_on": f"{change}", **hours}
    browser.post(f"/{workspace}/roles/capacity/", values)
    browser.post(f"/{workspace}/capacity/{BEN}/half-day/", {"day": f"{half_day}"})


def members(api: Any, workspace: str) -> set[str]:
    """Return the gids of everybody in the workspace."""
    memberships = api.all(f"/workspaces/{workspace}/workspace_memberships")
    return {each["user"]["gid"] for each in memberships}


def truth_of(api: Any, workspace: str, gid: str, monday: date, today: date, change: date) -> Truth:
    """Return a person's week as a draft, from the API alone."""
    days = [monday + timedelta(days=weekday) for weekday in range(7)]
    span = {"entered_on_start_date": f"{days[0]}", "entered_on_end_date": f"{days[6]}"}
    entries = api.all(
        "/time_tracking_entries",
        user=gid,
        workspace=workspace,
        opt_fields="duration_minutes,entered_on,billable_status",
        **span,
    )
    off = api.all("/ooo_entries", user=gid, workspace=workspace)
    logged = tuple(
        sum(one["duration_minutes"] for one in entries if one["entered_on"] == f"{day}")
        for day in days
    )
    expected = tuple(expected_on(day, gid, off, change) for day in days)
    return Truth(
        logged,
        expected,
        sum(one["duration_minutes"] for one in entries if one["billable_status"] == "billable"),
        "",
        sum(minutes for day, minutes in zip(days, expected, strict=True) if day < today),
    )


def expected_on(day: date, gid: str, off: list[dict[str, Any]], change: date) -> int:
    """Return what a person is expected to work on a day."""
    if day.weekday() > 4 or any(one["start_date"] <= f"{day}" <= one["end_date"] for one in off):
        return 0
    if gid != BEN:
        return FULL_DAY
    is_half_day = day == change - timedelta(days=1)
    return HALF_TIME if day >= change or is_half_day else FULL_DAY


def statuses_of(api: Any, workspace: str, monday: date) -> dict[str, str]:
    """Return the approval statuses of a week, by the gid of its person."""
    records = api.all(
        "/timesheet_approval_statuses",
        workspace=workspace,
        from_date=f"{monday}",
        to_date=f"{monday}",
        opt_fields="approval_status,user.gid",
    )
    return {record["user"]["gid"]: record["approval_status"] for record in records}


def handed_in(truth: Truth, status: str) -> Truth:
    """Return the week with its status: of one that was handed in all days count."""
    due = sum(truth.expected) if status in HANDED_IN else truth.due
    return Truth(truth.logged, truth.expected, truth.billable, status, due)


def compare_week(browser: Any, comparison: Any, address: str, truths: Mapping[str, Truth]) -> None:
    """Compare one week: its first load, the rows that stream in, and the complete page."""
    response = browser.get(address)
    week = response.context["team"].week
    compare_page(response, comparison, f"{week}, first load", truths)
    steps = 0
    streamed: dict[str, Row] = {}
    while refresh := response.context["refresh"]:
        steps += 1
        query = {"fresh": "1", "again": refresh.number, "left": refresh.left, "cold": "1"}
        response = browser.get(address, query, headers={"HX-Request": "true"})
        streamed |= shown_rows(response, truths)
    wanted = {gid: truths[gid].row for gid in streamed}
    comparison.check(f"{week}: {len(streamed)} rows that came in {steps} steps", streamed, wanted)
    response = browser.get(address)
    number = compare_page(response, comparison, f"{week}, complete", truths)
    comparison.check(
        f"{week}: everybody is known whose hours Asana shows",
        number,
        sum(not one.hidden for one in response.context["team"].people),
    )
    rows: dict[str, Row] = {}
    for page in range(1, response.context["page"].paginator.num_pages + 1):
        rows |= shown_rows(browser.get(address, {"page": page}), truths)
    wanted = {gid: truths[gid].row for gid in rows}
    comparison.check(f"{week}: all {len(rows)} rows of all pages", rows, wanted)
    short = {gid for gid, truth in truths.items() if truth.missing and gid in rows}
    filtered = browser.get(address, {"show": "missing"}).context["page"].paginator.count
    comparison.check(f"{week}: the filter of missing hours has {len(short)}", filtered, len(short))


def compare_page(response: Any, comparison: Any, name: str, truths: Mapping[str, Truth]) -> int:
    """Compare the summary, the totals by day and the rows of a page; return of how many it tells.

    The figures are those of the people who are known so far, and the page says of how many.
    """
    team = response.context["team"]
    known = [truths[week.person.gid] for week in team.people if week.is_known]
    html = response.content.decode()
    ours, asanas = figures_of(html), expected_figures(known, len(team.people), truths, team)
    comparison.check(f"{name}: summary and totals of {len(known)} people", ours, asanas)
    rows = shown_rows(response, truths)
    wanted = {gid: truths[gid].row for gid in rows}
    comparison.check(f"{name}: {len(rows)} rows", rows, wanted)
    return len(known)


def expected_figures(
    known: list[Truth], people: int, truths: Mapping[str, Truth], team: Any
) -> dict[str, Any]:
    """Return what the summary and the row of totals have to show."""
    logged = sum(sum(truth.logged) for truth in known)
    expected = sum(sum(truth.expected) for truth in known)
    billable = sum(truth.billable for truth in known)
    gids = {week.person.gid for week in team.people}
    handed = sum(truths[gid].status in HANDED_IN for gid in gids)
    return {
        "submitted": (handed, people),
        "hours": (logged, expected),
        "missing": (
            sum(truth.missing for truth in known),
            sum(bool(truth.missing) for truth in known),
        ),
        "utilization": (share(logged, expected), share(billable, expected)),
        "billable": share(billable, logged),
        "days": [sum(truth.logged[day] for truth in known) for day in range(7)],
    }


def figures_of(html: str) -> dict[str, Any]:
    """Read the summary and the row of totals from a page."""
    cards = re.findall(r"<dd[^>]*>(.*?)</dd>", part(html, 'id="team-summary"', "</dl>"), re.DOTALL)
    submitted, hours, missing, utilization, billable = map(text_of, cards)
    totals = part(html, 'id="team-totals"', "</tr>")
    days = re.findall(r'<td class="day">(.*?)</td>', totals)
    numbers = re.findall(r"\d+", submitted)
    short = re.search(r"(\d+) (?:person|people)", missing)
    return {
        "submitted": (int(numbers[0]), int(numbers[1])),
        "hours": tuple(times_in(hours)),
        "missing": (times_in(missing)[0], int(short[1]) if short else 0),
        "utilization": tuple([*percents_in(utilization), None, None][:2]),
        "billable": next(iter(percents_in(billable)), None),
        "days": [times_in(day)[0] for day in days],
    }


def shown_rows(response: Any, truths: Mapping[str, Truth]) -> dict[str, Row]:
    """Read the rows of a page whose hours and time off are known, by gid."""
    known = {week.person.gid for week in response.context["team"].people if week.is_known}
    rows = {}
    for gid, html in row_pieces(response.content.decode()):
        if gid not in known or gid not in truths:
            continue
        total, billable = re.findall(r'<td class="sum">(.*?)</td>', html, re.DOTALL)
        logged, expected = times_in(text_of(total))
        flags = text_of(part(html, '<td class="odd">', "</td>"))
        missing = re.search(r"(\d+:\d\d) missing", flags)
        rows[gid] = (
            logged,
            expected,
            times_in(missing[1])[0] if missing else 0,
            next(iter(percents_in(text_of(billable))), None),
        )
    return rows


def row_pieces(html: str) -> Iterator[tuple[str, str]]:
    """Yield the gid and the HTML of each person's row."""
    yield from re.findall(r'<tr\s+id="person-(\d+)"(.*?)</tr>', html, re.DOTALL)


def part(html: str, start: str, end: str) -> str:
    """Return what stands between two pieces of a page."""
    return html.partition(start)[2].partition(end)[0]


def text_of(html: str) -> str:
    """Return the text of a piece of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def times_in(text: str) -> list[int]:
    """Return the durations of a text in minutes."""
    return [int(h) * 60 + int(m) for h, m in re.findall(r"(\d+):(\d\d)", text)]


def percents_in(text: str) -> list[int]:
    """Return the percentages of a text."""
    return [int(number) for number in re.findall(r"(\d+)\s*%", text)]


def share(part_of: int, whole: int) -> int | None:
    """Return a part in whole percent."""
    return round(100 * part_of / whole) if whole else None
