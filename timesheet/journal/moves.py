"""Every change of an edit's state. All but `hold_restored` follow `domain.journal.MOVES`."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.asana.errors import AsanaError, RateLimited, Refused, may_have_taken_place
from timesheet.domain.cell import PreconditionScope, Write, WriteKind
from timesheet.domain.journal import (
    DUPLICATE_WATCH,
    MAX_ATTEMPTS,
    MOVES,
    ON_THE_WAY,
    OPEN,
    State,
    retry_delay,
)
from timesheet.domain.policy import PossibleToday, Refusal, RequestedWrite
from timesheet.journal import lock, messages
from timesheet.models import Edit
from timesheet.sheets.policy import Rules

logger = logging.getLogger(__name__)

# How long edits wait until we check again whether delivery is still paused.
PAUSE = timedelta(minutes=1)


class StateChanged(Exception):
    """Another process changed the edit's state, or sent it again, in the meantime."""


def move(edit: Edit, state: State, **fields: object) -> None:
    """Change an edit's state and these fields in the database and on `edit`.

    Raises `ValueError` if `MOVES` does not allow it, and `StateChanged` if the edit is no longer in
    the state that `edit` has, or was sent again since.
    """
    was = State(edit.state)
    if state not in MOVES[was]:
        raise ValueError(f"{was} does not lead to {state}")
    # A second send leaves an edit in doubt, and the answer to the first says nothing about it.
    unchanged = Edit.objects.filter(pk=edit.pk, state=was, sent_at=edit.sent_at)
    if not unchanged.update(state=state, **fields):
        raise StateChanged(f"edit {edit.pk} is no longer {was}, or was sent again")
    logger.info("edit %s: %s to %s", edit.pk, was, state)
    for name, value in {"state": state, **fields}.items():
        setattr(edit, name, value)


def close(edit: Edit, state: State, now: datetime, **fields: object) -> None:
    """Move an edit to a final state. Raises as `move` does."""
    move(edit, state, closed_at=now, due_at=None, **fields)


def refuse(edit: Edit, reason: str, now: datetime, status: int | None = None) -> None:
    """Close an edit as refused; `status` is the HTTP status where Asana refused it.

    Raises as `move` does.
    """
    watched = {} if status else _watched(edit, now)
    close(edit, State.REFUSED, now, reason=reason, asana_status=status, **watched)


def refuse_by_rule(edit: Edit, refusal: Refusal, rules: Rules, now: datetime) -> None:
    """Close an edit that is not sent, because the rules refuse it. Raises as `move` does."""
    move(edit, due_at=None, **refusal_fields(refusal, rules, now), **_watched(edit, now))


def _watched(edit: Edit, now: datetime) -> dict[str, Any]:
    """Return the fields of an edit that is closed without an answer: it may still arrive."""
    may_arrive = edit.state == State.IN_DOUBT and edit.kind == WriteKind.CREATE
    return {"watch_until": now + DUPLICATE_WATCH} if may_arrive else {}


def refusal_fields(refusal: Refusal, rules: Rules, now: datetime) -> dict[str, Any]:
    """Return the fields of an edit that the rules refuse."""
    return {
        "state": State.REFUSED,
        "closed_at": now,
        "reason": rules.sentence(refusal),
        "rule": refusal.rule,
        "rounded_minutes": refusal.rounded or None,
    }


def state_after(error: AsanaError) -> State:
    """Return the state of an edit whose write failed.

    Refused by Asana itself: refused. Certainly not written (401, 429, a blocked app, a request that
    was never sent): queued. Anything else: in doubt.
    """
    if isinstance(error, Refused):
        return State.REFUSED
    return State.IN_DOUBT if may_have_taken_place(error) else State.QUEUED


def reschedule(
    edit: Edit,
    state: State,
    error: AsanaError,
    now: datetime,
    jitter: float,
    **fields: object,
) -> None:
    """Schedule the next attempt of an edit that failed; after too many, its person has to decide.

    `jitter`, from 0 to 1, varies the delay; edits with the same one are retried together. Raises as
    `move` does.
    """
    attempts = edit.attempts + 1
    wait = retry_delay(attempts, jitter)
    if isinstance(error, RateLimited) and error.retry_after is not None:
        wait = max(wait, timedelta(seconds=error.retry_after))
    move(
        edit,
        state,
        reason=messages.reason(error, state),
        asana_status=error.status,
        attempts=attempts,
        due_at=None if attempts >= MAX_ATTEMPTS else now + wait,
        **fields,
    )


def pause(edits: Iterable[Edit], now: datetime) -> None:
    """Postpone those of the edits that are on the way, because nothing may be sent, and say why."""
    for edit in edits:
        # The transaction that marked it as being sent was rolled back.
        edit.refresh_from_db()
        # Its person may have discarded it in the meantime.
        with suppress(StateChanged):
            if edit.state in ON_THE_WAY:
                due_at = now + PAUSE
                move(edit, State(edit.state), reason=str(messages.PAUSED), due_at=due_at)


