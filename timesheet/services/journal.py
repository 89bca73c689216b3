"""The journal on disk: edits are written down, found when they are due, and moved along `MOVES`."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import QuerySet

from accounts.asana.errors import AsanaError, RateLimited
from timesheet import words
from timesheet.domain.cell import Act, Ask, CannotPlan, Compare, Write
from timesheet.domain.journal import (
    MOST_ATTEMPTS,
    MOVES,
    ON_THE_WAY,
    OPEN,
    SETTLING,
    Sight,
    State,
    pause,
)
from timesheet.domain.policy import Refusal, Today, Wanted
from timesheet.models import Edit, Step
from timesheet.services import outbox
from timesheet.services.house import Rules
from timesheet.services.outbox import request_time
from timesheet.services.sheets import Sheet

logger = logging.getLogger(__name__)

ANYTHING = Sight(compare=Compare.NOTHING)


class Overtaken(Exception):
    """The edit went elsewhere in the meantime, by another hand."""


@dataclass(frozen=True)
class Intent:
    """A write that a person asked for, and what it stands on.

    `follows` is the place, in its step, of the intent that must be confirmed before; `restores`
    the gid of a deleted entry that this one brings back.
    """

    edit_id: UUID
    task: str
    day: date
    write: Write
    sight: Sight = ANYTHING
    text: str = ""
    restores: str = ""
    follows: int | None = None


def open_step(sheet: Sheet, step_id: UUID, now: datetime) -> Step:
    step, _created = Step.objects.get_or_create(
        user=sheet.user,
        step_id=step_id,
        defaults={
            "workspace_gid": sheet.workspace,
            "week": str(sheet.week),
            "created_at": now,
        },
    )
    return step


def write_down(
    sheet: Sheet,
    step: Step,
    intents: Sequence[Intent],
    now: datetime,
    *,
    rules: Rules,
    today: date,
) -> list[Edit]:
    """What the rules refuse is written down as refused, with the sentence, and never leaves; so
    are all that depend on it. `today` is the person's.

    Raises `IntegrityError` when one of these edits is written down already.
    """
    edits: list[Edit] = []
    with transaction.atomic():
        outbox.lock(sheet.user)
        for intent, ending in zip(intents, _endings(intents, rules, today, now), strict=True):
            follows = None if intent.follows is None else edits[intent.follows]
            edits.append(_write_down(sheet, step, intent, follows, now, **ending))
    return edits


def _endings(
    intents: Sequence[Intent], rules: Rules, today: date, now: datetime
) -> list[dict[str, Any]]:
    """How each begins: due now, or refused. Those that follow one another are refused together:
    half a change is none."""
    firsts: list[int] = []
    refused: dict[int, dict[str, Any]] = {}
    for place, intent in enumerate(intents):
        first = place if intent.follows is None else firsts[intent.follows]
        firsts.append(first)
        wanted = Wanted.of(intent.write, intent.day, intent.sight.seen)
        refusal = rules.refusal(wanted, Today.of(today))
        if refusal and first not in refused:
            refused[first] = _refused(refusal, rules, now)
            if first != place:
                # Nobody typed it, so nobody can type what it would be rounded to.
                refused[first]["rounded"] = None
    return [refused.get(first, {"due_at": now}) for first in firsts]


def _refused(refusal: Refusal, rules: Rules, now: datetime) -> dict[str, Any]:
    return {
        "state": State.REFUSED,
        "closed_at": now,
        "reason": rules.sentence(refusal),
        "rule": refusal.rule,
        "rounded": refusal.rounded or None,
    }


def _write_down(
    sheet: Sheet,
    step: Step,
    intent: Intent,
    follows: Edit | None,
    now: datetime,
    **ending: Any,
) -> Edit:
    return Edit.objects.create(
        user=sheet.user,
        step=step,
        turn=step.turn,
        follows=follows,
        edit_id=intent.edit_id,
        workspace_gid=sheet.workspace,
        task_gid=intent.task,
        entered_on=intent.day,
        text=intent.text,
        seen=[[seen.gid, seen.minutes] for seen in intent.sight.seen],
        compare=intent.sight.compare,
        mark=intent.sight.mark,
        act=intent.write.act,
        entry_gid=intent.write.entry,
        duration_minutes=intent.write.minutes,
        fields=msgspec.to_builtins(intent.write.fields),
        restores=intent.restores,
        created_at=now,
        **ending,
    )


def make_room(sheet: Sheet, intent: Intent, now: datetime) -> None:
    """What was typed before over the same cell or entry, and never got anywhere, is replaced.

    What adds one more entry replaces nothing. Raises `CannotPlan` where something in the cell may
    have reached Asana.
    """
    if intent.sight.compare is Compare.NOTHING:
        return
    refuse_unsettled(sheet, intent.task, intent.day)
    earlier = _open_in(sheet, intent.task, intent.day).exclude(compare=Compare.NOTHING)
    if intent.sight.compare is Compare.ENTRY:
        earlier = earlier.filter(entry_gid=intent.write.entry)
    drop(earlier.exclude(edit_id=intent.edit_id), now)


def refuse_unsettled(sheet: Sheet, task: str, day: date) -> None:
    """Raises `CannotPlan` while an edit of the cell is in doubt: an entry that is there may be what
    it made, and must be as it made it to be known."""
    if _open_in(sheet, task, day).filter(state=State.IN_DOUBT).exists():
        raise CannotPlan(Ask.UNSETTLED)


def _open_in(sheet: Sheet, task: str, day: date) -> QuerySet[Edit]:
    return edits_of(sheet).filter(task_gid=task, entered_on=day, state__in=OPEN)


def drop(edits: Iterable[Edit], now: datetime) -> None:
    """Closes open edits that never left. Raises `CannotPlan` for one that may have arrived."""
    for edit in edits:
        if edit.state == State.IN_DOUBT:
            raise CannotPlan(Ask.UNSETTLED)
        try:
            close(edit, State.DISCARDED, now)
        except Overtaken:
            raise CannotPlan(Ask.UNSETTLED) from None


# Which edits there are


def edits_of(sheet: Sheet) -> QuerySet[Edit]:
    """The person's own edits in this workspace."""
    return Edit.objects.filter(user=sheet.user, workspace_gid=sheet.workspace)


