"""Getting edits to Asana.

The order matters. An edit is in the journal before Asana is asked, and marked *in doubt* before its
write is sent; see `timesheet.domain.journal`. Nothing here raises `AsanaError`: the edits' states
and reasons say what happened.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import msgspec
from django.db import transaction
from msgspec import structs

from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, NotFound, Refused, Unreachable
from accounts.asana.records import Entry, Task
from timesheet.domain import grid
from timesheet.domain.approval import Status
from timesheet.domain.cell import PreconditionScope, WriteKind
from timesheet.domain.entry import fingerprint
from timesheet.domain.journal import MAX_RETRY_DELAY, OPEN, NextStepKind, State, next_step, seen_of
from timesheet.domain.week import Week
from timesheet.journal import lock, moves, store
from timesheet.journal.lock import Clock, Lease, LeaseLost
from timesheet.journal.moves import StateChanged
from timesheet.journal.preflight import batches, broken_rule, expected_entry, is_row, refusal_reason
from timesheet.journal.send import send, state_after
from timesheet.models import Edit
from timesheet.sheets import approvals, messages, policy, reading, rows
from timesheet.sheets.policy import Rules
from timesheet.sheets.reading import Sheet

logger = logging.getLogger(__name__)


def deliver(
    asana: Client, sheet: Sheet, *, clock: Clock, patience: float = 0
) -> list[Entry] | None:
    """Takes the edits of this week that are due one step further, in order, and side by side where
    they do not depend on each other. Answers the week's entries if Asana told them.

    Waits for the seconds of `patience` while another process is delivering for this person, and
    then leaves it all to that one.
    """
    with lock.acquire(sheet.user, clock, patience=patience) as held:
        due = store.due(sheet, clock()) if held else []
        if not held or not due:
            return None
        try:
            return _Delivery(asana, sheet, held, clock).run(due)
        except LeaseLost:
            logger.warning("user %s: the outbox was lost while delivering", sheet.user.pk)
            return None


@dataclass
class _Delivery:
    """One go at the edits of a week. `entries` are those of the week, as Asana has them, and
    `elsewhere` those that edits are about and that are in another week by now."""

    asana: Client
    sheet: Sheet
    held: Lease
    clock: Clock
    entries: list[Entry] = field(default_factory=list)
    elsewhere: list[Entry] = field(default_factory=list)
    chance: float = field(default_factory=random.random)

    def run(self, edits: Sequence[Edit]) -> list[Entry] | None:
        gids = {edit.entry_gid for edit in edits if edit.entry_gid}
        try:
            self.entries = reading.read_entries(self.asana, self.sheet, anew=gids)
            self.elsewhere = self._read_elsewhere(gids)
        except AsanaError as error:
            for edit in edits:
                # Discarded, while Asana was asked.
                with suppress(StateChanged):
                    self._not_read(edit, error)
            return None
        for wave in batches(edits):
            self.held.extend(self.clock())
            self._send(wave)
        reading.forget_entries(self.sheet, gids)
        return self.entries

    def _read_elsewhere(self, gids: Collection[str]) -> list[Entry]:
        missing = set(gids) - {entry.gid for entry in self.entries}
        reads = [reading.reader(gid) for gid in sorted(missing)]
        found = self.asana.gather_outcomes(reads)
        failed = [one for one in found if isinstance(one, AsanaError)]
        if others := [error for error in failed if not isinstance(error, NotFound)]:
            raise others[0]
        return [one for one in found if isinstance(one, Entry)]

    def _not_read(self, edit: Edit, error: AsanaError) -> None:
        # A write that may have arrived stays in doubt, whatever the reading says.
        if isinstance(error, Refused) and edit.state == State.QUEUED:
            reason = messages.reason(error, State.REFUSED)
            moves.refuse(edit, reason, self.clock(), error.status)
        else:
            moves.reschedule(edit, State(edit.state), error, self.clock(), self.chance)

    def _send(self, wave: Sequence[Edit]) -> None:
        kept = {task.gid for task in reading.kept_tasks(self.sheet)}
        status = approvals.status_in(*self.sheet.place, self.entries)
        rules = policy.rules_for(self.sheet.user, self.sheet.workspace)
        coming = list(self.entries)
        out = []
        with transaction.atomic():
            for edit in wave:
                with suppress(StateChanged):
                    if self._is_to_be_sent(edit, coming, kept, status, rules):
                        coming = grid.replace_entry(coming, edit.entry_gid, expected_entry(edit))
                        out.append(edit)
        senders = [self._sender(edit) for edit in out]
        answers = self.asana.gather_outcomes(senders, writes=True)
        for edit, answer in zip(out, answers, strict=True):
            self._answered(edit, answer)

    def _is_to_be_sent(
        self,
        edit: Edit,
        coming: Sequence[Entry],
        kept: Collection[str],
        status: Status,
        rules: Rules,
    ) -> bool:
        """Looks at what Asana has, and moves the edit to where that leads: in doubt, if it is sent.

        `coming` are the entries as they will be once those that are on their way have arrived.
        """
        now = self.clock()
        if not self._its_turn(edit):
            return False
        there = grid.entries_in_cell(self.entries, edit.task_gid, edit.entered_on)
        verdict = next_step(
            edit.write,
            edit.precondition,
            [*self.entries, *self.elsewhere],
            there,
            sent_at=edit.sent_at if edit.state == State.IN_DOUBT else None,
            settled=now >= moves.settles_at(edit),
            claimed=store.claimed_by_others(edit),
        )
        match verdict.kind:
            case NextStepKind.WAIT:
                due_at = moves.settles_at(edit)
                reason = messages.MAY_HAVE_ARRIVED
                moves.move(edit, State.IN_DOUBT, reason=reason, due_at=due_at)
            case NextStepKind.CONFLICT:
                self._conflict(edit, there)
            case NextStepKind.ADOPT:
                self._confirm(edit, verdict.entry)
            case NextStepKind.SEND if problem := refusal_reason(
                edit, self.entries, kept, self._status(edit, status), self._before(edit)
            ):
                moves.refuse(edit, problem, now)
            case NextStepKind.SEND if refusal := broken_rule(
                rules, edit, coming, self._before(edit)
            ):
                moves.refuse_by_rule(edit, refusal, rules, now)
            case NextStepKind.SEND:
                self._in_doubt(edit, there)
                return True
        return False

    def _before(self, edit: Edit) -> Entry | None:
        """The entry that is meant, as Asana has it."""
        return grid.find_entry([*self.entries, *self.elsewhere], edit.entry_gid)

    def _status(self, edit: Edit, status: Status) -> Status:
        """Of the week that the entry is in: `status` is that of this one."""
        before = self._before(edit)
        if before is None or before.entered_on in self.sheet.week:
            return status
        week = Week.of(before.entered_on)
        return approvals.status_in(self.sheet.user, self.sheet.workspace, week, [before])

    def _its_turn(self, edit: Edit) -> bool:
        """Whether the edit that this one follows is confirmed; without that it must not be sent."""
        if edit.follows is None:
            return True
        first = Edit.objects.get(pk=edit.follows.pk)
        if first.state in OPEN:
            due_at = first.due_at or self.clock() + MAX_RETRY_DELAY
            moves.move(edit, State.QUEUED, reason=messages.WAITS_FOR_ANOTHER, due_at=due_at)
        elif first.state != State.CONFIRMED:
            moves.refuse(edit, str(messages.OTHER_HALF_FAILED), self.clock())
        return first.state == State.CONFIRMED

    def _in_doubt(self, edit: Edit, there: Sequence[Entry]) -> None:
        now = self.clock()
        before = grid.find_entry(self.entries, edit.entry_gid)
        known = seen_of(there) if edit.scope == PreconditionScope.NOTHING else edit.seen_entries
        moves.move(
            edit,
            State.IN_DOUBT,
            sent_at=now,
            # Should we die now, it is looked for once it has settled.
            due_at=now + lock.request_time(),
            before=None if before is None else msgspec.to_builtins(before),
            seen=[[seen.gid, seen.minutes] for seen in known],
        )

    def _conflict(self, edit: Edit, there: Sequence[Entry]) -> None:
        meant = self._before(edit)
        theirs = {
            "seen": [[seen.gid, seen.minutes] for seen in seen_of(there)],
            "mark": fingerprint(meant) if meant else "",
        }
        reason = messages.changed_in_asana(there)
        moves.move(edit, State.CONFLICT, reason=reason, theirs=theirs, due_at=None)

    def _sender(self, edit: Edit) -> Callable[[Client], Entry | None]:
        write, task, day, held, clock = (
            edit.write,
            edit.task_gid,
            edit.entered_on,
            self.held,
            self.clock,
        )

        def sent(asana: Client) -> Entry | None:
            if not held.leaves_time(clock()):
                raise Unreachable("there was no time left to send it", sent=False)
            return send(asana, write, task, day)

        return sent

    def _answered(self, edit: Edit, answer: Entry | AsanaError | None) -> None:
        if isinstance(answer, NotFound) and edit.kind != WriteKind.CREATE:
            self._gone(edit)
        elif isinstance(answer, AsanaError):
            self._failed(edit, answer)
        else:
            target = edit.entry_gid
            self._confirm(edit, answer)
            if answer is not None and answer.task is None:
                answer = structs.replace(answer, task=_task_of(edit, self.entries))
            self.entries = grid.replace_entry(self.entries, target, answer)

    def _gone(self, edit: Edit) -> None:
        """It was deleted in Asana between our looking and our writing."""
        self.entries = grid.replace_entry(self.entries, edit.entry_gid, None)
        if edit.kind == WriteKind.DELETE:
            self._confirm(edit, None)
        else:
            there = grid.entries_in_cell(self.entries, edit.task_gid, edit.entered_on)
            self._conflict(edit, there)

    def _failed(self, edit: Edit, error: AsanaError) -> None:
        now, state = self.clock(), state_after(error)
        if state is State.REFUSED:
            moves.refuse(edit, messages.reason(error, state), now, error.status)
        else:
            # From now on it settles: it may take place as long as Asana is at it.
            sent_at = now if state is State.IN_DOUBT else edit.sent_at
            moves.reschedule(edit, state, error, now, self.chance, sent_at=sent_at)

    def _confirm(self, edit: Edit, entry: Entry | None) -> None:
        if entry is None and self._had_row(edit):
            # The row would be gone with its last entry, under the person's hands.
            rows.add_to_week(self.sheet, _task_of(edit, self.entries))
        gid = entry.gid if entry else edit.entry_gid
        moves.close(edit, State.CONFIRMED, self.clock(), entry_gid=gid, reason="")

    def _had_row(self, edit: Edit) -> bool:
        """What was sent had one. Where there was nothing to be sent only the browser says so, and
        a task of another workspace must not come in by that."""
        names = reading.cached_names(self.sheet.user, self.sheet.workspace)
        return edit.sent_at is not None or is_row(edit.task_gid, self.entries, names)


def _task_of(edit: Edit, entries: Sequence[Entry]) -> Task:
    found = (entry.task for entry in entries if entry.task and entry.task.gid == edit.task_gid)
    return next(found, Task(edit.task_gid))
