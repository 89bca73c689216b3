"""One person's week in one workspace, with what a request needs to know about it from here."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from accounts.asana.records import Entry
from accounts.models import User
from timesheet.domain.approval import Status, status_of
from timesheet.domain.week import Week
from timesheet.models import Preferences, WorkspacePolicy
from timesheet.sheets import approvals, policy, preferences
from timesheet.sheets.approvals import WeekStatus
from timesheet.sheets.holidays import days_off
from timesheet.sheets.policy import Rules


@dataclass(frozen=True)
class Sheet:
    """Whose week, in which workspace, and which week.

    Make one for a request, or for a delivery by the worker, and pass it on: the settings that it
    reads from the database are read when they are first needed, and once. So do not keep it longer.
    """

    user: User
    # The workspace's gid.
    workspace: str
    week: Week

    @cached_property
    def workspace_policy(self) -> WorkspacePolicy:
        """The workspace's settings, or the defaults."""
        return policy.workspace_policy_of(self.workspace)

    @cached_property
    def rules(self) -> Rules:
        """The workspace's rules for this person."""
        return policy.rules_for(self.user, self.workspace_policy)

    @cached_property
    def preferences(self) -> Preferences:
        """What the person prefers, or the defaults."""
        return preferences.preferences_of(self.user)

    @cached_property
    def holidays(self) -> Mapping[date, str]:
        """The names of the workspace's days off in this week, by day."""
        return days_off(self.workspace_policy, self.week.start, self.week.end)

    @cached_property
    def _local_status(self) -> WeekStatus | None:
        """The week's status as decided here; None where Asana's plan has approvals of its own."""
        if approvals.cached_plan_has_approvals(self.user, self.workspace):
            return None
        return approvals.local_status(self.workspace, self.week, self.user.gid)

    def status(self, entries: Collection[Entry]) -> Status:
        """Return the week's approval status, from its `entries` in Asana and from what was decided
        here."""
        in_asana = status_of(entries)
        if in_asana.locks or self._local_status is None or not self._local_status.number:
            return in_asana
        return self._local_status.status
