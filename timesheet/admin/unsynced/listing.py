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
from accounts.asana.transport import MAX_IN_FLIGHT
from accounts.models import Connection, User
from timesheet.admin.unsynced.task_titles import Title, titles_for
from timesheet.domain.journal import OPEN, State
from timesheet.models import Edit

# As many as there can be tasks to ask for at the same time.
PAGE = MAX_IN_FLIGHT


class OpenReason(StrEnum):
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


_REFUSED = (
    OpenReason.NOT_IN_PLAN,
    OpenReason.NOT_ALLOWED,
    OpenReason.NOT_FOUND,
    OpenReason.NOT_TAKEN,
    OpenReason.NOT_SENT,
)
_ORDER = list(OpenReason)
_CONNECTED = Q(user__connection__state=Connection.State.HEALTHY)
# The first that holds.
_WHEN: tuple[tuple[Q, OpenReason], ...] = (
    (Q(state=State.REFUSED, asana_status=None), OpenReason.NOT_SENT),
    (Q(state=State.REFUSED, asana_status=402), OpenReason.NOT_IN_PLAN),
    (Q(state=State.REFUSED, asana_status=403), OpenReason.NOT_ALLOWED),
    (Q(state=State.REFUSED, asana_status=404), OpenReason.NOT_FOUND),
    (Q(state=State.REFUSED), OpenReason.NOT_TAKEN),
    (Q(state=State.CONFLICT), OpenReason.CONFLICT),
    (Q(user__is_active=False), OpenReason.SWITCHED_OFF),
    (~_CONNECTED, OpenReason.RECONNECT),
    (Q(due_at=None), OpenReason.GIVEN_UP),
    (Q(state=State.IN_DOUBT), OpenReason.IN_DOUBT),
    (Q(follows__state__in=OPEN), OpenReason.OTHER_HALF),
    (Q(attempts=0), OpenReason.UNDER_WAY),
    (Q(asana_status=None), OpenReason.AWAY),
    (Q(asana_status=401), OpenReason.BLOCKED),
    (Q(asana_status=429), OpenReason.SLOW),
)
_RANK = Case(
    *(When(condition, then=Value(_ORDER.index(why))) for condition, why in _WHEN),
    default=Value(_ORDER.index(OpenReason.TROUBLE)),
    output_field=IntegerField(),
)


@dataclass(frozen=True)
class EditFilter:
    """Which are meant; empty is all. `who` is a part of a name, or a whole gid."""

    why: str = ""
    who: str = ""


@dataclass(frozen=True)
class EditLine:
    """An edit of a person's; `trouble` is what is wrong with their connection, empty if nothing."""

    edit: Edit
    title: Title
    trouble: str = ""

    @property
    def can_be_chosen(self) -> bool:
        return self.edit.is_open


@dataclass(frozen=True)
class EditGroup:
    """All edits that are open for the same reason, and the `lines` of those on this page."""

    why: OpenReason
    edits: int
    people: int
    minutes: int
    oldest: datetime
    lines: tuple[EditLine, ...] = ()


@dataclass(frozen=True)
class EditPage:
    """`more` is where the next page begins, empty on the last."""

    groups: tuple[EditGroup, ...]
    edits: int
    more: str = ""


def open_edits(workspace: str, narrowed: EditFilter = EditFilter()) -> QuerySet[Edit]:
    """Those that are open, and those that were refused and nobody has been told of, by why."""
    refused = Q(state=State.REFUSED, acknowledged_at=None)
    found = (
        Edit.objects.filter(Q(state__in=OPEN) | refused, workspace_gid=workspace)
        .annotate(rank=_RANK, connection_state=F("user__connection__state"))
        .select_related("user")
        .order_by("rank", "pk")
    )
    if narrowed.why in _ORDER:
        found = found.filter(rank=_ORDER.index(OpenReason(narrowed.why)))
    if narrowed.who:
        found = found.filter(Q(user__name__icontains=narrowed.who) | Q(user__gid=narrowed.who))
    return found


def reason_of(edit: Edit) -> OpenReason:
    """Of one that `open_edits` found."""
    return _ORDER[edit.rank]  # type: ignore[attr-defined]


def page_of(
    asana: Client,
    viewer: User,
    workspace: str,
    narrowed: EditFilter,
    now: datetime,
    after: str = "",
) -> EditPage:
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
    return EditPage(
        groups,
        sum(group.edits for group in totals.values()),
        f"{_ORDER.index(reason_of(last))}-{last.pk}" if last else "",
    )


def _totals(found: QuerySet[Edit]) -> dict[OpenReason, EditGroup]:
    by_rank = found.order_by("rank").values("rank")  # type: ignore[misc]
    counted = by_rank.annotate(
        edits=Count("pk"),
        people=Count("user", distinct=True),
        minutes=Sum("duration_minutes"),
        oldest=Min("created_at"),
    )
    return {
        _ORDER[one["rank"]]: EditGroup(
            _ORDER[one["rank"]], one["edits"], one["people"], one["minutes"], one["oldest"]
        )
        for one in counted
    }


def _grouped(
    edits: Sequence[Edit], totals: Mapping[OpenReason, EditGroup], titles: Mapping[str, Title]
) -> tuple[EditGroup, ...]:
    lines: dict[OpenReason, list[EditLine]] = {}
    for edit in edits:
        title = titles.get(edit.task_gid, Title())
        lines.setdefault(reason_of(edit), []).append(EditLine(edit, title, _trouble(edit)))
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
