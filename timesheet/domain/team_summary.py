"""What a team's week adds up to: submitted weeks, hours, capacity, utilization, billable hours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from timesheet.domain.approval import Status
from timesheet.domain.grid import Day
from timesheet.domain.target import Target, Total
from timesheet.domain.team_week import PersonWeek


@dataclass(frozen=True)
class TeamSummary:
    """Sums over a team's week.

    Hours, capacity and shares are of people whose hours and days off are known.
    """

    people: int
    # People whose hours and days off are known.
    known: int
    # People whose week is submitted or approved.
    submitted: int
    minutes: int
    # Target minutes of the whole week, after days off.
    capacity: int
    # Minutes that are missing so far, and how many people they are missing from.
    missing: int
    short: int
    # Billable minutes; None if Asana left the billable status out of an entry.
    billable: int | None
    days: tuple[Total, ...]

    @property
    def is_complete(self) -> bool:
        """Whether everybody's hours and days off are known."""
        return self.known == self.people

    @property
    def utilization(self) -> int | None:
        """Hours in whole percent of the capacity; None without any capacity."""
        return percent(self.minutes, self.capacity)

    @property
    def billable_utilization(self) -> int | None:
        """Billable hours in whole percent of the capacity; None if one of them is not known."""
        return None if self.billable is None else percent(self.billable, self.capacity)

    @property
    def billable_share(self) -> int | None:
        """Billable hours in whole percent of the hours; None if that is not known."""
        return None if self.billable is None else percent(self.billable, self.minutes)


def summarize(weeks: Sequence[PersonWeek]) -> TeamSummary:
    """Return the sums over the weeks of a team."""
    known = [week for week in weeks if week.is_known]
    short = [week for week in known if week.missing]
    billable = [week.billable for week in known if week.total.minutes]
    return TeamSummary(
        people=len(weeks),
        known=len(known),
        submitted=sum(week.status in (Status.SUBMITTED, Status.APPROVED) for week in weeks),
        minutes=sum(week.total.minutes for week in known),
        capacity=sum(week.total.target.minutes for week in known),
        missing=sum(week.missing for week in short),
        short=len(short),
        billable=_sum(billable),
        days=tuple(_sum_of_days(days) for days in zip(*(week.days for week in known), strict=True))
        or tuple(Total(0, Target()) for _day in range(7)),
    )


def percent(part: int, whole: int) -> int | None:
    """Return `part` in whole percent of `whole`; None where `whole` is 0."""
    return round(100 * part / whole) if whole else None


def _sum(values: Iterable[int | None]) -> int | None:
    total = 0
    for value in values:
        if value is None:
            return None
        total += value
    return total


def _sum_of_days(days: Sequence[Day]) -> Total:
    minutes = sum(day.total.minutes for day in days)
    return Total(minutes, Target(sum(day.total.target.minutes for day in days)))
