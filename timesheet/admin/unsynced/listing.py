"""The open edits of everybody in a workspace, as its admins see them: by why they are open, page by
page. What is done about them is in `unstick`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.db.models import Case, Count, F, IntegerField, Min, Q, QuerySet, Sum, Value, When
from django.utils.translation import gettext as _

from accounts.asana.client import Client
from accounts.asana.transport import MOST_IN_FLIGHT
from accounts.models import Connection, User
from timesheet.admin.unsynced.task_titles import Title, titles_for
from timesheet.domain.journal import OPEN, State
from timesheet.models import Edit

# As many as there can be tasks to ask for at the same time.
PAGE = MOST_IN_FLIGHT


class Why(StrEnum):
    """Why an edit is not in Asana; what needs somebody comes first."""

    GIVEN_UP = "given_up"
    RECONNECT = "reconnect"
    SWITCHED_OFF = "switched_off"
    CONFLICT = "conflict"
    BLOCKED = "blocked"
    TROUBLE = "trouble"
    SLOW = "slow"
    AWAY = "away"
    IN_DOUBT = "in_doubt"
    OTHER_HALF = "other_half"
    UNDER_WAY = "under_way"
    NOT_IN_PLAN = "not_in_plan"
    NOT_ALLOWED = "not_allowed"
    NOT_FOUND = "not_found"
    NOT_TAKEN = "not_taken"
    NOT_SENT = "not_sent"

    @property
    def refused(self) -> bool:
        return self in _REFUSED


_REFUSED = (Why.NOT_IN_PLAN, Why.NOT_ALLOWED, Why.NOT_FOUND, Why.NOT_TAKEN, Why.NOT_SENT)
_ORDER = list(Why)
_CONNECTED = Q(user__connection__state=Connection.State.HEALTHY)
# The first that holds.
_WHEN: tuple[tuple[Q, Why], ...] = (
    (Q(state=State.REFUSED, asana_status=None), Why.NOT_SENT),
    (Q(state=State.REFUSED, asana_status=402), Why.NOT_IN_PLAN),
    (Q(state=State.REFUSED, asana_status=403), Why.NOT_ALLOWED),
    (Q(state=State.REFUSED, asana_status=404), Why.NOT_FOUND),
    (Q(state=State.REFUSED), Why.NOT_TAKEN),
    (Q(state=State.CONFLICT), Why.CONFLICT),
    (Q(user__is_active=False), Why.SWITCHED_OFF),
    (~_CONNECTED, Why.RECONNECT),
    (Q(due_at=None), Why.GIVEN_UP),
    (Q(state=State.IN_DOUBT), Why.IN_DOUBT),
    (Q(follows__state__in=OPEN), Why.OTHER_HALF),
    (Q(attempts=0), Why.UNDER_WAY),
    (Q(asana_status=None), Why.AWAY),
    (Q(asana_status=401), Why.BLOCKED),
    (Q(asana_status=429), Why.SLOW),
)
_RANK = Case(
    *(When(condition, then=Value(_ORDER.index(why))) for condition, why in _WHEN),
    default=Value(_ORDER.index(Why.TROUBLE)),
    output_field=IntegerField(),
)


@dataclass(frozen=True)
class Narrowed:
    """Which are meant; empty is all. `who` is a part of a name, or a whole gid."""

    why: str = ""
    who: str = ""


@dataclass(frozen=True)
class Line:
    """An edit of a person's; `trouble` is what is wrong with their connection, empty if nothing."""

    edit: Edit
    title: Title
    trouble: str = ""

    @property
    def can_be_chosen(self) -> bool:
        return self.edit.is_open


@dataclass(frozen=True)
class Group:
    """All edits that are open for the same reason, and the `lines` of those on this page."""

    why: Why
    edits: int
    people: int
    minutes: int
    oldest: datetime
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Page:
    """`more` is where the next page begins, empty on the last."""

    groups: tuple[Group, ...]
    edits: int
    more: str = ""


def open_edits(workspace: str, narrowed: Narrowed = Narrowed()) -> QuerySet[Edit]:
    """Those that are open, and those that were refused and nobody has been told of, by why."""
    refused = Q(state=State.REFUSED, told_at=None)
    found = (
        Edit.objects.filter(Q(state__in=OPEN) | refused, workspace_gid=workspace)
        .annotate(rank=_RANK, connection_state=F("user__connection__state"))
        .select_related("user")
        .order_by("rank", "pk")
    )
    if narrowed.why in _ORDER:
        found = found.filter(rank=_ORDER.index(Why(narrowed.why)))
    if narrowed.who:
        found = found.filter(Q(user__name__icontains=narrowed.who) | Q(user__gid=narrowed.who))
    return found


def why_of(edit: Edit) -> Why:
    """Of one that `open_edits` found."""
    return _ORDER[edit.rank]  # type: ignore[attr-defined]


def page_of(
    asana: Client, viewer: User, workspace: str, narrowed: Narrowed, now: datetime, after: str = ""
) -> Page:
    """The first edits, or those `after` a place that a page told."""
    found = open_edits(workspace, narrowed)
    totals = _totals(found)
    if place := _read_place(after):
        found = found.filter(Q(rank__gt=place[0]) | Q(rank=place[0], pk__gt=place[1]))
    edits = list(found[: PAGE + 1])
    shown, more = edits[:PAGE], edits[PAGE:]
    titles = titles_for(asana, viewer, {edit.task_gid for edit in shown}, now)
    groups = _grouped(shown, totals, titles)
    last = shown[-1] if more else None
    return Page(
        groups,
        sum(group.edits for group in totals.values()),
        f"{_ORDER.index(why_of(last))}-{last.pk}" if last else "",
    )


def _totals(found: QuerySet[Edit]) -> dict[Why, Group]:
    by_rank = found.order_by("rank").values("rank")  # type: ignore[misc]
    counted = by_rank.annotate(
        edits=Count("pk"),
        people=Count("user", distinct=True),
        minutes=Sum("duration_minutes"),
        oldest=Min("created_at"),
    )
    return {
        _ORDER[one["rank"]]: Group(
            _ORDER[one["rank"]], one["edits"], one["people"], one["minutes"], one["oldest"]
        )
        for one in counted
    }


def _grouped(
    edits: Sequence[Edit], totals: Mapping[Why, Group], titles: Mapping[str, Title]
) -> tuple[Group, ...]:
    lines: dict[Why, list[Line]] = {}
    for edit in edits:
        title = titles.get(edit.task_gid, Title())
        lines.setdefault(why_of(edit), []).append(Line(edit, title, _trouble(edit)))
    return tuple(
        replace(totals[why], lines=tuple(found)) for why, found in lines.items() if why in totals
    )


def _trouble(edit: Edit) -> str:
    state = edit.connection_state  # type: ignore[attr-defined]
    if not edit.user.is_active:
        return _("Switched off here")
    if state is None:
        return _("Not connected")
    return "" if state == Connection.State.HEALTHY else str(Connection.State(state).label)


def _read_place(text: str) -> tuple[int, int] | None:
    place, _dash, pk = text.partition("-")
    if not all(one.isascii() and one.isdigit() and len(one) < 19 for one in (place, pk)):
        return None
    return int(place), int(pk)
