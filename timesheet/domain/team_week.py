"""A team's week: how each person's stands, what is odd about it, and what needs attention first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import blake2b

from accounts.asana.records import AsanaUser, Entry
from timesheet.domain.approval import Status
from timesheet.domain.grid import Day
from timesheet.domain.target import Target, Total
from timesheet.domain.week import Week

# More than this on one day is worth a question; in minutes.
LONG_DAY = 12 * 60


class FlagKind(StrEnum):
    SHORT = "short"
    OVER = "over"
    LONG_DAY = "long_day"
    WEEKEND = "weekend"
    DAY_OFF = "day_off"
    TWICE = "twice"
    NO_NOTE = "no_note"
    CHANGED = "changed"
    ONE_DAY = "one_day"


@dataclass(frozen=True)
class Flag:
    """What is odd, by how many minutes, and on which days, where that says more."""

    kind: FlagKind
    minutes: int = 0
    days: tuple[date, ...] = ()


class WeekFilter(StrEnum):
    """What a team can be narrowed to."""

    MISSING = "missing"
    OVER = "over"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"


@dataclass(frozen=True)
class PersonWeek:
    """One person's week as their manager sees it.

    `hidden` when Asana shows none of their hours to the manager: then nothing is known of them.
    `unsure` when it has never shown any. `days_off_known` is False until Asana has been asked.
    `due` are the minutes wanted of the days that are over, or of all once the week is handed in.
    `billable` is None where Asana did not tell it of every entry.
    """

    person: AsanaUser
    days: tuple[Day, ...]
    due: int
    status: Status = Status.DRAFT
    flags: tuple[Flag, ...] = ()
    billable: int | None = None
    fingerprint: str = ""
    hidden: bool = False
    never_visible: bool = False
    days_off_known: bool = True
    message: str = ""

    @property
    def total(self) -> Total:
        wanted = sum(day.total.target.minutes for day in self.days)
        return Total(sum(day.total.minutes for day in self.days), Target(wanted))

    @property
    def missing(self) -> int:
        return 0 if self.hidden else max(self.due - self.total.minutes, 0)

    @property
    def is_short(self) -> bool:
        """Hours are missing for sure, and can still be typed."""
        return self.may_be_short and self.days_off_known

    @property
    def may_be_short(self) -> bool:
        """Hours are missing, unless days off that are not known yet excuse it."""
        return bool(self.missing) and not self.status.locks

    @property
    def over(self) -> int:
        return 0 if self.hidden else self.total.over

    @property
    def billable_share(self) -> int | None:
        """In whole percent; None where there are no hours to have a share of, or it is not told."""
        minutes = self.total.minutes
        told = minutes and self.billable is not None
        return round(100 * (self.billable or 0) / minutes) if told else None

    @property
    def is_clean(self) -> bool:
        """Handed in, seen, and nothing to ask about."""
        waits = self.status is Status.SUBMITTED
        known = not self.hidden and not self.never_visible and self.days_off_known
        return waits and known and not self.flags

    def is_shown(self, show: WeekFilter | None) -> bool:
        match show:
            case None:
                return True
            case WeekFilter.MISSING:
                return bool(self.missing)
            case WeekFilter.OVER:
                return bool(self.over)
            case WeekFilter.SUBMITTED:
                return self.status is Status.SUBMITTED
            case WeekFilter.APPROVED:
                return self.status is Status.APPROVED
            case WeekFilter.RETURNED:
                return self.status is Status.REJECTED


def assess_week(
    person: AsanaUser,
    week: Week,
    entries: Sequence[Entry],
    targets: Sequence[Target],
    today: date,
    *,
    status: Status = Status.DRAFT,
    mark_then: str = "",
    notes_required: bool = False,
) -> PersonWeek:
    """The week of somebody whose hours can be seen. `mark_then` is what `mark_of` gave when they
    handed it in, where that is known."""
    minutes = Counter[date]()
    for entry in entries:
        minutes[entry.entered_on] += entry.duration_minutes
    days = tuple(
        Day(day, Total(minutes[day], target))
        for day, target in zip(week.days, targets, strict=True)
    )
    due = sum(day.total.target.minutes for day in days if day.day < today or status.locks)
    looked = PersonWeek(
        person,
        days,
        due,
        status,
        billable=_billable(entries),
        fingerprint=fingerprint_of(entries),
    )
    found = [
        *_of_total(looked),
        *_of_days(days),
        *_of_entries(entries, notes_required=notes_required),
    ]
    if mark_then and status.locks and mark_then != looked.fingerprint:
        found.append(Flag(FlagKind.CHANGED))
    return PersonWeek(**{**vars(looked), "flags": tuple(found)})


def fingerprint_of(entries: Iterable[Entry]) -> str:
    """Changes with the hours of a week. What not every list tells of an entry does not count, so
    that it is the same for whoever reads them."""
    told = sorted(
        f"{entry.gid}={entry.duration_minutes}@{entry.entered_on.isoformat()}" for entry in entries
    )
    return blake2b(" ".join(told).encode(), digest_size=8).hexdigest()


def _billable(entries: Sequence[Entry]) -> int | None:
    if any(entry.billable_status is None for entry in entries):
        return None
    return sum(one.duration_minutes for one in entries if one.billable_status == "billable")


def by_attention(weeks: Iterable[PersonWeek]) -> list[PersonWeek]:
    """Who is missing first, the most first; then what waits for a decision, the odd before the
    rest; what is approved comes last."""
    return sorted(weeks, key=_attention)


def _attention(week: PersonWeek) -> tuple[int, int, str, str]:
    waits = week.status is Status.SUBMITTED
    if week.status is Status.APPROVED:
        place = 6
    elif week.hidden:
        place = 5
    elif week.missing and not waits:
        place = 0
    elif waits:
        place = 1 if week.flags else 2
    elif week.status is Status.REJECTED or week.flags:
        place = 3
    else:
        place = 4
    return (place, -week.missing, week.person.name.casefold(), week.person.gid)


def _of_total(week: PersonWeek) -> Iterable[Flag]:
    if week.missing:
        yield Flag(FlagKind.SHORT, week.missing)
    if week.over:
        yield Flag(FlagKind.OVER, week.over)
    worked = [day for day in week.days if day.total.minutes]
    if len(worked) == 1 and worked[0].total.minutes > max(worked[0].total.target.minutes, 1):
        yield Flag(FlagKind.ONE_DAY, worked[0].total.minutes, (worked[0].day,))


def _of_days(days: Iterable[Day]) -> Iterable[Flag]:
    worked = [day for day in days if day.total.minutes]
    kinds = {
        FlagKind.LONG_DAY: [day for day in worked if day.total.minutes > LONG_DAY],
        FlagKind.DAY_OFF: [day for day in worked if day.total.target.off],
        FlagKind.WEEKEND: [
            day
            for day in worked
            if day.day.weekday() >= 5 and not day.total.target.off and not day.total.target.minutes
        ],
    }
    for kind, odd in kinds.items():
        if odd:
            minutes = sum(day.total.minutes for day in odd)
            yield Flag(kind, minutes, tuple(day.day for day in odd))


def _of_entries(entries: Sequence[Entry], *, notes_required: bool) -> Iterable[Flag]:
    """Of entries whose task a list left out nothing can be said."""
    told = [entry for entry in entries if entry.task]
    alike = Counter(
        (one.task.gid, one.entered_on, one.duration_minutes) for one in told if one.task
    )
    twice = sorted({day for (_task, day, _minutes), number in alike.items() if number > 1})
    if twice:
        yield Flag(FlagKind.TWICE, days=tuple(twice))
    bare = sorted({one.entered_on for one in told if not one.description})
    if notes_required and bare:
        yield Flag(FlagKind.NO_NOTE, days=tuple(bare))
