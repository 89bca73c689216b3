"""When edits are delivered, and by whom: at once, in the request that recorded them; then by the
worker, until Asana has them or a person has to decide."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Min, QuerySet

from accounts.asana.client import Client
from accounts.asana.records import Entry
from accounts.connections.service import client_for
from accounts.models import Connection
from timesheet.domain.journal import ON_THE_WAY, State
from timesheet.domain.week import Week
from timesheet.journal import moves, wakeup
from timesheet.journal.delivery import deliver
from timesheet.journal.lock import Clock, HeldEdits
from timesheet.models import Edit
from timesheet.sheets.sheet import Sheet

# How long a request waits while another one is delivering for the same person.
PATIENCE_SECONDS = 3.0
# When the worker tries again if another process is delivering.
SOON = timedelta(seconds=1)


def deliver_now(
    asana: Client, sheet: Sheet, clock: Clock, held: HeldEdits | None = None
) -> list[Entry] | None:
    """Deliver what is due of the week, and leave the rest to the worker.

    `held` has edits that were just recorded, and the lease. Returns the week's entries as they are
    then; None if nothing was due, or Asana could not be read.
    """
    began = clock()
    entries = deliver(asana, sheet, clock=clock, patience=PATIENCE_SECONDS, held=held)
    if held and held.edits and all(edit.state == State.CONFIRMED for edit in held.edits):
        # Nothing else was on the way. Edits recorded since are scheduled by their own requests.
        return entries
    person = sheet.user.pk
    if _undelivered(person).exists():
        _retry_others_if_saved(person, began, clock())
        schedule_remaining(person, clock())
    return entries


def deliver_due(person: int, clock: Clock) -> None:
    """Deliver everything that is due of one person, by their key, week by week, in the worker."""
    now = clock()
    due = _undelivered(person).filter(due_at__lte=now).order_by("pk")
    weeks = dict.fromkeys((edit.workspace_gid, str(edit.week)) for edit in due)
    for workspace, week in weeks:
        # Read for each week: Asana or an admin may have ended the connection.
        able = Connection.objects.usable().for_workspace(workspace).select_related("user")
        connection = able.filter(user=person).first()
        if connection is None:
            return
        with client_for(connection, workspace) as asana:
            deliver(asana, Sheet(connection.user, workspace, Week.parse(week)), clock=clock)
    _retry_others_if_saved(person, now, clock())
    next_due = _next_due(person)
    if next_due is not None and weeks:
        wakeup.wake_worker(person, at=max(next_due, clock() + SOON))


def schedule_remaining(person: int, now: datetime) -> None:
    """Wake the worker when this person's next edit is due."""
    next_due = _next_due(person)
    if next_due is not None:
        wakeup.wake_worker(person, at=next_due if next_due > now else None)


def retry_after_outage(person: int, now: datetime) -> None:
    """Retry at once what failed while Asana was down, now that it answers again.

    Edits that hit Asana's rate limit keep their delay.
    """
    failed = _undelivered(person).filter(attempts__gt=0, due_at__gt=now).exclude(asana_status=429)
    if moves.make_due_now(failed, now):
        wakeup.wake_worker(person)


def retry_after_reconnect(person: int, now: datetime) -> None:
    """Retry at once what waited for a connection to Asana, now that there is one again."""
    waiting = _undelivered(person).filter(due_at__gt=now).exclude(asana_status=429)
    moves.make_due_now(waiting, now)
    schedule_remaining(person, now)


def _retry_others_if_saved(person: int, since: datetime, now: datetime) -> None:
    """Retry the person's other edits at once if one was saved since then: Asana is back."""
    saved = Edit.objects.filter(user=person, state=State.CONFIRMED, closed_at__gte=since)
    if saved.exists():
        retry_after_outage(person, now)


def users_with_due_edits(now: datetime) -> list[int]:
    """Return the keys of all people with edits that are due and a connection to send them with."""
    due = Edit.objects.filter(state__in=ON_THE_WAY, due_at__lte=now)
    connected = Connection.objects.usable().filter(user__in=due.values("user"))
    return list(connected.values_list("user", flat=True))


def _next_due(person: int) -> datetime | None:
    next_due: datetime | None = _undelivered(person).aggregate(next=Min("due_at"))["next"]
    return next_due


def _undelivered(person: int) -> QuerySet[Edit]:
    return Edit.objects.filter(user=person, state__in=ON_THE_WAY)
