"""Saves the timesheet approval statuses and the out-of-office entries."""

from __future__ import annotations

from datetime import timedelta

from sandbox.models import OutOfOffice, Timesheet
from sandbox.seed_data.bulk import bulk_save, seed_gids, utc
from sandbox.seed_data.organisation import Organisation
from sandbox.seed_data.people import REJECTION, TIMESHEETS
from sandbox.seed_data.plans import PersonPlan


def save_timesheets(organisation: Organisation) -> None:
    """Save the weeks that have an approval status."""
    bulk_save(
        [
            _timesheet(organisation, person, weeks_back, gid)
            for (person, weeks_back), gid in zip(
                _weeks_with_timesheet(organisation), seed_gids("timesheet"), strict=False
            )
        ]
    )


def _weeks_with_timesheet(organisation: Organisation) -> list[tuple[PersonPlan, int]]:
    return [
        (person, weeks_back)
        for weeks_back in reversed(range(organisation.plan.weeks))
        for person in organisation.plan.people
        if _status(person, weeks_back)
    ]


def _status(person: PersonPlan, weeks_back: int) -> str:
    """Return the status of a week, empty for none.

    People who fill their weeks have all but the last two approved; last week is still open.
    """
    status = ""
    if weeks_back >= 2 and person.work_pattern in ("full", "long", "half"):
        status = "SUBMITTED" if weeks_back == 2 else "APPROVED"
    return TIMESHEETS.get((person.slug, weeks_back), status)


def _timesheet(
    organisation: Organisation, person: PersonPlan, weeks_back: int, gid: str
) -> Timesheet:
    monday = organisation.monday - timedelta(weeks=weeks_back)
    status = _status(person, weeks_back)
    return Timesheet(
        gid=gid,
        person=organisation.people[person.slug],
        workspace=organisation.workspaces[person.home],
        start_date=monday,
        end_date=monday + timedelta(days=6),
        approval_status=status,
        message=REJECTION if status == "REJECTED" else "",
        created_at=min(utc(monday + timedelta(days=4), 15), utc(organisation.today, 0)),
    )


def save_time_off(organisation: Organisation) -> None:
    """Save the out-of-office entries."""
    absences = [(person, off) for person in organisation.plan.people for off in person.time_off]
    bulk_save(
        [
            OutOfOffice(
                gid=gid,
                person=organisation.people[person.slug],
                workspace=organisation.workspaces[person.home],
                start_date=organisation.monday + timedelta(days=off.first),
                end_date=organisation.monday + timedelta(days=off.last),
            )
            for (person, off), gid in zip(absences, seed_gids("ooo"), strict=False)
        ]
    )
