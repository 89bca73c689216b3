"""Timers: one runs at a time for a person, on the server, and nothing is written to Asana before
the person confirms it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.asana.client import Client
from accounts.asana.records import EntryFields, Task, TaskProject
from accounts.models import User
from timesheet.core import formats
from timesheet.domain.cell import NEW
from timesheet.domain.duration import Duration
from timesheet.domain.entry import NO_FIELDS
from timesheet.domain.stopwatch import Span
from timesheet.domain.week import Week
from timesheet.journal.lock import Clock
from timesheet.models import Edit, Timer
from timesheet.models.timers import edit_id_of
from timesheet.sheets import policy, reading, rows
from timesheet.sheets.sheet import Sheet
from timesheet.sheets.timers import timer_rows
from timesheet.week import edits
from timesheet.week.recording import CellChange
from timesheet.week.results import SaveResult

# How many refused entries of one timer are looked through.
MOST_REFUSALS = 20


class NoTimer(Exception):
    """The person has no such timer, and no entry was made of it."""


@dataclass(frozen=True)
class MeasuredTimer:
    """A timer with the time that it has measured."""

    timer: Timer
    span: Span

    @property
    def days(self) -> list[date]:
        """The days that its entry can be for, the first one first."""
        return list(dict.fromkeys((self.span.started_on, self.span.ended_on)))


@dataclass(frozen=True)
class Timers:
    """All timers of a person."""

    running: MeasuredTimer | None = None
    # Those that wait to be added or discarded.
    stopped: Sequence[MeasuredTimer] = ()


def timers_of(user: User, now: datetime, today: date) -> Timers:
    """Return the person's timers; `today` is the person's."""
    measured = [measure(timer, now, today) for timer in timer_rows(user).read()]
    running = next((one for one in measured if one.timer.stopped_at is None), None)
    return Timers(running, tuple(one for one in measured if one is not running))


def measure(timer: Timer, now: datetime, today: date) -> MeasuredTimer:
    """Return a timer with its time until it was stopped, or until now."""
    ended_at, ended_on = timer.stopped_at or now, timer.stopped_on or today
    return MeasuredTimer(timer, Span(timer.started_at, ended_at, timer.started_on, ended_on))


def known_task(asana: Client, user: User, workspace: str, gid: str) -> Task:
    """Return a task with its name; asks Asana only if the person never saw it in a week.

    Raises `AsanaError`; it is `NotFound` for a task of another workspace too.
    """
    return (
        rows.remembered_task(user, workspace, gid)
        or chosen_task(user, workspace, gid)
        or rows.read_task(asana, workspace, gid)
    )


def chosen_task(user: User, workspace: str, gid: str) -> Task | None:
    """Return a task that the person saw in a week; None for any other."""
    name = reading.cached_names(user, workspace).get(gid)
    return Task(gid, name) if name else None


def start(
    user: User,
    workspace: str,
    task: Task | None,
    now: datetime,
    today: date,
    *,
    timer_id: UUID | None = None,
) -> None:
    """Start a timer, and stop the one that runs: that one waits to be confirmed.

    A timer that was started with the same `timer_id` before is left as it is.
    """
    timer_id = timer_id or uuid4()
    if Timer.objects.filter(timer_id=timer_id).exists() or was_added(user, timer_id):
        return
    for last_try in (False, True):
        try:
            with transaction.atomic():
                _stop_running(user, now, today)
                Timer.objects.create(
                    user=user,
                    timer_id=timer_id,
                    workspace_gid=workspace,
                    task_gid=task.gid if task else "",
                    task_name=task.name if task else "",
                    projects=[[one.gid, one.name, one.color] for one in task.projects]
                    if task
                    else [],
                    started_at=now,
                    started_on=today,
                )
                return
        except IntegrityError:
            # On another device one was started at the same moment: now it is stopped.
            if last_try:
                raise


def stop(user: User, now: datetime, today: date) -> bool:
    """Stop the timer that runs, if one does; return False if it was discarded as too short."""
    with transaction.atomic():
        return _stop_running(user, now, today)


def _stop_running(user: User, now: datetime, today: date) -> bool:
    timer = Timer.objects.select_for_update().filter(user=user, stopped_at=None).first()
    if timer is None:
        return True
    if measure(timer, now, today).span.is_too_short:
        timer.delete()
        return False
    timer.stopped_at, timer.stopped_on = now, today
    timer.save(update_fields=["stopped_at", "stopped_on"])
    return True


def resume(user: User, timer_id: UUID) -> bool:
    """Let a stopped timer go on as if it had not been stopped; return False if another one runs.

    Raises `NoTimer`.
    """
    timers = Timer.objects.filter(user=user, timer_id=timer_id)
    try:
        with transaction.atomic():
            if not timers.update(stopped_at=None, stopped_on=None):
                raise NoTimer
    except IntegrityError:
        return False
    return True


def discard(user: User, timer_id: UUID) -> None:
    """Delete a timer without an entry. Raises `NoTimer`."""
    deleted, _by_model = Timer.objects.filter(user=user, timer_id=timer_id).delete()
    if not deleted:
        raise NoTimer


def find(user: User, timer_id: UUID) -> Timer:
    """Return the person's timer. Raises `NoTimer`."""
    timer = Timer.objects.filter(user=user, timer_id=timer_id).first()
    if timer is None:
        raise NoTimer
    return timer


def was_added(user: User, timer_id: UUID) -> bool:
    """Return whether an entry was made of this timer."""
    edit_ids = [edit_id_of(timer_id, refusals) for refusals in range(MOST_REFUSALS)]
    return Edit.objects.filter(user=user, edit_id__in=edit_ids).exists()


def rounded(user: User, measured: MeasuredTimer) -> int:
    """Return the minutes that the workspace's rules make of the measured ones."""
    workspace_policy = policy.workspace_policy_of(measured.timer.workspace_gid)
    return policy.rules_for(user, workspace_policy).policy.rounded(measured.span.minutes)


def add_entry(
    asana: Client,
    user: User,
    timer: Timer,
    task: Task,
    duration: Duration,
    day: date,
    *,
    note: str = "",
    clock: Clock,
    today: date,
) -> SaveResult:
    """Add the entry of a timer through the journal, and delete the timer once it is written down.

    However often and from however many devices it is confirmed, the entry is made once. A timer
    whose entry is refused is kept.
    """
    sheet = Sheet(user, timer.workspace_gid, Week.of(day))
    rows.add_to_week(sheet, task)
    change = CellChange(
        edit_id=timer.edit_id,
        step=timer.edit_id,
        task=task.gid,
        day=day,
        text=formats.show(duration.minutes),
        duration=duration,
        seen=(),
        entry=NEW,
        fields=EntryFields(description=note) if note else NO_FIELDS,
    )
    result = edits.set_cells(asana, sheet, [change], clock=clock, today=today)
    same = Timer.objects.filter(pk=timer.pk, refusals=timer.refusals)
    if result.failed:
        same.update(refusals=F("refusals") + 1)
    else:
        same.delete()
    return result


def task_of(timer: Timer) -> Task | None:
    """Return the task that a timer was started on; None if it is still to be chosen."""
    if not timer.task_gid:
        return None
    projects = [TaskProject(*project) for project in timer.projects]
    return Task(timer.task_gid, timer.task_name, projects=projects)
