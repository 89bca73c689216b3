"""Changes of a workspace's own holidays; each takes effect at once and is in the audit log."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from accounts import audit
from accounts.models import Action, User
from timesheet.models import WorkspacePolicy

MOST_OWN_DAYS = 200
# The third item of a stored holiday of half a day.
HALF = "half"


class TooManyHolidays(Exception):
    """The workspace has as many holidays as it may have."""


def set_holiday(by: User, workspace: str, day: date, name: str, *, is_half: bool) -> None:
    """Add a holiday, or change that of the day. Raises `TooManyHolidays`."""
    new = [day.isoformat(), name, *([HALF] if is_half else [])]
    with transaction.atomic():
        workspace_policy = _locked(workspace)
        others = [each for each in workspace_policy.own_days if each[0] != new[0]]
        if len(others) >= MOST_OWN_DAYS:
            raise TooManyHolidays
        _save(by, workspace_policy, [*others, new])


def remove_holiday(by: User, workspace: str, day: date) -> bool:
    """Remove the workspace's own holiday of a day; return False if there is none."""
    with transaction.atomic():
        workspace_policy = _locked(workspace)
        others = [each for each in workspace_policy.own_days if each[0] != day.isoformat()]
        is_there = len(others) < len(workspace_policy.own_days)
        if is_there:
            _save(by, workspace_policy, others)
    return is_there


def _locked(workspace: str) -> WorkspacePolicy:
    WorkspacePolicy.objects.get_or_create(workspace_gid=workspace)
    return WorkspacePolicy.objects.select_for_update().get(workspace_gid=workspace)


def _save(by: User, workspace_policy: WorkspacePolicy, days: list[list[str]]) -> None:
    before, workspace_policy.own_days = workspace_policy.own_days, sorted(days)
    workspace_policy.save(update_fields=["own_days"])
    was, now = audit.changed(
        {"own_days": _lines(before)}, {"own_days": _lines(workspace_policy.own_days)}
    )
    if now:
        workspace = workspace_policy.workspace_gid
        audit.record(Action.POLICY_CHANGED, by, workspace=workspace, before=was, after=now)


def _lines(days: Iterable[list[str]]) -> list[str]:
    return [" ".join([day, *half, name]) for day, name, *half in days]
