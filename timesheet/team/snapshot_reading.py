"""Reads a team's week from Asana into a snapshot, in steps of a few batches of requests.

A large team is read in several steps. Each is short, so that little work is wasted if the page is
closed: the page itself asks for the next step. Only one request reads a week at a time for a
reader, so that nobody is read twice; a person's own page is the exception, and does not wait.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from django.utils.translation import gettext as _

from accounts.asana import listings
from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, Busy, PaymentRequired, Refused
from accounts.asana.listings import Listing
from accounts.asana.records import (
    ApprovalStatusRecord,
    Records,
    UnreadableRecord,
)
from accounts.connections.reader import Reader
from timesheet.domain.week import Week
from timesheet.sheets import approvals
from timesheet.team import statuses
from timesheet.team.hours import visible_entries
from timesheet.team.snapshot import (
    VISIBLE_FOR,
    Snapshot,
    add_to_snapshot,
    cache_visible,
    cached_snapshot,
    reading_alone,
    visible_in,
    visible_people,
)
from timesheet.team.time_off import TimeOffCache

# How many batches of requests a step sends, one after the other.
MOST_BATCHES = 4
# Where nobody waits for a step, it begins no batch after so many seconds, so that it ends soon
# after its page is gone.
BACKGROUND_SECONDS = 1.0
# How long a step waits for another request that reads the same week.
MAX_WAIT_SECONDS = 10.0


def read(
    reader: Reader,
    workspace: str,
    week: Week,
    people: Collection[str],
    *,
    now: datetime,
    older_than: datetime,
    snapshot: Snapshot,
) -> None:
    """Read on, in few batches of requests, and add what was read to the snapshot.

    First come people of whom nothing was read yet, with their time off; then the time off of
    others; then hours that are `older_than` a time. The rest is read by the next call. The result
    is cached, also if this raises the `AsanaError` that the reading ended with.
    Raises `Busy` if another request goes on reading this week.
    """
    with reading_alone(reader, workspace, week, wait=MAX_WAIT_SECONDS) as is_alone:
        snapshot.add(cached_snapshot(reader, workspace, week) or Snapshot())
        if not is_alone:
            raise Busy(_("Your team is still being read"), retry_after=1)
        step = _Step(reader, workspace, week, people, snapshot, now)
        try:
            step.read(older_than)
        finally:
            step.keep()


def read_person(
    reader: Reader, workspace: str, week: Week, gid: str, snapshot: Snapshot, *, now: datetime
) -> None:
    """Read one person's week into the snapshot, in one batch. Raises `AsanaError`."""
    start, end = week.start, week.end
    absences = TimeOffCache(reader, workspace, start, end, now)
    visible = visible_people(reader, workspace, snapshot, now)
    requests: list[Listing[Any]] = [
        listings.timesheets(workspace, start=start, end=start, user=gid),
        listings.entries(workspace, start=start, end=end, user=gid),
        absences.listing(gid),
    ]
    if gid not in visible | snapshot.checked:
        requests.append(_earlier_entries(workspace, week, gid))
    also, question = _question_about_plan(reader, workspace, week, [gid])
    answers = reader.asana.gather_lists(requests, also=also)
    news = Snapshot(approved_locally=question)
    if also:
        news.approved_locally = _note_plan(reader, workspace, week, [gid], answers.pop())
    timesheets, entries, time_off, *earlier = answers
    news.hours[gid], news.read_at[gid] = visible_entries(entries), now
    news.unreadable |= _unreadable_by_gid([gid], [entries])
    absences.add(_lists_by_gid([gid], [time_off]))
    news.time_off |= absences.known([gid])
    if not isinstance(timesheets, AsanaError):
        news.status_at[gid] = now
        news.statuses |= approvals.asana_statuses(timesheets)
    shown = _lists_by_gid([gid] * len(earlier), earlier)
    news.visible |= visible | visible_in(news) | {gid for gid in shown if shown[gid]}
    news.checked |= visible | shown.keys()
    snapshot.add(news)
    cache_visible(reader, workspace, snapshot, now)
    add_to_snapshot(reader, workspace, week, news)


class _Part(Enum):
    """What is read of a person."""

    HOURS = "hours"
    TIME_OFF = "time off"


@dataclass(frozen=True)
class _Read:
    """One list to read."""

    part: _Part
    gid: str


