"""Saves the timesheet approval statuses and the days off."""

from __future__ import annotations

from datetime import timedelta

from sandbox.models import OutOfOffice, Timesheet
from sandbox.seed_data.bulk import at, gids, save
from sandbox.seed_data.organisation import Firm
from sandbox.seed_data.people import REJECTION, TIMESHEETS
from sandbox.seed_data.plans import PersonPlan


def save_timesheets(firm: Firm) -> None:
    save(
        [
            _timesheet(firm, person, back, gid)
            for (person, back), gid in zip(_with_timesheet(firm), gids("timesheet"), strict=False)
        ]
    )


def _with_timesheet(firm: Firm) -> list[tuple[PersonPlan, int]]:
    return [
        (person, back)
        for back in reversed(range(firm.plan.weeks))
        for person in firm.plan.people
        if _status(person, back)
    ]


def _status(person: PersonPlan, back: int) -> str:
    """Those who fill their weeks have all but the last two approved; last week is still open."""
    ruled = ""
    if back >= 2 and person.habit in ("full", "long", "half"):
        ruled = "SUBMITTED" if back == 2 else "APPROVED"
    return TIMESHEETS.get((person.slug, back), ruled)


def _timesheet(firm: Firm, person: PersonPlan, back: int, gid: str) -> Timesheet:
    monday = firm.monday - timedelta(weeks=back)
    status = _status(person, back)
    return Timesheet(
        gid=gid,
        person=firm.people[person.slug],
        workspace=firm.workspaces[person.home],
        start_date=monday,
        end_date=monday + timedelta(days=6),
        approval_status=status,
        message=REJECTION if status == "REJECTED" else "",
        created_at=min(at(monday + timedelta(days=4), 15), at(firm.today, 0)),
    )


def save_time_off(firm: Firm) -> None:
    absences = [(person, off) for person in firm.plan.people for off in person.time_off]
    save(
        [
            OutOfOffice(
                gid=gid,
                person=firm.people[person.slug],
                workspace=firm.workspaces[person.home],
                start_date=firm.monday + timedelta(days=off.first),
                end_date=firm.monday + timedelta(days=off.last),
            )
            for (person, off), gid in zip(absences, gids("ooo"), strict=False)
        ]
    )
