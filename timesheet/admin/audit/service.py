"""The audit log of a workspace, page by page, and as a sheet to take along."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts import audit
from accounts.asana.client import Client
from accounts.audit import Narrowed
from accounts.connections import reader
from accounts.models import Event, User
from accounts.workspaces import membership
from timesheet.admin.audit import labels
from timesheet.core.table import Kind, Row, Sheet

PAGE = 50


@dataclass(frozen=True)
class Page:
    """`older` is where the next page begins: 0 on the last."""

    events: tuple[Event, ...]
    older: int = 0


def page_of(
    asana: Client, user: User, workspace: str, narrowed: Narrowed, *, below: int = 0
) -> Page:
    """The newest events, or those before the event `below`. Raises `AsanaError`."""
    found = audit.events(workspace, _people(asana, user, workspace), narrowed)
    if below:
        found = found.filter(pk__lt=below)
    events = list(found[: PAGE + 1])
    return Page(tuple(events[:PAGE]), events[PAGE - 1].pk if len(events) > PAGE else 0)


def sheet_of(asana: Client, user: User, workspace: str, narrowed: Narrowed) -> Sheet:
    """All of them. Raises `AsanaError`."""
    found = audit.events(workspace, _people(asana, user, workspace), narrowed)
    columns = (
        (_("When"), Kind.TEXT, 28),
        (_("Who"), Kind.TEXT, 24),
        (_("Who: gid"), Kind.TEXT, 20),
        (_("What"), Kind.TEXT, 28),
        (_("To whom"), Kind.TEXT, 24),
        (_("To whom: gid"), Kind.TEXT, 20),
        (_("Before"), Kind.TEXT, 40),
        (_("After"), Kind.TEXT, 40),
        (_("From where"), Kind.TEXT, 20),
        (_("Request"), Kind.TEXT, 14),
    )
    return Sheet(_("Audit log"), columns, (_row(event) for event in found.iterator()))


def _row(event: Event) -> Row:
    differences = list(labels.differences(event))
    return (
        event.at.isoformat(timespec="seconds"),
        event.actor_name,
        event.actor_gid,
        event.get_action_display(),
        event.subject_name,
        event.subject_gid,
        "; ".join(f"{one.name}: {one.before}" for one in differences if one.before),
        "; ".join(f"{one.name}: {one.after}" for one in differences if one.after),
        event.address,
        event.request_id,
    )


def _people(asana: Client, user: User, workspace: str) -> list[str]:
    """Those of the workspace, and whom its reporting connection belongs to."""
    people = membership.directory(asana, user, workspace)
    return [*(person.gid for person in people), reader.lender_gid(workspace)]
