"""Getting edits to Asana.

An edit is in the journal before Asana is asked, and marked *in doubt* before its write is sent; see
`timesheet.domain.journal`. Nothing here raises `AsanaError`: the edits say what happened.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import cached_property, partial

import msgspec
from django.db import transaction
from msgspec import structs

from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, NotFound, Refused, Unauthorized, Unreachable
from accounts.asana.records import Entry
from timesheet.domain import grid
from timesheet.domain.cell import WriteKind
from timesheet.domain.entry import fingerprint
from timesheet.domain.journal import (
    DUPLICATE_WATCH,
    MAX_RETRY_DELAY,
    OPEN,
    NextStepKind,
    State,
    is_done,
    next_step,
    seen_of,
)
from timesheet.journal import (
    current_entries,
    delivery_mark,
    late_writes,
    lock,
    messages,
    moves,
    settling,
    store,
)
from timesheet.journal.current_entries import CurrentEntries
from timesheet.journal.delivery_mark import OlderDatabase
from timesheet.journal.lock import Clock, HeldEdits, Lease, LeaseLost
from timesheet.journal.moves import StateChanged
from timesheet.journal.preflight import (
    batches,
    broken_rule,
    expected_entry,
    has_entries,
    may_exist,
    refusal_reason,
    send_write,
    status_of_week,
    task_of,
)
from timesheet.journal.settling import Look
from timesheet.models import Edit
from timesheet.sheets import reading, rows, stored_weeks
from timesheet.sheets.sheet import Sheet

logger = logging.getLogger(__name__)


def deliver(
    asana: Client,
    sheet: Sheet,
    *,
    clock: Clock,
    patience: float = 0,
    held: HeldEdits | None = None,
) -> list[Entry] | None:
    """Take the edits of the week that are due one step further, in the order they were made.

    Those that do not depend on each other are sent at the same time. Returns the week's entries as
    they are then; None if nothing was due, or Asana could not be read. Waits up to `patience`
    seconds for another process that delivers, unless `held` has the lease, which is ended.
    """
    taken, known = (held.lease, held.edits) if held else (None, None)
    with (
        lock.acquire(sheet.user, clock, patience=patience, held=taken) as lease,
        ExitStack() as room,
    ):
        edits = store.due_edits(sheet, clock()) if lease and known is None else known
        if not lease or not edits:
            return None
        delivery = _Delivery(asana, sheet, lease, clock, room)
        try:
            # For edits that were just recorded this is checked when they are sent.
            if known is None and not delivery_mark.is_valid():
                raise OlderDatabase
            if not delivery.read(edits):
                return None
            for batch in batches(edits):
                delivery.send(batch)
            delivery.send_expired(edits)
        except (LeaseLost, AsanaError) as error:
            logger.warning("user %s: what has no answer stays in doubt: %r", sheet.user.pk, error)
            return None
        except OlderDatabase:
            moves.pause(edits, clock())
            return None
        delivery.finish(edits)
        return delivery.entries


@dataclass
class _Delivery:
    """One delivery of edits of a week."""

    asana: Client
    sheet: Sheet
    lease: Lease
    clock: Clock
    # Holds what is reserved of Asana's rate limit.
    room: ExitStack
    # The entries of the week as Asana has them, kept up to date with its answers.
    entries: list[Entry] = field(default_factory=list)
    # Entries that the edits change and that were moved to another week.
    elsewhere: list[Entry] = field(default_factory=list)
    # What was last read of the week, and when.
    current: CurrentEntries = field(default_factory=CurrentEntries)
    look: Look = field(init=False)
    # Edits whose write was answered with 401, by their keys: the token had expired.
    expired: set[int] = field(default_factory=set)
    jitter: float = field(default_factory=random.random)

    def read(self, edits: Sequence[Edit]) -> bool:
        """Read the week, and entries of the edits elsewhere; postpone the edits if that fails."""
        now = self.clock()
        try:
            if len(edits) == 1:
                # Together, because each costs a transaction.
                self.room.enter_context(self.asana.reserve(reads=1, writes=1))
            self.current = current_entries.read(self.asana, self.sheet, edits, now)
        except AsanaError as error:
            for edit in edits:
                # Its person may have discarded it in the meantime.
                with suppress(StateChanged):
                    self._not_read(edit, error)
            return False
        self.look = Look(now, self.asana.session.asana_time.latest)
        self.entries, self.elsewhere = self.current.entries, self.current.elsewhere
        return True

    def _not_read(self, edit: Edit, error: AsanaError) -> None:
        # A write that may have arrived stays in doubt, even if Asana refuses to be read.
        if isinstance(error, Refused) and edit.state == State.QUEUED:
            self._refuse(edit, error)
        else:
            moves.reschedule(edit, State(edit.state), error, self.clock(), self.jitter)

    def send(self, batch: Sequence[Edit]) -> None:
        """Send those of a batch that may be sent, at the same time, and store the outcomes.

        Raises `LeaseLost`, and `OlderDatabase` before anything is sent.
        """
        followers = store.followers_of([edit for edit in batch if edit.has_followers])
        expected = list(self.entries)
        edits = []
        # Committed before anything is sent.
        with transaction.atomic():
            self.lease.extend(self.clock())
            for edit in batch:
                with suppress(StateChanged):
                    if self._is_to_be_sent(edit, expected, followers.get(edit.pk, ())):
                        expected = grid.replace_entry(
                            expected, edit.entry_gid, expected_entry(edit)
                        )
                        edits.append(edit)
            mark = delivery_mark.advance(edits) if edits else None
        if mark:
            delivery_mark.write_file(mark)
        calls = [partial(self._write, edit) for edit in edits]
        answers = self.asana.gather_outcomes(calls, writes=True, repeat=False)
        is_lost = False
        for edit, answer in zip(edits, answers, strict=True):
            try:
                self._answered(edit, answer)
            except StateChanged:
                # This process was held up for longer than its lease, and another one took over.
                is_lost = True
        if is_lost:
            raise LeaseLost

    def send_expired(self, edits: Sequence[Edit]) -> None:
        """Send once more those of the edits that met an expired token.

        Asana is read again before that, as before every second send. Raises as `send` does.
        """
        expired = [edit for edit in edits if edit.pk in self.expired]
        if expired and self.read(expired):
            for batch in batches(expired):
                self.send(batch)

    def finish(self, edits: Sequence[Edit]) -> None:
        """Bring what is stored of the week up to date, and give back the lease and the room."""
        if self.current.is_filled_in:
            gids = {edit.entry_gid for edit in edits if edit.entry_gid}
            reading.forget_entries(self.sheet, gids)
        with transaction.atomic():
            stored_weeks.replace_entries(self.sheet, self.entries, self.clock(), self.current.copy)
            stored_weeks.forget_others(self.sheet, [edit.write.fields.entered_on for edit in edits])
            self.room.close()
            self.lease.release()

    def _is_to_be_sent(
        self, edit: Edit, expected: Sequence[Entry], followers: Iterable[Edit]
    ) -> bool:
        """Compare the edit with what Asana has, and move it on; return whether to send it now.

        `expected` are the entries as they will be once the edits before it in the batch are saved.
        """
        in_cell = grid.entries_in_cell(self.entries, edit.task_gid, edit.entered_on)
        if edit.state == State.RESTORED:
            self._compare_restored(edit, in_cell)
            return False
        if not self._is_its_turn(edit):
            return False
        progress = settling.progress(edit, self.look)
        was_sent = may_exist(edit)
        step = next_step(
            edit.write,
            edit.precondition,
            [*self.entries, *self.elsewhere],
            in_cell,
            sent=was_sent,
            since=edit.asana_sent_at,
            settled=progress.is_settled,
            claimed=store.claimed(edit, in_cell) if was_sent else (),
        )
        match step.kind:
            case NextStepKind.WAIT:
                settling.wait(edit, progress)
            case NextStepKind.CONFLICT:
                self._conflict(edit, in_cell)
            case NextStepKind.ADOPT:
                # After a second send we can't tell which of the two made the entry.
                if step.entry and edit.kind == WriteKind.CREATE and edit.watch_until is None:
                    late_writes.observe(edit, step.entry)
                self._confirm(edit, step.entry)
            case NextStepKind.SEND:
                return self._prepare(edit, in_cell, expected, followers)
        return False

    def _compare_restored(self, edit: Edit, in_cell: Sequence[Entry]) -> None:
        """Have the person compare an edit of a restored backup with what Asana has.

        Nobody has to decide if the entry is already changed or deleted as the edit asks.
        """
        if is_done(edit.write, [*self.entries, *self.elsewhere]):
            self._confirm(edit, self._before(edit))
        else:
            self._conflict(edit, in_cell, messages.restored(in_cell))

    def _is_its_turn(self, edit: Edit) -> bool:
        """Return whether the edit that this one follows is confirmed, so that it may be sent."""
        if edit.follows_id is None:
            return True
        first = Edit.objects.get(pk=edit.follows_id)
        if first.state in OPEN:
            due_at = first.due_at or self.clock() + MAX_RETRY_DELAY
            reason = str(messages.WAITS_FOR_ANOTHER)
            moves.move(edit, State.QUEUED, reason=reason, due_at=due_at)
        elif first.state != State.CONFIRMED:
            moves.refuse(edit, str(messages.OTHER_HALF_FAILED), self.clock())
        return first.state == State.CONFIRMED

    def _prepare(
        self,
        edit: Edit,
        in_cell: Sequence[Entry],
        expected: Sequence[Entry],
        followers: Iterable[Edit],
    ) -> bool:
        """Refuse the edit, or mark it as in doubt; return whether to send it."""
        now, before = self.clock(), self._before(edit)
        has_row = has_entries(edit.task_gid, self.entries) or edit.task_gid in self._kept_gids
        status = status_of_week(self.sheet, self.entries, before)
        if reason := refusal_reason(edit, status, before, has_row=has_row):
            half_saved = f" {messages.HALF_SAVED}" if store.is_half_saved(edit) else ""
            moves.refuse(edit, f"{reason}{half_saved}", now)
            return False
        if refusal := broken_rule(self.sheet.rules, edit, before, expected, followers):
            moves.refuse_by_rule(edit, refusal, self.sheet.rules, now)
            return False
        self._in_doubt(edit, in_cell)
        return True

    @cached_property
    def _kept_gids(self) -> set[str]:
        """The gids of the tasks that the person keeps in the week."""
        return {task.gid for task in reading.kept_tasks(self.sheet)}

    def _before(self, edit: Edit) -> Entry | None:
        """Return the entry that the edit changes, as Asana has it."""
        return grid.find_entry([*self.entries, *self.elsewhere], edit.entry_gid)

    def _in_doubt(self, edit: Edit, in_cell: Sequence[Entry]) -> None:
        now, before = self.clock(), grid.find_entry(self.entries, edit.entry_gid)
        seen = seen_of(in_cell) if edit.kind == WriteKind.CREATE else edit.seen_entries
        is_second = edit.kind == WriteKind.CREATE and may_exist(edit)
        first_sent_at = edit.asana_sent_at if is_second else None
        moves.move(
            edit,
            State.IN_DOUBT,
            # The latest time: it may wait for its turn, and this process may die then.
            **settling.sent_until(self.lease.last_send, now, self.asana),
            # From the response to the read before it: Asana may not answer the write.
            asana_sent_at=first_sent_at or self.asana.session.asana_time.latest,
            watch_until=now + DUPLICATE_WATCH if is_second else edit.watch_until,
            # If this process dies now, the edit is looked for then.
            due_at=now + lock.request_time(),
            before=None if before is None else msgspec.to_builtins(before),
            seen=[[entry.gid, entry.minutes] for entry in seen],
        )

    def _write(self, edit: Edit, asana: Client) -> Entry | None:
        """Make the one request to Asana that writes this edit. Runs in a thread of its own."""
        if not self.lease.leaves_time(self.clock()):
            raise Unreachable("there was no time left to send it", sent=False)
        return send_write(edit, asana)

    def _answered(self, edit: Edit, answer: Entry | AsanaError | None) -> None:
        if isinstance(answer, NotFound) and edit.kind != WriteKind.CREATE:
            self._not_found(edit, answer)
        elif isinstance(answer, AsanaError):
            self._failed(edit, answer)
        else:
            written_gid = edit.entry_gid
            self._confirm(edit, answer)
            if answer is not None and answer.task is None:
                answer = structs.replace(answer, task=task_of(edit, self.entries))
            self.entries = grid.replace_entry(self.entries, written_gid, answer)

    def _not_found(self, edit: Edit, error: NotFound) -> None:
        """Treat the entry as deleted only if Asana does not find it when it is read, either."""
        [shown] = self.asana.gather_outcomes([reading.entry_reader(edit.entry_gid)])
        if isinstance(shown, NotFound):
            self._gone(edit)
        else:
            self._failed(edit, shown if isinstance(shown, AsanaError) else error)

    def _gone(self, edit: Edit) -> None:
        """Handle an entry that was deleted in Asana between our read and our write."""
        self.entries = grid.replace_entry(self.entries, edit.entry_gid, None)
        if edit.kind == WriteKind.DELETE:
            self._confirm(edit, None)
        else:
            in_cell = grid.entries_in_cell(self.entries, edit.task_gid, edit.entered_on)
            self._conflict(edit, in_cell)

    def _failed(self, edit: Edit, error: AsanaError) -> None:
        now, state = self.clock(), moves.state_after(error)
        if isinstance(error, Unauthorized):
            self.expired.add(edit.pk)
        if state is State.REFUSED:
            self._refuse(edit, error)
        else:
            # It settles from now on: Asana may have received it just before we gave up.
            fields = settling.sent_until(now, now, self.asana) if state is State.IN_DOUBT else {}
            moves.reschedule(edit, state, error, now, self.jitter, **fields)

    def _refuse(self, edit: Edit, error: AsanaError) -> None:
        reason = messages.reason(error, State.REFUSED)
        if store.is_half_saved(edit):
            reason = messages.rest_refused(error)
        moves.refuse(edit, reason, self.clock(), error.status)

    def _conflict(self, edit: Edit, in_cell: Sequence[Entry], reason: str = "") -> None:
        before = self._before(edit)
        theirs = {
            "seen": [[entry.gid, entry.minutes] for entry in seen_of(in_cell)],
            "fingerprint": fingerprint(before) if before else "",
        }
        reason = reason or messages.changed_in_asana(in_cell)
        moves.move(edit, State.CONFLICT, reason=reason, theirs=theirs, due_at=None)

    def _confirm(self, edit: Edit, entry: Entry | None) -> None:
        if entry is None and self._had_row(edit):
            # Otherwise the row would vanish with its last entry while the person types in it.
            rows.add_to_week(self.sheet, task_of(edit, self.entries))
            self._kept_gids.add(edit.task_gid)
        gid = entry.gid if entry else edit.entry_gid
        moves.close(edit, State.CONFIRMED, self.clock(), entry_gid=gid, reason="")

    def _had_row(self, edit: Edit) -> bool:
        """Return whether the task had a row in the week.

        An edit that was sent had one. If there was nothing to send, only the browser says so, and
        it must not bring in a task of another workspace.
        """
        if edit.sent_at is not None or has_entries(edit.task_gid, self.entries):
            return True
        return edit.task_gid in reading.cached_names(self.sheet.user, self.sheet.workspace)
