"""When a write without a response can't take place any more: by our clock, and by Asana's.

Our clock may be wrong, or jump when a virtual machine resumes or NTP sets it. If it jumps forward,
a write seems settled at once, although Asana may still carry it out. So the same time has to pass
by Asana's clock, too, as the `Date` headers of its responses show it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from accounts.asana.client import Client
from timesheet.domain.journal import State
from timesheet.journal import late_writes, messages, moves
from timesheet.journal.lock import request_time
from timesheet.models import Edit

# If a write has settled by our clock but not by Asana's, we wait this many more settling times and
# then go by ours: Asana's clock may stand still, or a proxy may cache its responses, and no edit
# should wait forever. By then Asana has had several times as long as it ever needed. We count from
# when the clocks were first seen to differ, and not from the send: if ours has jumped ahead by an
# hour since the send, Asana has not had that hour.
PATIENCE = 3


@dataclass(frozen=True)
class Look:
    """When Asana was read."""

    # By our clock, just before.
    at: datetime
    # By Asana's, as in the latest response; None where it sends no date.
    asana_at: datetime | None


@dataclass(frozen=True)
class Progress:
    """Whether a write has settled and, if not, when to look again."""

    is_settled: bool
    due_at: datetime | None = None
    # As the edit keeps it.
    clocks_differ_since: datetime | None = None


SETTLED = Progress(is_settled=True)


def sent_until(latest: datetime, now: datetime, asana: Client) -> dict[str, Any]:
    """Return the fields of an edit whose write can reach Asana until `latest` by our clock."""
    asana_now = asana.session.asana_time.estimate()
    left = max(latest - now, timedelta(0))
    return {
        "sent_at": latest,
        "asana_sent_until": None if asana_now is None else asana_now + left,
        "clocks_differ_since": None,
    }


def settles_at(edit: Edit) -> datetime:
    """Return when we stop waiting for a write without an answer, by our clock."""
    if edit.sent_at is None:
        return edit.created_at
    return edit.sent_at + _settling_time()


def progress(edit: Edit, look: Look) -> Progress:
    """Return whether what was sent of an edit has settled, so that it may be sent again.

    An edit that is not in doubt has nothing to settle. If Asana's time of the send is not known,
    our clock decides alone.
    """
    if edit.state != State.IN_DOUBT:
        return SETTLED
    settled_at, left = settles_at(edit), _left_by_asana(edit, look)
    if look.at < settled_at:
        # When both clocks say so; but Asana's may have been set back, so not much after ours.
        latest = settled_at + _settling_time()
        by_asana = settled_at if left is None else look.at + left
        return Progress(is_settled=False, due_at=max(settled_at, min(by_asana, latest)))
    if edit.asana_sent_until is None or (left is not None and left <= timedelta(0)):
        return SETTLED
    patience = PATIENCE * _settling_time()
    since = edit.clocks_differ_since
    if since is None or not since <= look.at < since + 2 * patience:
        # They differ for the first time, or ours has jumped again: looks are never this far apart.
        since = look.at
    if look.at >= since + patience:
        return SETTLED
    due_at = since + patience
    if left is not None:
        due_at = min(due_at, look.at + left)
    return Progress(is_settled=False, due_at=due_at, clocks_differ_since=since)


def wait(edit: Edit, progress: Progress) -> None:
    """Keep an edit in doubt until it is looked for again. Raises as `moves.move` does."""
    moves.move(
        edit,
        State.IN_DOUBT,
        reason=str(messages.MAY_HAVE_ARRIVED),
        due_at=progress.due_at,
        clocks_differ_since=progress.clocks_differ_since,
    )


def _settling_time() -> timedelta:
    return request_time() + late_writes.settling()


def _left_by_asana(edit: Edit, look: Look) -> timedelta | None:
    """Return how long it takes, in whole seconds, until Asana's dates say that a write has settled.

    None where one of the two times is not known.
    """
    if edit.asana_sent_until is None or look.asana_at is None:
        return None
    left = edit.asana_sent_until + _settling_time() - look.asana_at
    return timedelta(seconds=math.ceil(left.total_seconds()))
