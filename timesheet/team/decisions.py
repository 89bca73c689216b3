"""A manager's decisions about other people's weeks: in Asana, or here if the plan has no approvals.

A decision is about the hours that the manager saw: a week whose hours have changed since is left
alone. Hours are read with the reader that they were shown with, and decisions are written in the
manager's own name. Each week is written in a request of its own, so no week depends on another.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from accounts.asana import listings
from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, PaymentRequired, may_have_taken_place
from accounts.asana.records import ApprovalStatusRecord, Records
from timesheet.domain.approval import MANAGER_MOVES, Status
from timesheet.domain.team_week import fingerprint_of
from timesheet.domain.week import Week
from timesheet.journal.lock import Clock
from timesheet.models import Decision, SentDecision
from timesheet.sheets import approvals, unanswered
from timesheet.sheets.approvals import WeekStatus
from timesheet.team import hours, loading, statuses
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
    """What came of a decision about one person's week."""

    gid: str
    # The status of the week now; None where Asana refused and it is not known.
    status: Status | None = None
    succeeded: bool = False
    # Why the week was left alone, if it was.
    skip_reason: SkipReason | None = None
    # The name of another person who gave the week its status; empty where that is not known.
    by: str = ""
    # Asana's refusal, if it refused, or the answer that told nothing.
    error: AsanaError | None = None
    # Whether it is not known yet if the decision took effect.
    is_unknown: bool = False


def decide(
    asana: Client,
    viewer: Viewer,
    week: Week,
    new_status: Status,
    fingerprints: Mapping[str, str],
    *,
    message: str = "",
    clock: Clock,
) -> list[DecisionResult]:
    """Give each person's week the `new_status`.

    `fingerprints` holds, by gid, the fingerprint of the hours that the viewer saw, empty if they
    saw none; without one a week can only be reopened. Returns the results in its order. Raises
    `AsanaError` if the weeks could not be read: then nothing was decided.
    """
    results = {gid: refusal for gid in fingerprints if (refusal := _refuse_by_person(viewer, gid))}
    gids = [gid for gid in fingerprints if gid not in results]
    run = _DecisionRun(asana, viewer, week, new_status)
    run.read(gids, [gid for gid in gids if fingerprints[gid]], clock)
    results |= {
        gid: result for gid in gids if (result := run.result_without_write(gid, fingerprints[gid]))
    }
    ready = [gid for gid in gids if gid not in results]
    for result in run.write(ready, message, clock):
        results[result.gid] = run.record(result, message, clock) if result.succeeded else result
    done = [result.gid for result in results.values() if result.succeeded]
    loading.note_status(
        viewer.reader, viewer.membership.workspace, week, dict.fromkeys(done, new_status)
    )
    return [results[gid] for gid in fingerprints]


def _refuse_by_person(viewer: Viewer, gid: str) -> DecisionResult | None:
    if gid == viewer.user.gid:
        return DecisionResult(gid, skip_reason=SkipReason.OWN)
    if not viewer.membership.can_approve(gid):
        return DecisionResult(gid, skip_reason=SkipReason.NOT_YOURS)
    return None


