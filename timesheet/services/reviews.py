"""A reviewer's decisions about other people's weeks: in Asana, or here where the plan has none.

What is decided is decided about the hours that the reviewer saw: a week whose hours are others by
now is left alone. Each week is a request of its own, and no week depends on another's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from accounts.asana import lists
from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, PaymentRequired, Refused
from accounts.asana.records import Timesheet
from timesheet.domain.approval import REVIEWERS_MOVES, Status
from timesheet.domain.team import mark_of
from timesheet.domain.week import Week
from timesheet.services import decisions, readings, team
from timesheet.services.decisions import Standing
from timesheet.services.outbox import Clock
from timesheet.services.team import Viewer


class Left(StrEnum):
    """Why a week was left alone."""

    OWN = "own"
    NOT_YOURS = "not_yours"
    STATUS = "status"
    CHANGED = "changed"
    HIDDEN = "hidden"


@dataclass(frozen=True)
class Outcome:
    """What became of one person's week: `done`, `left` alone, or refused by Asana. `status` is how
    it stands now, as far as that is known."""

    gid: str
    status: Status | None = None
    done: bool = False
    left: Left | None = None
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
) -> list[Outcome]:
    """Makes of each person's week what is `wanted`; `seen` has by gid the mark of the hours that
    the viewer saw, empty where they do not matter. Answers in its order. Raises `AsanaError` where
    the weeks could not be read: then nothing was decided."""
    outcomes = {gid: left for gid in seen if (left := _not_theirs(viewer, gid))}
    asked = [gid for gid in seen if gid not in outcomes]
    flow = _Flow(asana, viewer, week)
    flow.read([gid for gid in asked if seen[gid]], asked)
    ready = []
    for gid in asked:
        left = flow.left_alone(gid, wanted, seen[gid])
        if left:
            outcomes[gid] = left
        else:
            ready.append(gid)
    for outcome in flow.move(ready, wanted, message):
        outcomes[outcome.gid] = outcome
    done = [gid for gid in ready if outcomes[gid].done]
    for gid in done:
        decisions.note(
            viewer.user,
            viewer.seat.workspace,
            week,
            wanted,
            clock(),
            person=gid,
            message=message,
            kept_here=flow.kept_here,
        )
    team.note_status(viewer.user, viewer.seat.workspace, week, dict.fromkeys(done, wanted))
    return [outcomes[gid] for gid in seen]


def _not_theirs(viewer: Viewer, gid: str) -> Outcome | None:
    if gid == viewer.user.gid:
        return Outcome(gid, left=Left.OWN)
    if not viewer.seat.reviews(gid):
        return Outcome(gid, left=Left.NOT_YOURS)
    return None


class _Flow:
    """The weeks as they stand this moment, and the way to move them on."""

    def __init__(self, asana: Client, viewer: Viewer, week: Week) -> None:
        self.asana, self.viewer, self.week = asana, viewer, week
        self.workspace = viewer.seat.workspace
        self.kept_here = not decisions.offers(asana, viewer.user, self.workspace)
        self.standings: dict[str, Standing] = {}
        self.marks: dict[str, str | None] = {}

    def read(self, looked_at: Sequence[str], people: Sequence[str]) -> None:
        """How the weeks of these people stand, and the hours of those whose were looked at."""
        week = self.week
        asked = [
            lists.entries(self.workspace, start=week.start, end=week.end, user=gid)
            for gid in looked_at
        ]
        timesheets, *answers = self.asana.read_all([self._timesheets, *asked])
        for gid, answer in zip(looked_at, answers, strict=True):
            entries = readings.shown(answer)
            self.marks[gid] = None if entries is None else mark_of(entries)
        if self.kept_here:
            self.standings = decisions.standings_here(self.workspace, week, people)
        elif isinstance(timesheets, AsanaError):
            raise timesheets
        else:
            self.standings = decisions.standings_in_asana(timesheets)

    def left_alone(self, gid: str, wanted: Status, mark: str) -> Outcome | None:
        status = self.standings.get(gid, Standing()).status
        if wanted not in REVIEWERS_MOVES[status]:
            return Outcome(gid, status, left=Left.STATUS)
        if mark and self.marks[gid] is None:
            return Outcome(gid, status, left=Left.HIDDEN)
        if mark and self.marks[gid] != mark:
            return Outcome(gid, status, left=Left.CHANGED)
        return None

    def move(self, people: Sequence[str], wanted: Status, message: str) -> list[Outcome]:
        if self.kept_here:
            return [Outcome(gid, wanted, done=True) for gid in people]
        writes = [self._write(gid, wanted, message) for gid in people]
        answers = self.asana.try_side_by_side(writes, writes=True)
        if any(isinstance(answer, PaymentRequired) for answer in answers):
            decisions.remember_offer(self.viewer.user, self.workspace, offered=False)
        outcomes = [
            Outcome(gid, error=answer)
            if isinstance(answer, AsanaError)
            else Outcome(gid, wanted, done=True)
            for gid, answer in zip(people, answers, strict=True)
        ]
        return self._looked_up(outcomes, wanted)

    def _looked_up(self, outcomes: list[Outcome], wanted: Status) -> list[Outcome]:
        """Of a write without an answer Asana knows whether it took place."""
        if not any(one.error and not isinstance(one.error, Refused) for one in outcomes):
            return outcomes
        (timesheets,) = self.asana.read_all([self._timesheets])
        if isinstance(timesheets, AsanaError):
            return outcomes
        now = decisions.standings_in_asana(timesheets)
        return [
            one
            if one.done or now.get(one.gid, Standing()).status is not wanted
            else Outcome(one.gid, wanted, done=True)
            for one in outcomes
        ]

    def _write(self, gid: str, wanted: Status, message: str) -> Callable[[Client], Timesheet]:
        record = self.standings[gid].record
        return lambda client: client.update_timesheet(record, wanted, message)

    @property
    def _timesheets(self) -> lists.Listing[Timesheet]:
        start = self.week.start
        return lists.timesheets(self.workspace, start=start, end=start)
