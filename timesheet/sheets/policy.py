"""The rules of a workspace. One whose admins never said has the defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from accounts.models import Connection, Manager, User
from accounts.workspaces import membership
from timesheet.domain import policy
from timesheet.domain.policy import Policy, PossibleToday, Refusal, RequestedWrite, Rounding
from timesheet.domain.week import Week
from timesheet.models import WorkspacePolicy
from timesheet.sheets import policy_messages


@dataclass(frozen=True)
class Rules:
    """The policy for one person in a workspace, with its admins' own words for it."""

    policy: Policy
    own: Mapping[str, str]

    def refusal(self, wanted: RequestedWrite, today: PossibleToday) -> Refusal | None:
        return policy.refusal(self.policy, wanted, today)

    def sentence(self, refusal: Refusal) -> str:
        return policy_messages.sentence(refusal, self.own)

    def told(self) -> list[str]:
        return policy_messages.told(self.policy, self.own)

    def locked_days(self, week: Week, today: date) -> dict[date, str]:
        """The days of a week on which nothing may be changed, and why."""
        found = {day: self.policy.lock_reason(day, PossibleToday.of(today)) for day in week.days}
        return {
            day: policy_messages.lock_message(why, self.own) for day, why in found.items() if why
        }


def workspace_policy_of(workspace: str) -> WorkspacePolicy:
    return WorkspacePolicy.objects.filter(workspace_gid=workspace).first() or WorkspacePolicy(
        workspace_gid=workspace
    )


def rules_for(user: User, workspace: str) -> Rules:
    """The rules for this person, by what is known here of their place in the workspace."""
    workspace_policy = workspace_policy_of(workspace)
    return Rules(
        build_policy(workspace_policy, _back_days(workspace_policy, user)),
        workspace_policy.custom_messages,
    )


def build_policy(workspace_policy: WorkspacePolicy, back_days: int | None = None) -> Policy:
    return Policy(
        lock_date=workspace_policy.lock_date,
        no_future=workspace_policy.no_future,
        back_days=back_days,
        most=workspace_policy.most_minutes,
        note_required=workspace_policy.note_required,
        step=workspace_policy.rounding_minutes,
        rounding=Rounding(workspace_policy.rounding),
    )


def _back_days(workspace_policy: WorkspacePolicy, user: User) -> int | None:
    members, managers = workspace_policy.back_days_members, workspace_policy.back_days_managers
    if members == managers:
        return members
    manages = membership.is_manager(
        user, workspace_policy.workspace_gid
    ) or membership.cached_is_admin(user, workspace_policy.workspace_gid)
    return managers if manages else members


def zone_of(workspace_policy: WorkspacePolicy) -> ZoneInfo:
    """UTC where the machine does not know the zone any more."""
    try:
        return ZoneInfo(workspace_policy.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def managers_without_connection(workspace: str) -> list[Manager]:
    """Those in whose name Asana cannot be asked, so that their people get no mails."""
    able = Connection.objects.usable()
    managers = Manager.objects.filter(workspace_gid=workspace, people__isnull=False)
    return list(managers.exclude(gid__in=able.values("user__gid")).distinct().order_by("name"))
