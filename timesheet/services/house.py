"""The rules of a workspace. One whose admins never said has the defaults."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from accounts.models import Connection, Reviewer
from timesheet.models import House


def house_of(workspace: str) -> House:
    return House.objects.filter(workspace_gid=workspace).first() or House(workspace_gid=workspace)


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
