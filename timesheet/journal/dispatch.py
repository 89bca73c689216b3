"""Who takes edits to Asana, and when: at once, in the request that wrote them down, and again and
again in the worker until Asana has them or a person has to decide."""

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
from timesheet.journal.lock import Clock
from timesheet.models import Edit
from timesheet.sheets.reading import Sheet

# How long, in seconds, a request waits while another one is delivering for the same person.
PATIENCE = 3.0
# When to look again while another process is at it.
SOON = timedelta(seconds=1)


def send(asana: Client, sheet: Sheet, clock: Clock) -> list[Entry] | None:
    """Delivers what is due of the week, and has the worker go on with what is left of it. Answers
    the week's entries if Asana told them."""
    since = clock()
    entries = deliver(asana, sheet, clock=clock, patience=PATIENCE)
    _hurry_if_saved(sheet.user.pk, since, clock())
    schedule_remaining(sheet.user.pk, clock())
    return entries


def schedule_remaining(person: int, now: datetime) -> None:
    """Has the worker come when this person's next edit is due."""
    due_at = _waiting(person).aggregate(first=Min("due_at"))["first"]
    if due_at is not None:
        wakeup.wake_worker(person, at=due_at if due_at > now else None)


def retry_after_outage(person: int, now: datetime) -> None:
    """Whatever waits because Asana was away is tried again at once: it is back."""
    waiting = _waiting(person).filter(attempts__gt=0, due_at__gt=now).exclude(asana_status=429)
    if moves.make_due_now(waiting, now):
        wakeup.wake_worker(person)


def retry_after_reconnect(person: int, now: datetime) -> None:
    """Whatever waits for a way to Asana is tried at once: there is one again."""
    moves.make_due_now(_waiting(person).filter(due_at__gt=now).exclude(asana_status=429), now)
    schedule_remaining(person, now)


def deliver_due(person: int, clock: Clock) -> None:
    """What the worker does at a ring: delivers all that is due of one person, week by week."""
    now = clock()
    due = _waiting(person).filter(due_at__lte=now).order_by("pk")
    weeks = dict.fromkeys((edit.workspace_gid, str(edit.week)) for edit in due)
    # Read anew for each: Asana or an admin may have ended it meanwhile.
    for workspace, week in weeks:
        able = Connection.objects.usable().for_workspace(workspace).select_related("user")
        connection = able.filter(user=person).first()
        if connection is None:
            return
        with client_for(connection, workspace) as asana:
            deliver(asana, Sheet(connection.user, workspace, Week.parse(week)), clock=clock)
    _hurry_if_saved(person, now, clock())
    rest = _waiting(person).aggregate(first=Min("due_at"))["first"]
    if rest is not None and weeks:
        wakeup.wake_worker(person, at=max(rest, clock() + SOON))


def _hurry_if_saved(person: int, since: datetime, now: datetime) -> None:
    """What could be saved tells that Asana is back. What fails all the same keeps its pauses: with
    nothing saved there is no hurry."""
    saved = Edit.objects.filter(user=person, state=State.CONFIRMED, closed_at__gte=since)
    if saved.exists():
        retry_after_outage(person, now)


def users_with_due_edits(now: datetime) -> list[int]:
    """Everybody with edits that are due and a connection to send them by."""
    due = Edit.objects.filter(state__in=ON_THE_WAY, due_at__lte=now)
    connected = Connection.objects.usable().filter(user__in=due.values("user"))
    return list(connected.values_list("user", flat=True))


def _waiting(person: int) -> QuerySet[Edit]:
    return Edit.objects.filter(user=person, state__in=ON_THE_WAY)
