"""The rules of a workspace. One whose admins never said has the defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from accounts.models import Connection, Reviewer, User
from accounts.workspaces import membership
from timesheet.domain import policy
from timesheet.domain.policy import Policy, Refusal, Today, Wanted, Way
from timesheet.domain.week import Week
from timesheet.models import House
from timesheet.sheets import policy_messages


@dataclass(frozen=True)
class Rules:
    """The policy for one person in a workspace, with its admins' own words for it."""

    policy: Policy
    own: Mapping[str, str]

    def refusal(self, wanted: Wanted, today: Today) -> Refusal | None:
        return policy.refusal(self.policy, wanted, today)

    def sentence(self, refusal: Refusal) -> str:
        return policy_messages.sentence(refusal, self.own)

    def told(self) -> list[str]:
        return policy_messages.told(self.policy, self.own)

    def shut(self, week: Week, today: date) -> dict[date, str]:
        """The days of a week on which nothing may be changed, and why."""
        found = {day: self.policy.shuts(day, Today.of(today)) for day in week.days}
        return {day: policy_messages.why_shut(why, self.own) for day, why in found.items() if why}


def house_of(workspace: str) -> House:
    return House.objects.filter(workspace_gid=workspace).first() or House(workspace_gid=workspace)


def rules_of(user: User, workspace: str) -> Rules:
    """The rules for this person, by what is known here of their place in the workspace."""
    house = house_of(workspace)
    return Rules(policy_of(house, _back_days(house, user)), house.sentences)


def policy_of(house: House, back_days: int | None = None) -> Policy:
    return Policy(
        lock_date=house.lock_date,
        no_future=house.no_future,
        back_days=back_days,
        most=house.most_minutes,
        note_required=house.note_required,
        step=house.rounding_minutes,
        way=Way(house.rounding),
    )


def _back_days(house: House, user: User) -> int | None:
    members, managers = house.back_days_members, house.back_days_managers
    if members == managers:
        return members
    manages = membership.is_reviewer(user, house.workspace_gid) or membership.remembered_admin(
        user, house.workspace_gid
    )
    return managers if manages else members


def zone_of(house: House) -> ZoneInfo:
    """UTC where the machine does not know the zone any more."""
    try:
        return ZoneInfo(house.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def mute_reviewers(workspace: str) -> list[Reviewer]:
    """Those in whose name Asana cannot be asked, so that their people get no mails."""
    able = Connection.objects.able()
    reviewers = Reviewer.objects.filter(workspace_gid=workspace, people__isnull=False)
    return list(reviewers.exclude(gid__in=able.values("user__gid")).distinct().order_by("name"))