def due(sheet: Sheet, now: datetime) -> list[Edit]:
    """Those of the week that are to be delivered now, in the order they were written down."""
    week = (sheet.week.start, sheet.week.end)
    waiting = edits_of(sheet).filter(state__in=ON_THE_WAY, entered_on__range=week)
    return list(waiting.filter(due_at__lte=now).select_related("user", "follows").order_by("pk"))


# Moving an edit on


def move(edit: Edit, state: State, **fields: object) -> None:
    """Changes an edit's state in the database, only along `MOVES` and only from where it is.

    Raises `Overtaken` where it is no longer there.
    """
    was = State(edit.state)
    if state not in MOVES[was]:
        raise ValueError(f"{was} does not lead to {state}")
    moved = Edit.objects.filter(pk=edit.pk, state=was).update(state=state, **fields)
    if not moved:
        raise Overtaken(f"edit {edit.pk} is no longer {was}")
    logger.info("edit %s: %s to %s", edit.pk, was, state)
    edit.refresh_from_db()


def close(edit: Edit, state: State, now: datetime, **fields: object) -> None:
    move(edit, state, closed_at=now, due_at=None, **fields)


def refuse(edit: Edit, reason: str, now: datetime, status: int | None = None) -> None:
    close(edit, State.REFUSED, now, reason=reason, asana_status=status)


def refuse_by(edit: Edit, refusal: Refusal, rules: Rules, now: datetime) -> None:
    """Closes an edit that never left, because the rules say so."""
    move(edit, due_at=None, **_refused(refusal, rules, now))


def put_off(
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
    wait = pause(attempts, chance)
    if isinstance(error, RateLimited) and error.retry_after is not None:
        wait = max(wait, timedelta(seconds=error.retry_after))
    move(
        edit,
        state,
        reason=words.reason(error, state),
        asana_status=error.status,
        attempts=attempts,
        due_at=None if attempts >= MOST_ATTEMPTS else now + wait,
        **fields,
    )


@transaction.atomic
def insist(edit: Edit, write: Write, now: datetime, *, rules: Rules, today: date) -> None:
    """Has another write sent for an edit in conflict, over what Asana had then, unless the rules
    refuse it."""
    theirs = edit.theirs or {"seen": [], "mark": ""}
    move(
        edit,
        State.QUEUED,
        act=write.act,
        entry_gid=write.entry,
        duration_minutes=write.minutes,
        fields=msgspec.to_builtins(write.fields),
        compare=edit.compare if write.entry == edit.entry_gid else Compare.CELL,
        seen=theirs["seen"],
        mark=theirs["mark"],
        theirs=None,
        reason="",
        attempts=0,
        due_at=now,
    )
    wanted = Wanted.of(write, edit.entered_on, edit.was)
    if refusal := rules.refusal(wanted, Today.of(today)):
        refuse_by(edit, refusal, rules, now)
    hurry(Edit.objects.filter(follows=edit), now)


def discard(edit: Edit, now: datetime) -> bool:
    """Closes an open edit, or notes that its person knows that it was refused, or discarded by
    another. One that is on its way at this moment stays as it is. Answers whether it was closed."""
    understood(edit, now)
    return _let_go(edit, now)


def take_away(edit: Edit, now: datetime, *, by: str, reason: str) -> bool:
    """Closes another person's open edit, who is yet to be told; answers whether it was closed."""
    return _let_go(edit, now, discarded_by=by[:255], reason=reason)


def _let_go(edit: Edit, now: datetime, **fields: object) -> bool:
    closed = False
    with suppress(Overtaken):
        if edit.state == State.IN_DOUBT:
            with outbox.hold(edit.user, lambda: now) as held:
                if held:
                    close(edit, State.DISCARDED, now, **fields)
                    closed = True
        elif edit.is_open:
            close(edit, State.DISCARDED, now, **fields)
            closed = True
    edit.refresh_from_db()
    hurry(Edit.objects.filter(follows=edit), now)
    return closed


def settles_at(edit: Edit) -> datetime:
    """From when on a write without an answer is known not to have taken place."""
    if edit.sent_at is None:
        return edit.created_at
    return edit.sent_at + request_time() + SETTLING


def hurry(edits: QuerySet[Edit], now: datetime) -> int:
    """Has edits tried at once that would be tried later; answers how many."""
    return edits.filter(state__in=ON_THE_WAY).exclude(due_at__lte=now).update(due_at=now)


def told(edits: Iterable[Edit], now: datetime) -> None:
    """The person has been told of those that were refused."""
    refused = [edit.pk for edit in edits if edit.state == State.REFUSED]
    if refused:
        Edit.objects.filter(pk__in=refused, told_at=None).update(told_at=now)


def understood(edit: Edit, now: datetime) -> None:
    """The person knows how it ended, where it was not as they wanted."""
    if edit.untold:
        Edit.objects.filter(pk=edit.pk, told_at=None).update(told_at=now)


def claimed_by_others(edit: Edit) -> set[str]:
    """Gids of entries that other edits are known to have made in the same cell."""
    made = Edit.objects.filter(
        user=edit.user, task_gid=edit.task_gid, entered_on=edit.entered_on, act=Act.CREATE
    ).exclude(entry_gid="")
    return set(made.values_list("entry_gid", flat=True))
