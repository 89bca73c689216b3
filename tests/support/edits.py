"""Edits of the journal, created as a test needs them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from accounts.models import User
from tests.support.people import BANK_ID, WORKSPACE
from timesheet.models import Edit


def make_edit(
    user: User,
    state: str,
    *,
    now: datetime,
    ago: timedelta = timedelta(0),
    workspace: str = WORKSPACE,
    minutes: int = 5,
    **fields: Any,
) -> Edit:
    """Creates an edit that would create an entry, written down this long `ago`."""
    then = now - ago
    usual = {
        "edit_id": uuid4(),
        "workspace_gid": workspace,
        "task_gid": BANK_ID,
        "entered_on": then.date(),
        "kind": "create",
        "duration_minutes": minutes,
        "state": state,
        "created_at": then,
        "due_at": then,
    }
    return Edit.objects.create(user=user, **usual | fields)
