"""Opening the page of a week: all that it shows, read from Asana side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from accounts.asana import listings
from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, NotFound
from accounts.asana.records import Workspace
from accounts.workspaces import membership
from timesheet.domain.grid import Grid
from timesheet.sheets import reading
from timesheet.sheets.approvals import cache_plan_has_approvals, cached_plan_has_approvals
from timesheet.sheets.reading import Sheet
from timesheet.week import submit
from timesheet.week.submit import Approval


@dataclass(frozen=True)
class Loaded:
    grid: Grid
    approval: Approval
    workspace: Workspace
    workspaces: tuple[Workspace, ...]


def load(asana: Client, sheet: Sheet) -> Loaded:
    """The week as the person sees it. Raises `AsanaError`.

    What is good to know but not needed, days off and approvals, is left out when it cannot be read.
    """
    known = reading.cached_workspaces(sheet.user)
    time_off = reading.cached_time_off(sheet)
    offered = cached_plan_has_approvals(sheet.user, sheet.workspace)
    reads: dict[str, Callable[[Client], Any]] = {
        "entries": lambda client: reading.list_entries(client, sheet),
        "timesheet": lambda client: submit.read_timesheet(client, sheet),
    }
    if known is None or reading.find_workspace(sheet.workspace, known) is None:
        reads["me"] = Client.get_user
    if time_off is None:
        reads["time_off"] = lambda client: reading.list_time_off(client, sheet)
    if offered is None:
        reads["offered"] = Client.plan_has_approvals
    if not (knows_way := membership.has_cached_membership(sheet.user, sheet.workspace)):
        own_membership = listings.memberships(sheet.workspace, user="me")
        reads["membership"] = lambda client: client.list_all(own_membership)
    answers = dict(zip(reads, asana.gather_outcomes(list(reads.values())), strict=True))
    entries = _needed(answers["entries"])
    if "me" in answers:
        known = reading.cache_workspaces(sheet.user, _needed(answers["me"]))
    workspace = reading.find_workspace(sheet.workspace, known or ())
    if workspace is None:
        raise NotFound(f"workspace: Unknown object: {sheet.workspace}", 404)
    if (read := answers.get("time_off")) is not None and not isinstance(read, AsanaError):
        reading.cache_time_off(sheet, read)
    if isinstance(asked := answers.get("offered"), bool):
        cache_plan_has_approvals(sheet.user, sheet.workspace, offered=asked)
        offered = asked
    if not knows_way and isinstance(found := answers["membership"], list):
        membership.cache_own_membership(sheet.user, sheet.workspace, found)
    how = submit.approval(sheet, answers["timesheet"], offered=offered)
    grid = reading.build_grid(sheet, reading.fill_in_entries(asana, sheet, entries))
    reading.cache_names(sheet, grid)
    return Loaded(replace(grid, status=how.status or grid.status), how, workspace, known or ())


def _needed(answer: Any) -> Any:
    if isinstance(answer, AsanaError):
        raise answer
    return answer