class _Step:
    """One step of reading a snapshot."""

    def __init__(
        self,
        reader: Reader,
        workspace: str,
        week: Week,
        people: Collection[str],
        snapshot: Snapshot,
        now: datetime,
    ) -> None:
        self.reader, self.workspace, self.week = reader, workspace, week
        self.people, self.snapshot, self.now = list(people), snapshot, now
        # What this step has read.
        self.news = Snapshot()
        self.absences = TimeOffCache(reader, workspace, week.start, week.end, now)
        session = reader.asana.session
        self.batch_size, self.batches = session.batch_size, MOST_BATCHES
        self.seconds = BACKGROUND_SECONDS if session.is_background else None

    def read(self, older_than: datetime) -> None:
        """Read hours, statuses and time off; then, where there is room, whether hours show."""
        known = self.absences.known(self.people)
        # What was read before stays until it is read again, however old it is.
        self.news.time_off |= known
        if plan := self._plan(older_than, known.keys()):
            self._read_plan(plan, older_than)
            self.snapshot.add(self.news)
        self._read_visible()

    def keep(self) -> None:
        """Add what was read to the snapshot, here and in the cache."""
        self.snapshot.add(self.news)
        if self.snapshot.hours:
            add_to_snapshot(self.reader, self.workspace, self.week, self.news)

    def _plan(self, older_than: datetime, known_time_off: Collection[str]) -> list[_Read]:
        """Choose what to read: first all of people of whom nothing is known, one after another."""
        one_list = statuses.is_one_list(self.workspace)
        room = self.batches * self.batch_size - 2
        of_person = 1 if one_list else 2
        plan: list[_Read] = []
        lacking = [gid for gid in self.people if gid not in known_time_off]
        pending = self.snapshot.pending(self.people)
        for gid in pending:
            if room < of_person + (gid in lacking):
                break
            if gid in lacking:
                plan.append(_Read(_Part.TIME_OFF, gid))
            plan.append(_Read(_Part.HOURS, gid))
            room -= of_person + (gid in lacking)
        planned = {read.gid for read in plan}
        others = [gid for gid in lacking if gid not in planned][: max(room, 0)]
        plan.extend(_Read(_Part.TIME_OFF, gid) for gid in others)
        room -= len(others)
        older = self.snapshot.older(self.people, older_than)[: max(room // of_person, 0)]
        plan.extend(_Read(_Part.HOURS, gid) for gid in older)
        return plan

    def _read_plan(self, plan: Sequence[_Read], older_than: datetime) -> None:
        """Read what is planned and add it to the news. Raises the first `AsanaError`."""
        with_status = self._people_with_old_status(plan, older_than)
        start = self.week.start
        status_listings = (
            statuses.listings_of(self.workspace, start, with_status) if with_status else []
        )
        requests = [*status_listings, *(self._listing(read) for read in plan)]
        also, self.news.approved_locally = _question_about_plan(
            self.reader, self.workspace, self.week, self.people
        )
        answers = self.reader.asana.gather_lists(
            requests, also=also, max_batches=self.batches, seconds=self.seconds
        )
        self.batches = 0 if None in answers else self.batches - -(-len(answers) // self.batch_size)
        if also:
            self.news.approved_locally = _note_plan(
                self.reader, self.workspace, self.week, self.people, answers.pop()
            )
        shown, answers = answers[: len(status_listings)], answers[len(status_listings) :]
        self._add_time_off(plan, answers)
        if with_status:
            self._add_statuses(with_status, self._finish(status_listings, shown))
        self._add_hours(plan, answers)

    def _people_with_old_status(self, plan: Sequence[_Read], older_than: datetime) -> list[str]:
        """Return the people whose statuses are read: everybody's come in one list, or in none."""
        if statuses.is_one_list(self.workspace):
            old = self.snapshot.status_older(self.people, older_than)
            return self.people if old else []
        with_hours = [read.gid for read in plan if read.part is _Part.HOURS]
        return self.snapshot.status_older(with_hours, older_than)

    def _listing(self, read: _Read) -> Listing[Any]:
        if read.part is _Part.TIME_OFF:
            return self.absences.listing(read.gid)
        start, end = self.week.start, self.week.end
        return listings.entries(self.workspace, start=start, end=end, user=read.gid)

    def _add_time_off(self, plan: Sequence[_Read], answers: Sequence[Any]) -> None:
        """Add the time off that was read to the news, and to what is known for a day."""
        of_time_off = [
            (read.gid, answer)
            for read, answer in zip(plan, answers, strict=True)
            if read.part is _Part.TIME_OFF
        ]
        people = [gid for gid, _answer in of_time_off]
        self.absences.add(_lists_by_gid(people, [answer for _gid, answer in of_time_off]))
        self.news.time_off |= self.absences.known(people)

    def _add_hours(self, plan: Sequence[_Read], answers: Sequence[Any]) -> None:
        """Add the entries that were read to the news. Raises the first `AsanaError`."""
        news, errors = self.news, []
        for read, answer in zip(plan, answers, strict=True):
            if answer is None or read.part is not _Part.HOURS:
                continue
            try:
                news.hours[read.gid] = visible_entries(answer)
            except AsanaError as error:
                errors.append(error)
                continue
            news.read_at[read.gid] = self.now
            news.unreadable |= _unreadable_by_gid([read.gid], [answer])
        if errors:
            raise errors[0]

    def _add_statuses(
        self, people: Sequence[str], answers: Sequence[Records[ApprovalStatusRecord] | AsanaError]
    ) -> None:
        """Add the statuses to the news; none where the plan has no approvals."""
        merged = statuses.merge(self.reader.asana, self.workspace, self.week.start, people, answers)
        if isinstance(merged, AsanaError) and not isinstance(merged, PaymentRequired):
            raise merged
        self.news.status_at |= dict.fromkeys(people, self.now)
        if not isinstance(merged, AsanaError):
            self.news.statuses |= approvals.asana_statuses(merged)

    def _finish(self, requests: list[Listing[Any]], answers: list[Any]) -> list[Any]:
        """Read the lists for which there was no room: without statuses nothing can be decided."""
        missing = [index for index in range(len(requests)) if answers[index] is None]
        rest = self.reader.asana.gather_lists([requests[index] for index in missing])
        for index, answer in zip(missing, rest, strict=True):
            answers[index] = answer
        return answers

    def _read_visible(self) -> None:
        """Read, where there is room, whether Asana shows any hours of the people who seem to have
        none."""
        snapshot, news = self.snapshot, self.news
        visible = visible_people(self.reader, self.workspace, snapshot, self.now)
        unknown = [gid for gid in self.people if gid in snapshot.hours]
        unknown = [gid for gid in unknown if gid not in visible | snapshot.checked]
        unknown = unknown[: max(self.batches, 0) * self.batch_size]
        answers = self.reader.asana.gather_lists(
            [_earlier_entries(self.workspace, self.week, gid) for gid in unknown]
        )
        entries_by_gid = _lists_by_gid(unknown, answers)
        news.visible |= visible | {gid for gid, entries in entries_by_gid.items() if entries}
        news.checked |= visible | entries_by_gid.keys()
        snapshot.add(news)
        cache_visible(self.reader, self.workspace, snapshot, self.now)


def _earlier_entries(workspace: str, week: Week, gid: str) -> Listing[Any]:
    """Return the list that tells whether Asana shows any hours of a person: at most one of them."""
    start = week.start - VISIBLE_FOR
    return listings.entries(workspace, start=start, end=week.start, user=gid, limit=1)


# Whether the plan has approvals


def _question_about_plan(
    reader: Reader, workspace: str, week: Week, people: Collection[str]
) -> tuple[list[Any], bool | None]:
    """Return the calls that ask whether the plan has approvals, and whether weeks are approved
    here; None if that is not known.

    It is asked again where weeks are approved here although the plan had approvals: it may have
    lost them since.
    """
    has_approvals = approvals.cached_plan_has_approvals(reader.user, workspace)
    approved_here = approvals.local_statuses(workspace, week, people)
    if has_approvals is not None and not (has_approvals and approved_here):
        return [], not has_approvals
    if not reader.is_delegated:
        return [Client.plan_has_approvals], None
    # The question is a write that Asana refuses, and a delegated reader only reads.
    (outcome,) = reader.own.gather_outcomes([Client.plan_has_approvals])
    return [], _note_plan(reader, workspace, week, people, outcome)


def _note_plan(
    reader: Reader, workspace: str, week: Week, people: Collection[str], outcome: bool | AsanaError
) -> bool:
    """Keep whether the plan has approvals, and return whether weeks are approved here.

    Raises `AsanaError` if Asana did not say and weeks are approved here: these would look as if
    nobody had submitted them.
    """
    if not isinstance(outcome, AsanaError):
        approvals.cache_plan_has_approvals(reader.user, workspace, offered=outcome)
        return not outcome
    if approvals.local_statuses(workspace, week, people):
        raise outcome
    return False


def _lists_by_gid(people: Sequence[str], answers: Sequence[Any]) -> dict[str, list[Any]]:
    """The lists that were read, by gid: empty if Asana refused, missing if the request failed."""
    lists = {}
    for gid, answer in zip(people, answers, strict=True):
        if isinstance(answer, list):
            lists[gid] = answer
        elif isinstance(answer, Refused):
            lists[gid] = []
    return lists


def _unreadable_by_gid(
    people: Sequence[str], answers: Sequence[Any]
) -> dict[str, list[UnreadableRecord]]:
    """What could not be read in the lists of those people whose list has anything like that."""
    return {
        gid: answer.unreadable
        for gid, answer in zip(people, answers, strict=True)
        if isinstance(answer, Records) and answer.unreadable
    }
