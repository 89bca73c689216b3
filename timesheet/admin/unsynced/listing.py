"""The open edits of everybody in a workspace, as its admins see them: grouped by why they are open,
page by page. What can be done about them is in `actions`."""

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
from timesheet.core.keyset import keyset_page
from timesheet.domain.journal import OPEN, State
from timesheet.models import Edit

# Each edit may need its task's title from Asana: all of them are read at the same time.
PAGE_SIZE = MAX_IN_FLIGHT


class OpenReason(StrEnum):
    """Why an edit is not in Asana, in the order of the page: reasons that need somebody first."""

    GIVEN_UP = "given_up"
    RECONNECT = "reconnect"
    SWITCHED_OFF = "switched_off"
    CONFLICT = "conflict"
    RESTORED = "restored"
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
        """Whether the edit is closed, and its person only has to read why."""
        return self in _REFUSED


_REFUSED = (
    OpenReason.NOT_IN_PLAN,
    OpenReason.NOT_ALLOWED,
    OpenReason.NOT_FOUND,
    OpenReason.NOT_TAKEN,
    OpenReason.NOT_SENT,
)
_ORDER = list(OpenReason)
_CONNECTED = Q(user__connection__state=Connection.TokenState.HEALTHY)
# The first condition that holds decides.
_WHEN: tuple[tuple[Q, OpenReason], ...] = (
    (Q(state=State.REFUSED, asana_status=None), OpenReason.NOT_SENT),
    (Q(state=State.REFUSED, asana_status=402), OpenReason.NOT_IN_PLAN),
    (Q(state=State.REFUSED, asana_status=403), OpenReason.NOT_ALLOWED),
    (Q(state=State.REFUSED, asana_status=404), OpenReason.NOT_FOUND),
    (Q(state=State.REFUSED), OpenReason.NOT_TAKEN),
    (Q(state=State.CONFLICT), OpenReason.CONFLICT),
    (Q(state=State.RESTORED), OpenReason.RESTORED),
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


_KEYSET = ("rank", "pk")


@dataclass(frozen=True)
class EditFilter:
    """Which edits are meant; an empty field allows all."""

    # An `OpenReason`; any other value allows all.
    why: str = ""
    # A part of the person's name, or a whole gid.
    who: str = ""


@dataclass(frozen=True)
class EditLine:
    """One edit as a line of the page."""

    edit: Edit
    title: Title
    # What is wrong with its person's connection; empty if nothing is.
    trouble: str = ""

    @property
    def can_be_chosen(self) -> bool:
        """Whether there is anything to do about the edit."""
        return self.edit.is_open


@dataclass(frozen=True)
class EditGroup:
    """All edits that are open for the same reason."""

    why: OpenReason
    # The number of edits, of their people and of their minutes, on this page and on others.
    edits: int
    people: int
    minutes: int
    # When the oldest edit was typed.
    oldest: datetime
    # The edits on this page.
    lines: tuple[EditLine, ...] = ()


@dataclass(frozen=True)
class EditPage:
    """One page of open edits."""

    # Only groups with edits on this page.
    groups: tuple[EditGroup, ...]
    # The number of edits on all pages.
    edits: int
    # Cursor of the next page; empty on the last page.
    next: str = ""
    is_first: bool = True


def open_edits(workspace: str, edit_filter: EditFilter = EditFilter()) -> QuerySet[Edit]:
    """Query the open edits, and the refused ones that their people have not read yet.

    They are ordered by reason, then by age. `reason_of` tells the reason of each.
    """
    refused = Q(state=State.REFUSED, acknowledged_at=None)
    edits = (
        Edit.objects.filter(Q(state__in=OPEN) | refused, workspace_gid=workspace)
        .annotate(rank=_RANK, connection_state=F("user__connection__state"))
        .select_related("user")
        .order_by(*_KEYSET)
    )
    if edit_filter.why in _ORDER:
        edits = edits.filter(rank=_ORDER.index(OpenReason(edit_filter.why)))
    if who := edit_filter.who:
        edits = edits.filter(Q(user__name__icontains=who) | Q(user__gid=who))
    return edits


def reason_of(edit: Edit) -> OpenReason:
    """Tell why an edit from `open_edits` is open."""
    return _ORDER[edit.rank]  # type: ignore[attr-defined]


def edits_page(
    asana: Client,
    viewer: User,
    workspace: str,
    edit_filter: EditFilter,
    now: datetime,
    after: str = "",
) -> EditPage:
    """Read the first page of edits, or the one after the cursor `after`.

    Titles of tasks are read from Asana in the viewer's name; a failure leaves them empty.
    """
    edits = open_edits(workspace, edit_filter)
    totals = _totals(edits)
    page = keyset_page(edits, _KEYSET, after, PAGE_SIZE)
    titles = titles_for(asana, viewer, {edit.task_gid for edit in page.rows}, now)
    return EditPage(
        _grouped(page.rows, totals, titles),
        sum(group.edits for group in totals.values()),
        page.next,
        page.is_first,
    )


def _totals(edits: QuerySet[Edit]) -> dict[OpenReason, EditGroup]:
    """The groups of all edits, without lines."""
    by_rank = edits.order_by("rank").values("rank")  # type: ignore[misc]
    totals = by_rank.annotate(
        edits=Count("pk"),
        people=Count("user", distinct=True),
        minutes=Sum("duration_minutes"),
        oldest=Min("created_at"),
    )
    groups = [
        EditGroup(_ORDER[row["rank"]], row["edits"], row["people"], row["minutes"], row["oldest"])
        for row in totals
    ]
    return {group.why: group for group in groups}


def _grouped(
    edits: Sequence[Edit], totals: Mapping[OpenReason, EditGroup], titles: Mapping[str, Title]
) -> tuple[EditGroup, ...]:
    lines: dict[OpenReason, list[EditLine]] = {}
    for edit in edits:
        title = titles.get(edit.task_gid, Title())
        lines.setdefault(reason_of(edit), []).append(EditLine(edit, title, _trouble_of(edit)))
    return tuple(
        replace(totals[why], lines=tuple(of_reason))
        for why, of_reason in lines.items()
        if why in totals
    )


def _trouble_of(edit: Edit) -> str:
    state = edit.connection_state  # type: ignore[attr-defined]
    if not edit.user.is_active:
        return _("Deactivated")
    if state is None:
        return _("Not connected")
    return "" if state == Connection.TokenState.HEALTHY else str(Connection.TokenState(state).label)
