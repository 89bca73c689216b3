"""Reads a team's week from Asana into a snapshot, in steps of a few batches of requests.

A large team is read in several steps. Each is short, so that little work is
wasted if the page is closed: the page itself asks for the next step.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.asana import listings
from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, PaymentRequired, Refused
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
    cache_snapshot,
    cache_visible,
    visible_in,
    visible_people,
)
from timesheet.team.time_off import TimeOffCache

# How many batches of requests a step sends, one after the other; fewer where nobody waits for it,
# so that it ends soon after its page is gone.
MOST_BATCHES, MOST_BACKGROUND_BATCHES = 4, 2


def read(
    reader: Reader,
    workspace: str,
    week: Week,
    people: Collection[str],
    *,
    now: datetime,
    older_than: datetime,
    snapshot: Snapshot | None = None,
) -> Snapshot:
    """Read on, in few batches of requests, and return the snapshot with what was read.

    First come people of whom nothing was read yet, with their time off; then the time off of
    others; then hours that are `older_than` a time. The rest is read by the next
    call. The result is cached, also if this raises the `AsanaError` that the reading ended with.
    """
    snapshot = snapshot or Snapshot()
    try:
        _Step(reader, workspace, week, people, snapshot, now).read(older_than)
    finally:
        if snapshot.hours:
            cache_snapshot(reader, workspace, week, snapshot)
    return snapshot


def read_person(
    reader: Reader, workspace: str, week: Week, gid: str, snapshot: Snapshot, *, now: datetime
) -> None:
    """Read one person's week into the snapshot, in one batch. Raises `AsanaError`."""
    start, end = week.start, week.end
    absences = TimeOffCache(reader, workspace, start, end, now)
    requests: list[Listing[Any]] = [
        listings.timesheets(workspace, start=start, end=start, user=gid),
        listings.entries(workspace, start=start, end=end, user=gid),
        absences.listing(gid),
    ]
    timesheets, entries, time_off = reader.asana.gather_lists(requests)
    snapshot.hours[gid] = visible_entries(entries)
    snapshot.read_at[gid] = now
    snapshot.unreadable.pop(gid, None)
    snapshot.unreadable |= _unreadable_by_gid([gid], [entries])
    absences.add(_lists_by_gid([gid], [time_off]))
    snapshot.time_off |= absences.known([gid])
    if not isinstance(timesheets, AsanaError):
        snapshot.statuses.pop(gid, None)
        snapshot.statuses |= approvals.asana_statuses(timesheets)
    snapshot.visible |= visible_in(snapshot)
    cache_visible(reader, workspace, snapshot, now)
    cache_snapshot(reader, workspace, week, snapshot)


