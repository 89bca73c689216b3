"""Moving an edit on: every change of its state, only along `MOVES`."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from django.db import transaction
from django.db.models import QuerySet

from accounts.asana.errors import AsanaError, RateLimited
from timesheet.domain.cell import PreconditionScope, Write
from timesheet.domain.journal import (
    MAX_ATTEMPTS,
    MOVES,
    ON_THE_WAY,
    SETTLING,
    State,
    retry_delay,
)
from timesheet.domain.policy import PossibleToday, Refusal, RequestedWrite
from timesheet.journal import lock
from timesheet.journal.lock import request_time
from timesheet.models import Edit
from timesheet.sheets import messages
from timesheet.sheets.policy import Rules

logger = logging.getLogger(__name__)


class StateChanged(Exception):
    """The edit went elsewhere in the meantime, by another hand."""


def move(edit: Edit, state: State, **fields: object) -> None:
    """Changes an edit's state in the database, only along `MOVES` and only from where it is.

    Raises `Overtaken` where it is no longer there.
    """
    was = State(edit.state)
    if state not in MOVES[was]:
        raise ValueError(f"{was} does not lead to {state}")
    moved = Edit.objects.filter(pk=edit.pk, state=was).update(state=state, **fields)
    if not moved:
        raise StateChanged(f"edit {edit.pk} is no longer {was}")
    logger.info("edit %s: %s to %s", edit.pk, was, state)
    edit.refresh_from_db()


def close(edit: Edit, state: State, now: datetime, **fields: object) -> None:
    move(edit, state, closed_at=now, due_at=None, **fields)


def refuse(edit: Edit, reason: str, now: datetime, status: int | None = None) -> None:
    close(edit, State.REFUSED, now, reason=reason, asana_status=status)


def refuse_by_rule(edit: Edit, refusal: Refusal, rules: Rules, now: datetime) -> None:
    """Closes an edit that never left, because the rules say so."""
    move(edit, due_at=None, **refusal_fields(refusal, rules, now))


def reschedule(
    edit: Edit,
    state: State,
    error: AsanaError,
    now: datetime,
    chance: float,
    **fields: object,
) -> None:
    """Keeps an edit that Asana did not answer, for a later attempt or, after too many, for its
    person. `chance`, from 0 to 1, is the luck in how long that is; edits with the same one are
    tried again together."""
    attempts = edit.attempts + 1
    wait = retry_delay(attempts, chance)
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


@transaction.atomic
def requeue_with(edit: Edit, write: Write, now: datetime, *, rules: Rules, today: date) -> None:
    """Has another write sent for an edit in conflict, over what Asana had then, unless the rules
    refuse it."""
    theirs = edit.theirs or {"seen": [], "mark": ""}
    move(
        edit,
        State.QUEUED,
        kind=write.kind,
        entry_gid=write.entry,
        duration_minutes=write.minutes,
        fields=msgspec.to_builtins(write.fields),
        scope=edit.scope if write.entry == edit.entry_gid else PreconditionScope.CELL,
        seen=theirs["seen"],
        fingerprint=theirs["mark"],
        theirs=None,
        reason="",
        attempts=0,
        due_at=now,
    )
    wanted = RequestedWrite.of(write, edit.entered_on, edit.seen_entries)
    if refusal := rules.refusal(wanted, PossibleToday.of(today)):
        refuse_by_rule(edit, refusal, rules, now)
    make_due_now(Edit.objects.filter(follows=edit), now)


def discard(edit: Edit, now: datetime) -> bool:
    """Closes an open edit, or notes that its person knows that it was refused, or discarded by
    another. One that is on its way at this moment stays as it is. Answers whether it was closed."""
    acknowledge(edit, now)
    return _let_go(edit, now)


def discard_for_other(edit: Edit, now: datetime, *, by: str, reason: str) -> bool:
    """Closes another person's open edit, who is yet to be told; answers whether it was closed."""
    return _let_go(edit, now, discarded_by=by[:255], reason=reason)


def _let_go(edit: Edit, now: datetime, **fields: object) -> bool:
    closed = False
    with suppress(StateChanged):
        if edit.state == State.IN_DOUBT:
            with lock.acquire(edit.user, lambda: now) as held:
                if held:
                    close(edit, State.DISCARDED, now, **fields)
                    closed = True
        elif edit.is_open:
            close(edit, State.DISCARDED, now, **fields)
            closed = True
    edit.refresh_from_db()
    make_due_now(Edit.objects.filter(follows=edit), now)
    return closed


def settles_at(edit: Edit) -> datetime:
    """From when on a write without an answer is known not to have taken place."""
    if edit.sent_at is None:
        return edit.created_at
    return edit.sent_at + request_time() + SETTLING


def make_due_now(edits: QuerySet[Edit], now: datetime) -> int:
    """Has edits tried at once that would be tried later; answers how many."""
    return edits.filter(state__in=ON_THE_WAY).exclude(due_at__lte=now).update(due_at=now)


def mark_seen(edits: Iterable[Edit], now: datetime) -> None:
    """The person has been told of those that were refused."""
    refused = [edit.pk for edit in edits if edit.state == State.REFUSED]
    if refused:
        Edit.objects.filter(pk__in=refused, acknowledged_at=None).update(acknowledged_at=now)


def acknowledge(edit: Edit, now: datetime) -> None:
    """The person knows how it ended, where it was not as they wanted."""
    if edit.unacknowledged:
        Edit.objects.filter(pk=edit.pk, acknowledged_at=None).update(acknowledged_at=now)


def refusal_fields(refusal: Refusal, rules: Rules, now: datetime) -> dict[str, Any]:
    return {
        "state": State.REFUSED,
        "closed_at": now,
        "reason": rules.sentence(refusal),
        "rule": refusal.rule,
        "rounded": refusal.rounded or None,
    }
