"""Writes and reads the audit log.

Tokens and the text of notes must never get in: callers choose each value of `before` and `after`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Action, Event, User
from accounts.request_context import current_context

Value = str | int | bool | None | Collection[str]


@dataclass(frozen=True)
class PersonRef:
    """A person who need not have signed in here; without a gid, a part of the timesheet."""

    gid: str = ""
    # The person's name, or that of the part: "worker", "command line".
    name: str = ""

    @classmethod
    def of(cls, user: User) -> PersonRef:
        """Return the reference of a user."""
        return cls(user.gid, str(user))


WORKER = PersonRef(name="worker")
COMMAND_LINE = PersonRef(name="command line")
ASANA = PersonRef(name="Asana")


def record(
    action: Action,
    by: User | PersonRef,
    *,
    workspace: str = "",
    to: User | PersonRef | None = None,
    before: Mapping[str, Value] | None = None,
    after: Mapping[str, Value] | None = None,
) -> Event:
    """Add an event to the audit log and return it.

    `by` did it; `to` is the person it was done to. `before` and `after` hold the changed values by
    name. The request id and the browser's address come from the current request.
    """
    actor = PersonRef.of(by) if isinstance(by, User) else by
    subject = PersonRef.of(to) if isinstance(to, User) else to or PersonRef()
    context = current_context()
    event: Event = Event.objects.create(
        at=timezone.now(),
        workspace_gid=workspace,
        actor_gid=actor.gid,
        actor_name=actor.name[:255],
        action=action,
        subject_gid=subject.gid,
        subject_name=subject.name[:255],
        before=_plain_values(before),
        after=_plain_values(after),
        address=context.address,
        request_id=context.request_id,
    )
    return event


def changed(
    before: Mapping[str, Value], after: Mapping[str, Value]
) -> tuple[dict[str, Value], dict[str, Value]]:
    """Return both mappings with only the values that differ."""
    names = [name for name in after if before.get(name) != after[name]]
    return {name: before.get(name) for name in names}, {name: after[name] for name in names}


@dataclass(frozen=True)
class EventFilter:
    """Which events to show; an empty field does not filter."""

    action: str = ""
    # A part of the name, or the whole gid, of the actor or the subject.
    who: str = ""
    # The events from `start` (included) to `end` (excluded).
    start: datetime | None = None
    end: datetime | None = None


def events(workspace: str, people: Collection[str], filter_by: EventFilter) -> QuerySet[Event]:
    """Return the events that admins of a workspace may see, the newest first.

    Events without a workspace, such as sign-ins, are included where they are about `people` (gids)
    or about nobody.
    """
    about_nobody = Q(actor_gid="", subject_gid="")
    about_people = Q(actor_gid__in=people) | Q(subject_gid__in=people) | about_nobody
    events: QuerySet[Event] = Event.objects.filter(
        Q(workspace_gid=workspace) | (Q(workspace_gid="") & about_people)
    )
    if filter_by.action:
        events = events.filter(action=filter_by.action)
    if who := filter_by.who:
        by_name = Q(actor_name__icontains=who) | Q(subject_name__icontains=who)
        events = events.filter(by_name | Q(actor_gid=who) | Q(subject_gid=who))
    if filter_by.start:
        events = events.filter(at__gte=filter_by.start)
    if filter_by.end:
        events = events.filter(at__lt=filter_by.end)
    return events


# The actions that the history of a connection shows.
_CONNECTION_ACTIONS = (
    *(Action.SIGNED_IN, Action.SIGN_IN_REFUSED, Action.SIGNED_OUT_EVERYWHERE, Action.CONNECTED),
    *(Action.DISCONNECTED, Action.CONNECTION_FAILED, Action.CONNECTION_TESTED),
    *(Action.CONNECTION_REFRESHED, Action.RECONNECT_ASKED, Action.CONNECTION_REVOKED),
    *(Action.CONNECTION_REMOVED, Action.DEACTIVATED, Action.ACTIVATED),
)


def history_of(person: str, workspace: str = "") -> QuerySet[Event]:
    """Return the events of a person's connection, the newest first.

    With a `workspace`, those of other workspaces are left out. `person` is a gid.
    """
    about_person = Q(subject_gid=person) | Q(actor_gid=person, subject_gid="")
    history: QuerySet[Event] = Event.objects.filter(about_person, action__in=_CONNECTION_ACTIONS)
    return history.filter(workspace_gid__in=["", workspace]) if workspace else history


def _plain_values(values: Mapping[str, Value] | None) -> dict[str, object]:
    return {name: _plain_value(value) for name, value in (values or {}).items()}


def _plain_value(value: Value) -> object:
    if value is None or isinstance(value, (str, int, bool)):
        return value
    return sorted(value)
