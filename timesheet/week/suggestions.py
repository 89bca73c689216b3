"""Suggested tasks: reads from Asana what a person did in a week, and their open tasks."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from django.core.cache import cache
from django.utils import timezone

from accounts.asana import listings
from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, PaymentRequired
from accounts.asana.records import TouchedTask
from accounts.asana.transport import Params
from timesheet.domain.suggestions import Reason, Suggestion, suggest
from timesheet.domain.week import Week
from timesheet.sheets import reading, rows
from timesheet.sheets.sheet import Sheet

logger = logging.getLogger(__name__)

MOST_SUGGESTED = 3
# How long a workspace whose plan has no task search is not asked for it again.
NO_SEARCH_CACHED_SECONDS = 12 * 3600


def suggest_tasks(asana: Client, sheet: Sheet, today: date) -> list[Suggestion]:
    """Return tasks that the week lacks; none if no hours are missing.

    They are those that the person completed, commented on or was assigned to on its days, where the
    plan has task search, and their open tasks. Raises `AsanaError` where the week cannot be read.
    """
    reasons = {} if cache.get(_no_search_key(sheet)) else _searches(sheet.week)
    searches = [_search(sheet.workspace, filters) for filters in reasons.values()]
    listed, my_tasks, *outcomes = asana.gather_outcomes(
        [
            lambda client: reading.list_entries(client, sheet),
            lambda client: client.list_all(listings.my_tasks(sheet.workspace)),
            *searches,
        ]
    )
    if isinstance(listed, AsanaError):
        raise listed
    grid = reading.build_grid(sheet, reading.fill_in_entries(asana, sheet, listed))
    mine = rows.keep_my_tasks(sheet, my_tasks)
    if grid.status.locks or not grid.total.missing:
        return []
    touched = _found(sheet, dict(zip(reasons, outcomes, strict=True)))
    return suggest(touched, mine, grid, today, day_of=_local_day, most=MOST_SUGGESTED)


def _searches(week: Week) -> dict[Reason, Params]:
    """Return the filters of task searches for a week's days where the person is.

    Asana does not tell when a task was assigned or who completed it: their own open tasks that
    changed, and their own completed ones, are as near as its search gets.
    https://developers.asana.com/reference/searchtasksforworkspace
    """
    start, end = _midnight(week.start), _midnight(week.end + timedelta(days=1))
    changed: dict[str, str] = {"modified_at.after": start, "modified_at.before": end}
    completed: dict[str, str] = {"completed_at.after": start, "completed_at.before": end}
    return {
        Reason.COMPLETED: {"assignee.any": "me", "sort_by": "completed_at", **completed},
        Reason.COMMENTED: {"commented_on_by.any": "me", **changed},
        Reason.ASSIGNED: {"assignee.any": "me", "completed": "false", **changed},
    }


def _search(workspace: str, filters: Params) -> Callable[[Client], list[TouchedTask]]:
    return lambda client: client.search_tasks(workspace, filters)


def _found(
    sheet: Sheet, outcomes: dict[Reason, list[TouchedTask] | AsanaError]
) -> dict[Reason, list[TouchedTask]]:
    """Return what the searches found; those that failed only cost suggestions."""
    found: dict[Reason, list[TouchedTask]] = {}
    for reason, outcome in outcomes.items():
        if isinstance(outcome, PaymentRequired):
            cache.set(_no_search_key(sheet), True, NO_SEARCH_CACHED_SECONDS)
        elif isinstance(outcome, AsanaError):
            logger.warning("user %s: tasks %s not searched: %s", sheet.user.pk, reason, outcome)
        else:
            found[reason] = outcome
    return found


def _midnight(day: date) -> str:
    moment = timezone.make_aware(datetime.combine(day, time.min))
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.000Z}"


def _local_day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def _no_search_key(sheet: Sheet) -> str:
    return f"no-task-search:{sheet.user.pk}:{sheet.workspace}"