@dataclass(frozen=True)
class _Plan:
    """What one step reads."""

    # Gids, in the order in which they are read.
    hours: list[str]
    time_off: list[str]


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
        self.absences = TimeOffCache(reader, workspace, week.start, week.end, now)
        session = reader.asana.session
        self.batch_size = session.batch_size
        self.batches = MOST_BACKGROUND_BATCHES if session.is_background else MOST_BATCHES

    def read(self, older_than: datetime) -> None:
        """Read hours, statuses and time off; then, where there is room, whether hours show."""
        known = self.absences.known(self.people)
        # What was read before stays until it is read again, however old it is.
        self.snapshot.time_off |= known
        plan = self._plan(older_than, known.keys())
        if plan.hours or plan.time_off:
            self._read_plan(plan)
        self._read_visible()

    def _plan(self, older_than: datetime, known_time_off: Collection[str]) -> _Plan:
        """Choose whom to read: first those of whom nothing is known, with their time off."""
        plan, room = _Plan([], []), self.batches * self.batch_size - 2
        cost = 1 if statuses.is_one_list(self.workspace) else 2
        for gid in self.snapshot.pending(self.people):
            lacks_time_off = gid not in known_time_off
            if room < cost + lacks_time_off:
                break
            plan.hours.append(gid)
            plan.time_off.extend([gid] * lacks_time_off)
            room -= cost + lacks_time_off
        chosen = {*known_time_off, *plan.time_off}
        plan.time_off.extend([gid for gid in self.people if gid not in chosen][: max(room, 0)])
        room -= sum(gid not in chosen for gid in plan.time_off)
        plan.hours.extend(self.snapshot.older(self.people, older_than)[: max(room // cost, 0)])
        return plan

    def _read_plan(self, plan: _Plan) -> None:
        """Read what is planned and put it into the snapshot. Raises the first `AsanaError`."""
        start, end = self.week.start, self.week.end
        one_list = statuses.is_one_list(self.workspace)
        with_status = self.people if one_list else plan.hours
        status_listings = statuses.listings_of(self.workspace, start, with_status)
        requests: list[Listing[Any]] = [
            *status_listings,
            *(
                listings.entries(self.workspace, start=start, end=end, user=gid)
                for gid in plan.hours
            ),
            *(self.absences.listing(gid) for gid in plan.time_off),
        ]
        also = self._question_about_plan()
        answers = self.reader.asana.gather_lists(requests, also=also, max_batches=self.batches)
        self.batches -= -(-len(answers) // self.batch_size)
        if also:
            self._note_plan(answers.pop())
        shown, answers = answers[: len(status_listings)], answers[len(status_listings) :]
        entries, time_off = answers[: len(plan.hours)], answers[len(plan.hours) :]
        self.absences.add(_lists_by_gid(plan.time_off, time_off))
        self.snapshot.time_off |= self.absences.known(plan.time_off)
        self._add_statuses(with_status, self._finish(status_listings, shown))
        self._add_hours(plan.hours, entries)

    def _add_hours(self, people: Sequence[str], answers: Sequence[Any]) -> None:
        """Put the entries that were read into the snapshot. Raises the first `AsanaError`."""
        snapshot, errors = self.snapshot, []
        for gid, answer in zip(people, answers, strict=True):
            if answer is None:
                continue
            try:
                snapshot.hours[gid] = visible_entries(answer)
            except AsanaError as error:
                errors.append(error)
                continue
            snapshot.read_at[gid] = self.now
            snapshot.unreadable.pop(gid, None)
            snapshot.unreadable |= _unreadable_by_gid([gid], [answer])
        if errors:
            raise errors[0]

    def _add_statuses(
        self, people: Sequence[str], answers: Sequence[Records[ApprovalStatusRecord] | AsanaError]
    ) -> None:
        """Put the statuses into the snapshot; none where the plan has no approvals."""
        merged = statuses.merge(self.reader.asana, self.workspace, self.week.start, people, answers)
        if isinstance(merged, AsanaError) and not isinstance(merged, PaymentRequired):
            raise merged
        for gid in people:
            self.snapshot.statuses.pop(gid, None)
        if not isinstance(merged, AsanaError):
            self.snapshot.statuses |= approvals.asana_statuses(merged)

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
        snapshot = self.snapshot
        visible = visible_people(self.reader, self.workspace, snapshot, self.now)
        unknown = [gid for gid in self.people if gid in snapshot.hours]
        unknown = [gid for gid in unknown if gid not in visible | snapshot.checked]
        unknown = unknown[: max(self.batches, 0) * self.batch_size]
        start = self.week.start
        earlier_entries = [
            listings.entries(
                self.workspace, start=start - VISIBLE_FOR, end=start, user=gid, limit=1
            )
            for gid in unknown
        ]
        answers = self.reader.asana.gather_lists(earlier_entries)
        entries_by_gid = _lists_by_gid(unknown, answers)
        snapshot.visible = visible | {gid for gid, entries in entries_by_gid.items() if entries}
        snapshot.checked |= visible | entries_by_gid.keys()
        cache_visible(self.reader, self.workspace, snapshot, self.now)

    # Whether the plan has approvals

    def _question_about_plan(self) -> list[Any]:
        """Return the call that asks whether the plan has approvals; none if that is known.

        It is asked again where weeks are approved here although the plan had approvals: it may have
        lost them since.
        """
        has_approvals = approvals.cached_plan_has_approvals(self.reader.user, self.workspace)
        approved_here = approvals.local_statuses(self.workspace, self.week, self.people)
        if has_approvals is not None and not (has_approvals and approved_here):
            self.snapshot.approved_locally = not has_approvals
            return []
        if not self.reader.is_delegated:
            return [Client.plan_has_approvals]
        # The question is a write that Asana refuses, and a delegated reader only reads.
        (outcome,) = self.reader.own.gather_outcomes([Client.plan_has_approvals])
        self._note_plan(outcome)
        return []

    def _note_plan(self, outcome: bool | AsanaError) -> None:
        """Keep whether the plan has approvals.

        Raises `AsanaError` if Asana did not say and weeks are approved here: these would look as if
        nobody had submitted them.
        """
        if not isinstance(outcome, AsanaError):
            approvals.cache_plan_has_approvals(self.reader.user, self.workspace, offered=outcome)
            self.snapshot.approved_locally = not outcome
        elif approvals.local_statuses(self.workspace, self.week, self.people):
            raise outcome
        else:
            self.snapshot.approved_locally = False


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
