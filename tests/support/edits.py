"""Edits in the journal, as a test needs them to lie there."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from accounts.models import User
from timesheet.models import Edit


def make_edit(
    user: User,
    state: str,
    *,
    now: datetime,
    ago: timedelta = timedelta(0),
    workspace: str = "1200000000000001",
    minutes: int = 5,
) -> Edit:
    """One that would make an entry, written down so long `ago`."""
    then = now - ago
    return Edit.objects.create(
        user=user,
        edit_id=uuid4(),
        workspace_gid=workspace,
        task_gid="1205000000000001",
        entered_on=then.date(),
        kind="create",
        duration_minutes=minutes,
        state=state,
        created_at=then,
        due_at=then,
    )
