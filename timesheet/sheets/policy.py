"""The rules of a workspace, or the defaults where its admins have set none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from accounts.lookups import Lookup
from accounts.models import Connection, Manager, User
from accounts.workspaces import membership
from timesheet.domain import policy
from timesheet.domain.policy import Policy, PossibleToday, Refusal, RequestedWrite, Rounding
from timesheet.domain.week import Week
from timesheet.models import WorkspacePolicy
from timesheet.sheets import policy_messages


@dataclass(frozen=True)
class Rules:
    """The policy for one person in a workspace, and the admins' own messages for it, by rule."""

    policy: Policy
    custom_messages: Mapping[str, str]

    def refusal(self, write: RequestedWrite, today: PossibleToday) -> Refusal | None:
        """Return the first rule that the write breaks; None when it breaks none."""
        return policy.refusal(self.policy, write, today)

    def sentence(self, refusal: Refusal) -> str:
        """Return what the person reads when a rule refuses a write."""
        return policy_messages.sentence(refusal, self.custom_messages)

    def descriptions(self) -> list[str]:
        """Return a sentence for each rule that is set, to be read before it is broken."""
        return policy_messages.descriptions(self.policy, self.custom_messages)

    def locked_days(self, week: Week, today: date) -> dict[date, str]:
        """Return the days of a week on which nothing may be changed, each with the reason."""
        reasons = {day: self.policy.lock_reason(day, PossibleToday.of(today)) for day in week.days}
        return {
            day: policy_messages.lock_message(reason, self.custom_messages)
            for day, reason in reasons.items()
            if reason
        }


def workspace_policy_of(workspace: str) -> WorkspacePolicy:
    """Return the settings of a workspace, by its gid, or unsaved ones with the defaults."""
    stored = stored_policy_of(workspace).read()
    return stored[0] if stored else WorkspacePolicy(workspace_gid=workspace)


def save_columns(workspace_policy: WorkspacePolicy, names: Iterable[str]) -> None:
    """Store these columns of a workspace's settings, and leave the others as they are.

    Rules, holidays and reminders have pages of their own, and may be saved at the same time.
    """
    values = {name: getattr(workspace_policy, name) for name in names}
    WorkspacePolicy.objects.update_or_create(
        workspace_gid=workspace_policy.workspace_gid, defaults=values
    )


def stored_policy_of(workspace: str) -> Lookup[WorkspacePolicy]:
    """Return the settings of a workspace, where its admins have made some."""
    return Lookup(
        ("policy", workspace), lambda: WorkspacePolicy.objects.filter(workspace_gid=workspace)
    )


def rules_for(user: User, workspace_policy: WorkspacePolicy) -> Rules:
    """Return the workspace's rules for this person, by what is known here of their role in it.

    Asana is not asked.
    """
    return Rules(
        build_policy(workspace_policy, _back_days(workspace_policy, user)),
        workspace_policy.custom_messages,
    )


def build_policy(workspace_policy: WorkspacePolicy, back_days: int | None = None) -> Policy:
    """Return the workspace's rules as a value; `back_days` differ by person, None is no limit."""
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
    """Return the workspace's time zone; UTC where this machine does not have that zone."""
    try:
        return ZoneInfo(workspace_policy.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def managers_without_connection(workspace: str) -> list[Manager]:
    """Return the managers whose connection cannot be used, so that their people get no mails."""
    able = Connection.objects.usable()
    managers = Manager.objects.filter(workspace_gid=workspace, people__isnull=False)
    return list(managers.exclude(gid__in=able.values("user__gid")).distinct().order_by("name"))
