"""A manager's decisions about other people's weeks: in Asana, or here where the plan has none.

What is decided is decided about the hours that the manager saw: a week whose hours are others by
now is left alone. It is looked at with the eyes that they were seen with, and decided in the
manager's own name. Each week is a request of its own, and no week depends on another's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from accounts.asana import listings
from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, PaymentRequired, Refused
from accounts.asana.records import ApprovalStatusRecord
from timesheet.domain.approval import MANAGER_MOVES, Status
from timesheet.domain.team_week import fingerprint_of
from timesheet.domain.week import Week
from timesheet.journal.lock import Clock
from timesheet.models import Decision
from timesheet.sheets import approvals
from timesheet.sheets.approvals import WeekStatus
from timesheet.team import hours, loading
from timesheet.team.loading import Viewer


class SkipReason(StrEnum):
    """Why a week was left alone."""

    OWN = "own"
    NOT_YOURS = "not_yours"
    STATUS = "status"
    CHANGED = "changed"
    HIDDEN = "hidden"


@dataclass(frozen=True)
class DecisionResult:
    """What became of one person's week: `done`, `left` alone, or refused by Asana. `status` is how
    it stands now, as far as that is known."""

    gid: str
    status: Status | None = None
    done: bool = False
    left: SkipReason | None = None
    error: AsanaError | None = None


def decide(
    asana: Client,
    viewer: Viewer,
    week: Week,
    wanted: Status,
    seen: Mapping[str, str],
    *,
    message: str = "",
    clock: Clock,
) -> list[DecisionResult]:
    """Makes of each person's week what is `wanted`; `seen` has by gid the mark of the hours that
    the viewer saw, empty where they saw none; without one a week is only reopened. Answers in its
    order. Raises `AsanaError` where the weeks could not be read: then nothing was decided."""
    outcomes = {gid: left for gid in seen if (left := _not_theirs(viewer, gid))}
    asked = [gid for gid in seen if gid not in outcomes]
    flow = _DecisionRun(asana, viewer, week, wanted)
    flow.read(asked, [gid for gid in asked if seen[gid]])
    outcomes |= {gid: known for gid in asked if (known := flow.known(gid, seen[gid]))}
    ready = [gid for gid in asked if gid not in outcomes]
    for outcome in flow.move(ready, message):
        outcomes[outcome.gid] = flow.noted(outcome, message, clock) if outcome.done else outcome
    done = [one.gid for one in outcomes.values() if one.done]
    loading.note_status(
        viewer.reader, viewer.membership.workspace, week, dict.fromkeys(done, wanted)
    )
    return [outcomes[gid] for gid in seen]


def _not_theirs(viewer: Viewer, gid: str) -> DecisionResult | None:
    if gid == viewer.user.gid:
        return DecisionResult(gid, left=SkipReason.OWN)
    if not viewer.membership.can_review(gid):
        return DecisionResult(gid, left=SkipReason.NOT_YOURS)
    return None


class _DecisionRun:
    """The weeks as they stand this moment, and the way to what is `wanted` of them."""

    def __init__(self, asana: Client, viewer: Viewer, week: Week, wanted: Status) -> None:
        self.asana, self.viewer, self.week, self.wanted = asana, viewer, week, wanted
        self.workspace = viewer.membership.workspace
        self.kept_here = not approvals.plan_has_approvals(asana, viewer.user, self.workspace)
        self.standings: dict[str, WeekStatus] = {}
        self.last: dict[str, Decision] = {}
        self.marks: dict[str, str] = {}

    def read(self, people: Sequence[str], looked_at: Sequence[str]) -> None:
        """How the weeks of these people stand, and the hours of those whose were looked at."""
        start, end = self.week.start, self.week.end
        asked = [
            listings.entries(self.workspace, start=start, end=end, user=gid) for gid in looked_at
        ]
        timesheets, *answers = self.viewer.reader.asana.gather_lists([self._timesheets, *asked])
        # Where weeks are kept here it still tells whether the manager is in the workspace.
        if isinstance(timesheets, AsanaError):
            if not (self.kept_here and isinstance(timesheets, PaymentRequired)):
                raise timesheets
            timesheets = []
        for gid, answer in zip(looked_at, answers, strict=True):
            if (entries := hours.shown(answer)) is not None:
                self.marks[gid] = fingerprint_of(entries)
        self.last = approvals.last_of(self.workspace, self.week, people)
        self.standings = (
            approvals.local_statuses(self.workspace, self.week, people)
            if self.kept_here
            else approvals.asana_statuses(timesheets)
        )

    def known(self, gid: str, seen: str) -> DecisionResult | None:
        """What is certain without writing. What the manager has just done is done, for who
        presses twice."""
        status = self._standing(gid).status
        if status is self.wanted and self._by_viewer(gid, status):
            return DecisionResult(gid, status, done=True)
        if self.wanted not in MANAGER_MOVES[status]:
            return DecisionResult(gid, status, left=SkipReason.STATUS)
        if self.wanted is Status.SUBMITTED and not seen:
            return None
        if not seen or gid not in self.marks:
            return DecisionResult(gid, status, left=SkipReason.HIDDEN)
        return (
            None
            if self.marks[gid] == seen
            else DecisionResult(gid, status, left=SkipReason.CHANGED)
        )

    def move(self, people: Sequence[str], message: str) -> list[DecisionResult]:
        if self.kept_here:
            return [DecisionResult(gid, self.wanted, done=True) for gid in people]
        writes = [self._write(gid, message) for gid in people]
        answers = self.asana.gather_outcomes(writes, writes=True)
        if any(isinstance(answer, PaymentRequired) for answer in answers):
            approvals.cache_plan_has_approvals(self.viewer.user, self.workspace, offered=False)
        outcomes = [
            DecisionResult(gid, error=answer)
            if isinstance(answer, AsanaError)
            else DecisionResult(gid, self.wanted, done=True)
            for gid, answer in zip(people, answers, strict=True)
        ]
        return self._looked_up(outcomes)

    def noted(self, outcome: DecisionResult, message: str, clock: Clock) -> DecisionResult:
        """Writes down what was done; where that is all there is, it may come second."""
        user, gid = self.viewer.user, outcome.gid
        after = self._standing(gid) if self.kept_here else None
        try:
            approvals.record_decision(
                user,
                self.workspace,
                self.week,
                self.wanted,
                clock(),
                was=self._standing(gid).status,
                person=gid,
                message=message,
                after=after,
            )
        except approvals.ConcurrentDecision:
            now = approvals.local_statuses(self.workspace, self.week, [gid])[gid]
            return DecisionResult(gid, now.status, left=SkipReason.STATUS)
        return outcome

    def _standing(self, gid: str) -> WeekStatus:
        return self.standings.get(gid, WeekStatus())

    def _by_viewer(self, gid: str, status: Status) -> bool:
        last = self.last.get(gid)
        return last is not None and last.status == status and last.by_gid == self.viewer.user.gid

    def _looked_up(self, outcomes: list[DecisionResult]) -> list[DecisionResult]:
        """Of a write without an answer Asana knows whether it took place."""
        if not any(one.error and not isinstance(one.error, Refused) for one in outcomes):
            return outcomes
        (timesheets,) = self.viewer.reader.asana.gather_lists([self._timesheets])
        if isinstance(timesheets, AsanaError):
            return outcomes
        now = approvals.asana_statuses(timesheets)
        return [
            one
            if one.done or now.get(one.gid, WeekStatus()).status is not self.wanted
            else DecisionResult(one.gid, self.wanted, done=True)
            for one in outcomes
        ]

    def _write(self, gid: str, message: str) -> Callable[[Client], ApprovalStatusRecord]:
        record = self._standing(gid).record
        return lambda client: client.update_timesheet(record, self.wanted, message)

    @property
    def _timesheets(self) -> listings.Listing[ApprovalStatusRecord]:
        start = self.week.start
        return listings.timesheets(self.workspace, start=start, end=start)