def hold_restored(now: datetime) -> int:
    """Have every open edit of a restored backup compared by its person before anything is sent.

    Returns their number. These edits are not moved along `MOVES`: the backup is older than what
    happened to them since.
    """
    return Edit.objects.filter(state__in=OPEN).update(
        state=State.RESTORED,
        reason=str(messages.CHECKING_AFTER_RESTORE),
        theirs=None,
        attempts=0,
        asana_status=None,
        due_at=now,
    )


@transaction.atomic
def requeue_with(edit: Edit, write: Write, now: datetime, *, rules: Rules, today: date) -> None:
    """Queue an edit in conflict again, with another write, unless the rules refuse it.

    It is sent only if Asana still has what it had when the conflict was found. `today` is the
    person's. Raises as `move` does.
    """
    theirs = edit.theirs or {"seen": [], "fingerprint": ""}
    move(
        edit,
        State.QUEUED,
        kind=write.kind,
        entry_gid=write.entry,
        duration_minutes=write.minutes,
        fields=msgspec.to_builtins(write.fields),
        scope=edit.scope if write.entry == edit.entry_gid != "" else PreconditionScope.CELL,
        seen=theirs["seen"],
        fingerprint=theirs["fingerprint"],
        theirs=None,
        reason="",
        # This write was never sent.
        sent_at=None,
        asana_sent_at=None,
        asana_sent_until=None,
        clocks_differ_since=None,
        attempts=0,
        due_at=now,
    )
    requested = RequestedWrite.of(write, edit.entered_on, edit.seen_entries)
    if refusal := rules.refusal(requested, PossibleToday.of(today)):
        refuse_by_rule(edit, refusal, rules, now)
    make_due_now(Edit.objects.filter(follows=edit), now)


def discard(edit: Edit, now: datetime) -> bool:
    """Close an open edit for its person, or acknowledge one that is closed already.

    An edit that is being delivered at this moment stays as it is. Returns whether it was closed.
    """
    acknowledge(edit, now)
    return _discard_open(edit, now)


def discard_whole(edit: Edit, now: datetime) -> None:
    """Close an open edit for its person, with the other half if it is one of a move or split.

    If the first half can't be closed, because it is being delivered at this moment, neither is.
    """
    if not edit.is_open:
        acknowledge(edit, now)
    else:
        halves = Edit.objects.filter(Q(pk__in=[edit.pk, edit.follows_id]) | Q(follows=edit.pk))
        for half in halves.filter(state__in=OPEN).order_by("pk"):
            if not discard(half, now) and half.is_open:
                break
    edit.refresh_from_db()


def discard_for_other(edit: Edit, now: datetime, *, by: str, reason: str) -> bool:
    """Close another person's open edit, and show it to that person until they acknowledge it.

    `by` is the name of the admin. Returns whether it was closed.
    """
    return _discard_open(edit, now, discarded_by=by[:255], reason=reason)


def _discard_open(edit: Edit, now: datetime, **fields: object) -> bool:
    closed = False
    with suppress(StateChanged):
        if edit.state == State.IN_DOUBT:
            # Not during a delivery, which may still get the answer to it.
            with lock.acquire(edit.user, lambda: now) as lease:
                if lease:
                    # It may have been sent again just before, or be closed.
                    edit.refresh_from_db()
                    if edit.is_open:
                        close(edit, State.DISCARDED, now, **fields, **_watched(edit, now))
                        closed = True
        elif edit.is_open:
            close(edit, State.DISCARDED, now, **fields)
            closed = True
    edit.refresh_from_db()
    make_due_now(Edit.objects.filter(follows=edit), now)
    return closed


def make_due_now(edits: QuerySet[Edit], now: datetime) -> int:
    """Make those of the edits that are on the way due now; return how many were not due yet."""
    return edits.filter(state__in=ON_THE_WAY).exclude(due_at__lte=now).update(due_at=now)


def mark_seen(edits: Iterable[Edit], now: datetime) -> None:
    """Note that the person has seen the refusals among these edits."""
    refused = [edit.pk for edit in edits if edit.state == State.REFUSED]
    if refused:
        Edit.objects.filter(pk__in=refused, acknowledged_at=None).update(acknowledged_at=now)


def acknowledge(edit: Edit, now: datetime) -> None:
    """Note that the person knows that an edit was refused, discarded by an admin, or came late."""
    if edit.duplicate_gid:
        Edit.objects.filter(pk=edit.pk).update(duplicate_gid="")
    if edit.unacknowledged:
        Edit.objects.filter(pk=edit.pk, acknowledged_at=None).update(acknowledged_at=now)
