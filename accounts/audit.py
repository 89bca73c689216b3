"""Writing the audit log, and reading it. Neither tokens nor what is written in notes may ever get
in: `before` and `after` take plain values that the caller chose one by one."""

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
    """A person by gid, who need not have signed in here. Without a gid a part of the timesheet:
    "worker", "command line"."""

    gid: str = ""
    name: str = ""

    @classmethod
    def of(cls, user: User) -> PersonRef:
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
    """Writes down that `by` did it, `to` a person where it was to one."""
    actor = PersonRef.of(by) if isinstance(by, User) else by
    subject = PersonRef.of(to) if isinstance(to, User) else to or PersonRef()
    where = current_context()
    event: Event = Event.objects.create(
        at=timezone.now(),
        workspace_gid=workspace,
        actor_gid=actor.gid,
        actor_name=actor.name[:255],
        action=action,
        subject_gid=subject.gid,
        subject_name=subject.name[:255],
        before=_plain(before),
        after=_plain(after),
        address=where.address,
        request_id=where.request_id,
    )
    return event


def changed(
    before: Mapping[str, Value], after: Mapping[str, Value]
) -> tuple[dict[str, Value], dict[str, Value]]:
    """Only what differs of the two."""
    names = [name for name in after if before.get(name) != after[name]]
    return {name: before.get(name) for name in names}, {name: after[name] for name in names}


@dataclass(frozen=True)
class EventFilter:
    """Which events are meant; empty is all. `who` is a part of a name or a whole gid, of who did
    it or to whom; days are both included, in the zone of who asks."""

    action: str = ""
    who: str = ""
    start: datetime | None = None
    end: datetime | None = None


def events(workspace: str, people: Collection[str], narrowed: EventFilter) -> QuerySet[Event]:
    """Those of the workspace, and of those of none, as sign-ins, those about its `people`, by gid;
    the newest first."""
    nobodys = Q(actor_gid="", subject_gid="")
    about = Q(actor_gid__in=people) | Q(subject_gid__in=people) | nobodys
    found: QuerySet[Event] = Event.objects.filter(
        Q(workspace_gid=workspace) | (Q(workspace_gid="") & about)
    )
    if narrowed.action:
        found = found.filter(action=narrowed.action)
    if narrowed.who:
        named = Q(actor_name__icontains=narrowed.who) | Q(subject_name__icontains=narrowed.who)
        found = found.filter(named | Q(actor_gid=narrowed.who) | Q(subject_gid=narrowed.who))
    if narrowed.start:
        found = found.filter(at__gte=narrowed.start)
    if narrowed.end:
        found = found.filter(at__lt=narrowed.end)
    return found


# What the history of a connection tells.
_OF_CONNECTIONS = (
    *(Action.SIGNED_IN, Action.SIGN_IN_REFUSED, Action.SIGNED_OUT_EVERYWHERE, Action.CONNECTED),
    *(Action.DISCONNECTED, Action.CONNECTION_FAILED, Action.CONNECTION_TESTED),
    *(Action.CONNECTION_REFRESHED, Action.RECONNECT_ASKED, Action.CONNECTION_REVOKED),
    *(Action.CONNECTION_REMOVED, Action.DEACTIVATED, Action.ACTIVATED),
)


def history_of(person: str, workspace: str = "") -> QuerySet[Event]:
    """What happened to a person's connection, the newest first: in this workspace and in none, or
    anywhere."""
    about = Q(subject_gid=person) | Q(actor_gid=person, subject_gid="")
    found: QuerySet[Event] = Event.objects.filter(about, action__in=_OF_CONNECTIONS)
    return found.filter(workspace_gid__in=["", workspace]) if workspace else found


def _plain(values: Mapping[str, Value] | None) -> dict[str, object]:
    return {name: _one(value) for name, value in (values or {}).items()}


def _one(value: Value) -> object:
    if value is None or isinstance(value, (str, int, bool)):
        return value
    return sorted(value)
