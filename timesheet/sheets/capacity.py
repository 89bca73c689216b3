"""Reads what people are expected to work: capacity, their own working hours, half days off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from accounts.lookups import Lookup
from timesheet.domain.capacity import Capacity, CapacityPeriod
from timesheet.models import CapacityChange, HalfDayOff, Preferences, WorkspacePolicy
from timesheet.sheets.holidays import half_holidays


def capacities(
    people: Collection[str],
    workspace_policy: WorkspacePolicy,
    start: date,
    end: date,
    *,
    own_targets: Mapping[str, Sequence[int] | None] | None = None,
) -> dict[str, Capacity]:
    """Return what each person is expected to work from `start` to `end`, by gid.

    `own_targets` are their own working hours, where the caller has read them already.
    """
    workspace = workspace_policy.workspace_gid
    periods: defaultdict[str, list[CapacityPeriod]] = defaultdict(list)
    for change in changes_of(people, workspace, end).read():
        periods[change.person_gid].append(CapacityPeriod(change.starts_on, tuple(change.minutes)))
    half_days: defaultdict[str, set[date]] = defaultdict(set)
    for half in half_days_of(people, workspace, start, end).read():
        half_days[half.person_gid].add(half.day)
    if own_targets is None:
        own = Preferences.objects.filter(user__gid__in=people).exclude(targets=None)
        own_targets = dict(own.values_list("user__gid", "targets"))
    everybodys = half_holidays(workspace_policy, start, end)
    return {
        gid: Capacity(
            tuple(workspace_policy.targets),
            tuple(periods[gid]),
            own_targets.get(gid),
            own_may_lower=workspace_policy.own_targets_may_lower,
            half_days=frozenset(half_days[gid]) | everybodys,
        )
        for gid in people
    }


def capacity_of(person: str, workspace_policy: WorkspacePolicy, start: date, end: date) -> Capacity:
    """Return what one person is expected to work from `start` to `end`."""
    return capacities([person], workspace_policy, start, end)[person]


def changes_of(people: Collection[str], workspace: str, end: date) -> Lookup[CapacityChange]:
    """Return the changes of these people's capacity until `end`, in their order."""
    return Lookup(
        ("capacity", frozenset(people), workspace, end),
        lambda: CapacityChange.objects.filter(
            workspace_gid=workspace, person_gid__in=people, starts_on__lte=end
        ).order_by("starts_on"),
    )


def half_days_of(
    people: Collection[str], workspace: str, start: date, end: date
) -> Lookup[HalfDayOff]:
    """Return the half days that these people have off from `start` to `end`."""
    return Lookup(
        ("half days", frozenset(people), workspace, start, end),
        lambda: HalfDayOff.objects.filter(
            workspace_gid=workspace, person_gid__in=people, day__range=(start, end)
        ),
    )