class _DecisionRun:
    """One decision about several weeks: read them, write the status, record what was done."""

    def __init__(self, asana: Client, viewer: Viewer, week: Week, new_status: Status) -> None:
        self.asana, self.viewer, self.week, self.new_status = asana, viewer, week, new_status
        self.workspace = viewer.membership.workspace
        # Whether weeks are approved here, because the Asana plan has no approvals.
        self.approved_locally = not approvals.plan_has_approvals(asana, viewer.user, self.workspace)
        # By gid: the week's status, the last decision known here, and the fingerprint now.
        self.statuses: dict[str, WeekStatus] = {}
        self.last_decisions: dict[str, Decision] = {}
        self.fingerprints: dict[str, str] = {}
        # By gid: the decisions that were sent to Asana.
        self.sent: dict[str, SentDecision] = {}

    def read(self, people: Sequence[str], with_hours: Sequence[str], clock: Clock) -> None:
        """Read the status of these people's weeks, and the hours of those `with_hours`."""
        start, end = self.week.start, self.week.end
        hour_listings = [
            listings.entries(self.workspace, start=start, end=end, user=gid) for gid in with_hours
        ]
        reader = self.viewer.reader.asana
        status_listings = statuses.listings_of(self.workspace, start, people)
        answers = reader.gather_lists([*status_listings, *hour_listings])
        shown, answers = answers[: len(status_listings)], answers[len(status_listings) :]
        timesheets = statuses.merge(reader, self.workspace, start, people, shown, any_shown=True)
        # Also where weeks are approved here, the answer proves that the reader is in the workspace.
        if isinstance(timesheets, AsanaError):
            if not (self.approved_locally and isinstance(timesheets, PaymentRequired)):
                raise timesheets
            timesheets = Records()
        for gid, answer in zip(with_hours, answers, strict=True):
            if (entries := hours.visible_entries(answer)) is not None:
                self.fingerprints[gid] = fingerprint_of(entries)
        if not self.approved_locally:
            self._settle_earlier(timesheets, clock)
        self.last_decisions = approvals.last_of(self.workspace, self.week, people)
        self.statuses = (
            approvals.local_statuses(self.workspace, self.week, people)
            if self.approved_locally
            else approvals.asana_statuses(timesheets)
        )

    def result_without_write(self, gid: str, seen_fingerprint: str) -> DecisionResult | None:
        """Return the result if nothing has to be written, else None.

        A week that the viewer has just given the new status counts as done: they may have
        clicked twice.
        """
        status = self._status_of(gid).status
        if status is self.new_status and self._is_by_viewer(gid, status):
            return DecisionResult(gid, status, succeeded=True)
        if self.new_status not in MANAGER_MOVES[status]:
            by = self._name_of_decider(gid, status)
            return DecisionResult(gid, status, skip_reason=SkipReason.STATUS, by=by)
        if self.new_status is Status.SUBMITTED and not seen_fingerprint:
            return None
        if not seen_fingerprint or gid not in self.fingerprints:
            return DecisionResult(gid, status, skip_reason=SkipReason.HIDDEN)
        if self.fingerprints[gid] != seen_fingerprint:
            return DecisionResult(gid, status, skip_reason=SkipReason.CHANGED)
        return None

    def write(self, people: Sequence[str], message: str, clock: Clock) -> list[DecisionResult]:
        """Write the status to Asana, unless weeks are approved here."""
        if self.approved_locally:
            return [DecisionResult(gid, self.new_status, succeeded=True) for gid in people]
        for gid in people:
            self.sent[gid] = unanswered.begin(
                self.viewer.user,
                self.workspace,
                self.week,
                self.new_status,
                clock(),
                was=self._status_of(gid).status,
                person=gid,
                message=message,
            )
        writes = [self._write(gid, message) for gid in people]
        outcomes = self.asana.gather_outcomes(writes, writes=True)
        if any(isinstance(outcome, PaymentRequired) for outcome in outcomes):
            approvals.cache_plan_has_approvals(self.viewer.user, self.workspace, offered=False)
        results = {
            gid: DecisionResult(gid, error=outcome, is_unknown=may_have_taken_place(outcome))
            if isinstance(outcome, AsanaError)
            else DecisionResult(gid, self.new_status, succeeded=True)
            for gid, outcome in zip(people, outcomes, strict=True)
        }
        self._look_up_failed(results, clock)
        for gid, result in results.items():
            if not result.succeeded and not result.is_unknown:
                unanswered.drop(self.sent[gid])
        return list(results.values())

    def record(self, result: DecisionResult, message: str, clock: Clock) -> DecisionResult:
        """Record what was done. Where weeks are approved here, somebody else may have been first:
        then the result says so."""
        user, gid = self.viewer.user, result.gid
        if not self.approved_locally:
            if gid in self.sent:
                unanswered.record(self.sent[gid])
            return result
        after = self._status_of(gid)
        try:
            approvals.record_decision(
                user,
                self.workspace,
                self.week,
                self.new_status,
                clock(),
                was=self._status_of(gid).status,
                person=gid,
                message=message,
                after=after,
            )
        except approvals.ConcurrentDecision:
            now = approvals.local_statuses(self.workspace, self.week, [gid])[gid]
            by = self._name_of_decider(gid, now.status)
            return DecisionResult(gid, now.status, skip_reason=SkipReason.STATUS, by=by)
        return result

    def _status_of(self, gid: str) -> WeekStatus:
        return self.statuses.get(gid, WeekStatus())

    def _is_by_viewer(self, gid: str, status: Status) -> bool:
        last = self.last_decisions.get(gid)
        return last is not None and last.status == status and last.by_gid == self.viewer.user.gid

    def _look_up_failed(self, results: dict[str, DecisionResult], clock: Clock) -> None:
        """Ask Asana what became of weeks whose write failed, and put that into `results`.

        A write without an answer may take effect a moment later, so it is looked for several times.
        A refusal may mean that somebody else was faster.
        """
        left = {gid for gid, result in results.items() if result.error}
        for delay in unanswered.LOOK_DELAYS:
            if not left:
                return
            time.sleep(delay)
            timesheets = self._read_timesheets(sorted(left))
            if isinstance(timesheets, AsanaError):
                continue
            week_statuses = approvals.asana_statuses(timesheets)
            for gid in left:
                status = week_statuses.get(gid, WeekStatus()).status
                results[gid] = self._result_by_status(results[gid], status, clock)
            left = {gid for gid in left if results[gid].is_unknown}

    def _result_by_status(
        self, result: DecisionResult, status: Status, clock: Clock
    ) -> DecisionResult:
        """Return the result of a failed write, now that the week has this status in Asana."""
        gid = result.gid
        if status is self._status_of(gid).status:
            return result
        sent = self.sent[gid]
        if status is not self.new_status:
            by = self._name_of_decider(gid, status)
        elif not result.is_unknown:
            by = unanswered.name_of_decider(sent) or unanswered.name_of_sender(sent)
            if not by and self._drop_and_settle_earlier(sent, clock):
                return DecisionResult(gid, status, succeeded=True)
        elif unanswered.record_unanswered(sent, clock()):
            return DecisionResult(gid, status, succeeded=True)
        elif not (by := unanswered.name_of_decider(sent)):
            return result
        return DecisionResult(gid, status, skip_reason=SkipReason.STATUS, by=by)

    def _drop_and_settle_earlier(self, sent: SentDecision, clock: Clock) -> bool:
        """Drop a refused decision, and record earlier ones that took effect without an answer.

        Return whether the last of them is the viewer's own, with the same status.
        """
        unanswered.drop(sent)
        known = {sent.person_gid: self.new_status}
        unanswered.settle(self.workspace, self.week, known, by=self.viewer.user, now=clock())
        last = approvals.last_of(self.workspace, self.week, [sent.person_gid])
        decision = last.get(sent.person_gid)
        return (
            decision is not None
            and decision.by_gid == self.viewer.user.gid
            and decision.status == self.new_status
        )

    def _settle_earlier(self, timesheets: Iterable[ApprovalStatusRecord], clock: Clock) -> None:
        """Record decisions whose answers were lost before, if they took effect."""
        week_statuses = approvals.asana_statuses(timesheets)
        known = {gid: status.status for gid, status in week_statuses.items()}
        unanswered.settle(self.workspace, self.week, known, by=self.viewer.user, now=clock())

    def _name_of_decider(self, gid: str, status: Status) -> str:
        """Return the name of another person who gave the week this status; empty if not known."""
        last = approvals.last_of(self.workspace, self.week, [gid]).get(gid)
        if last is None or last.status != status or last.by_gid == self.viewer.user.gid:
            return ""
        # A week that its person submitted was not reopened by them.
        return "" if last.is_own and status is Status.SUBMITTED else last.by_name

    def _write(self, gid: str, message: str) -> Callable[[Client], ApprovalStatusRecord]:
        record = self._status_of(gid).record
        return lambda client: client.update_timesheet(record, self.new_status, message)

    def _read_timesheets(self, people: Sequence[str]) -> statuses.Answer:
        reader, monday = self.viewer.reader.asana, self.week.start
        answers = reader.gather_lists(statuses.listings_of(self.workspace, monday, people))
        return statuses.merge(reader, self.workspace, monday, people, answers)
