"""A team's week: the status and the flags of each person's week, and what needs attention first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import blake2b

from accounts.asana.records import AsanaUser, Entry, UnreadableRecord
from timesheet.domain.approval import Status
from timesheet.domain.grid import Day
from timesheet.domain.target import Target, Total
from timesheet.domain.week import Week

# A day with more minutes than this is flagged.
LONG_DAY = 12 * 60
# Nobody is reminded of the same week twice within this time.
NOT_AGAIN_WITHIN = timedelta(hours=12)


class FlagKind(StrEnum):
    """The kinds of flags; `team.messages` has the sentences for people."""

    SHORT = "short"
    OVER = "over"
    LONG_DAY = "long_day"
    WEEKEND = "weekend"
    DAY_OFF = "day_off"
    TWICE = "twice"
    NO_NOTE = "no_note"
    CHANGED = "changed"
    ONE_DAY = "one_day"
    UNREAD = "unread"


@dataclass(frozen=True)
class Flag:
    """Something about a week that a manager should look at."""

    kind: FlagKind
    # The minutes it is about; 0 for kinds that are not about minutes.
    minutes: int = 0
    # The days it is about; empty for the week as a whole.
    days: tuple[date, ...] = ()
    # How many entries it is about, for kinds that count them.
    count: int = 0


class WeekFilter(StrEnum):
    """The filters of a team's page."""

    MISSING = "missing"
    OVER = "over"
    FLAGS = "flags"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"


@dataclass(frozen=True)
class PersonWeek:
    """One person's week as their manager sees it."""

    person: AsanaUser
    days: tuple[Day, ...]
    # Target minutes of the days that are over; of all days once the week is submitted.
    due: int
    status: Status = Status.DRAFT
    flags: tuple[Flag, ...] = ()
    # Billable minutes; None if Asana left the billable status out of an entry.
    billable: int | None = None
    # See `fingerprint_of`.
    fingerprint: str = ""
    # Asana shows the manager none of their hours, so nothing is known of them.
    hidden: bool = False
    # Asana has never shown the manager any of their hours.
    never_visible: bool = False
    # False until Asana has been asked for their days off. Until then nothing is called missing,
    # over or logged on a day off.
    days_off_known: bool = True
    # The hours have not been read from Asana yet.
    pending: bool = False
    # Entries that Asana listed and that could not be read: the hours are not complete.
    unread: int = 0
    # The reason that the manager gave when they sent the week back.
    message: str = ""
    # When the week got its status, where that is known here.
    status_at: datetime | None = None
    # When the person was last reminded of the week.
    reminded_at: datetime | None = None

    def is_just_reminded(self, now: datetime) -> bool:
        """Tell whether it is too early to remind the person of this week again."""
        return self.reminded_at is not None and self.reminded_at > now - NOT_AGAIN_WITHIN

    @property
    def total(self) -> Total:
        """The minutes of the week beside the sum of its targets."""
        target = sum(day.total.target.minutes for day in self.days)
        return Total(sum(day.total.minutes for day in self.days), Target(target))

    @property
    def is_known(self) -> bool:
        """Whether the hours and the days off of the week are known."""
        return not self.pending and not self.hidden and self.days_off_known

    @property
    def missing(self) -> int:
        """Minutes below those due; 0 while that is not known."""
        return max(self.due - self.total.minutes, 0) if self.is_known else 0

    @property
    def is_short(self) -> bool:
        """Whether hours are missing for certain, and can still be logged."""
        return bool(self.missing) and not self.status.locks and not self.unread

    @property
    def may_be_short(self) -> bool:
        """Whether hours are missing, unless days off that are not known yet explain it."""
        is_below = self.due > self.total.minutes
        return is_below and not self.hidden and not self.pending and not self.status.locks

    @property
    def over(self) -> int:
        """Minutes above the target; 0 while that is not known."""
        return self.total.over if self.is_known else 0

    @property
    def billable_share(self) -> int | None:
        """Billable minutes in whole percent; None without hours, or if it is not known."""
        minutes = self.total.minutes
        if not minutes or self.billable is None:
            return None
        return round(100 * self.billable / minutes)

    @property
    def is_clean(self) -> bool:
        """Whether the week is submitted and can be approved at once: no flags, and all is known."""
        is_submitted = self.status is Status.SUBMITTED
        return is_submitted and self.is_known and not self.never_visible and not self.flags

    @property
    def reviewable_flags(self) -> tuple[Flag, ...]:
        """The flags besides missing hours, which have a filter of their own."""
        return tuple(flag for flag in self.flags if flag.kind is not FlagKind.SHORT)

    def matches(self, show: WeekFilter | None) -> bool:
        """Return whether the week passes a filter; None lets every week pass."""
        match show:
            case None:
                return True
            case WeekFilter.MISSING:
                return bool(self.missing)
            case WeekFilter.OVER:
                return bool(self.over)
            case WeekFilter.FLAGS:
                return bool(self.reviewable_flags)
            case WeekFilter.DRAFT:
                return self.status is Status.DRAFT
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
    submitted_fingerprint: str = "",
    notes_required: bool = False,
    unreadable: Collection[UnreadableRecord] = (),
    days_off_known: bool = True,
) -> PersonWeek:
    """Return the week of a person whose hours the manager can see, with its flags.

    `submitted_fingerprint` is what `fingerprint_of` returned for the hours that were submitted,
    empty if that is not known. `unreadable` are further entries, which could not be read.
    """
    days = _days(week, entries, targets)
    due = sum(day.total.target.minutes for day in days if day.day < today or status.locks)
    person_week = PersonWeek(
        person,
        days,
        due,
        status,
        billable=billable_minutes(entries),
        fingerprint=fingerprint_of(entries),
        days_off_known=days_off_known,
        unread=len(unreadable),
    )
    flags = [
        *_week_flags(person_week),
        *_day_flags(days),
        *_entry_flags(entries, notes_required=notes_required),
    ]
    if status.locks and submitted_fingerprint not in ("", person_week.fingerprint):
        flags.append(Flag(FlagKind.CHANGED))
    return replace(person_week, flags=(*flags, *_unread_flags(unreadable)))


def _days(week: Week, entries: Sequence[Entry], targets: Sequence[Target]) -> tuple[Day, ...]:
    minutes = Counter[date]()
    for entry in entries:
        minutes[entry.entered_on] += entry.duration_minutes
    return tuple(
        Day(day, Total(minutes[day], target))
        for day, target in zip(week.days, targets, strict=True)
    )


def _unread_flags(unreadable: Collection[UnreadableRecord]) -> list[Flag]:
    if not unreadable:
        return []
    minutes = sum(record.minutes or 0 for record in unreadable)
    return [Flag(FlagKind.UNREAD, minutes, count=len(unreadable))]


def fingerprint_of(entries: Iterable[Entry]) -> str:
    """Return 16 hex digits that change with the hours of a week.

    They are the same for everybody who reads the hours: fields that some of Asana's lists leave
    out do not count.
    """
    lines = sorted(
        f"{entry.gid}={entry.duration_minutes}@{entry.entered_on.isoformat()}" for entry in entries
    )
    return blake2b(" ".join(lines).encode(), digest_size=8).hexdigest()


def billable_minutes(entries: Sequence[Entry]) -> int | None:
    """Return the billable minutes; None if Asana left the billable status out of an entry."""
    if any(entry.billable_status is None for entry in entries):
        return None
    return sum(entry.duration_minutes for entry in entries if entry.billable_status == "billable")


def sort_by_attention(weeks: Iterable[PersonWeek]) -> list[PersonWeek]:
    """Sort weeks by how much they need the manager.

    Weeks with missing hours are first, the most missing on top; then submitted weeks, those with
    flags before the others. Approved weeks are last.
    """
    return sorted(weeks, key=_attention)


def _attention(week: PersonWeek) -> tuple[int, int, str, str]:
    is_submitted = week.status is Status.SUBMITTED
    if week.status is Status.APPROVED:
        rank = 6
    elif week.hidden or week.pending:
        rank = 5
    elif week.missing and not is_submitted:
        rank = 0
    elif is_submitted:
        rank = 1 if week.flags else 2
    elif week.status is Status.REJECTED or week.flags:
        rank = 3
    else:
        rank = 4
    return (rank, -week.missing, week.person.name.casefold(), week.person.gid)


def _week_flags(week: PersonWeek) -> Iterable[Flag]:
    if week.missing:
        yield Flag(FlagKind.SHORT, week.missing)
    if week.over:
        yield Flag(FlagKind.OVER, week.over)
    worked = [day for day in week.days if day.total.minutes]
    if (
        week.is_known
        and len(worked) == 1
        and worked[0].total.minutes > max(worked[0].total.target.minutes, 1)
    ):
        yield Flag(FlagKind.ONE_DAY, worked[0].total.minutes, (worked[0].day,))


def _day_flags(days: Iterable[Day]) -> Iterable[Flag]:
    worked = [day for day in days if day.total.minutes]
    flagged_days = {
        FlagKind.LONG_DAY: [day for day in worked if day.total.minutes > LONG_DAY],
        FlagKind.DAY_OFF: [day for day in worked if day.total.target.off],
        FlagKind.WEEKEND: [
            day
            for day in worked
            if day.day.weekday() >= 5 and not day.total.target.off and not day.total.target.minutes
        ],
    }
    for kind, flagged in flagged_days.items():
        if flagged:
            minutes = sum(day.total.minutes for day in flagged)
            yield Flag(kind, minutes, tuple(day.day for day in flagged))


def _entry_flags(entries: Sequence[Entry], *, notes_required: bool) -> Iterable[Flag]:
    """Yield flags of single entries; those whose task Asana left out are not judged."""
    complete = [entry for entry in entries if entry.task]
    counts = Counter(
        (entry.task.gid, entry.entered_on, entry.duration_minutes)
        for entry in complete
        if entry.task
    )
    doubled = sorted({day for (_task, day, _minutes), count in counts.items() if count > 1})
    if doubled:
        yield Flag(FlagKind.TWICE, days=tuple(doubled))
    without_note = sorted({entry.entered_on for entry in complete if not entry.description})
    if notes_required and without_note:
        yield Flag(FlagKind.NO_NOTE, days=tuple(without_note))
