"""Opening the page of a week: all that it shows, read from Asana at the same time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from accounts.asana import listings
from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, NotFound
from accounts.asana.records import Entry, Workspace
from accounts.workspaces import membership
from timesheet.core import clock
from timesheet.domain.grid import Grid
from timesheet.domain.read_failures import ReadFailures, failures_in
from timesheet.sheets import reading, sent_back
from timesheet.sheets.approvals import cache_plan_has_approvals, cached_plan_has_approvals
from timesheet.sheets.sheet import Sheet
from timesheet.week import submit
from timesheet.week.submit import Approval


@dataclass(frozen=True)
class Loaded:
    """What the page of a week shows."""

    grid: Grid
    approval: Approval
    workspace: Workspace
    workspaces: tuple[Workspace, ...]
    failures: ReadFailures


def load(asana: Client, sheet: Sheet) -> Loaded:
    """Return the week as the person sees it. Raises `AsanaError`.

    Days off and approvals are good to know but not needed: they are left out when they cannot be
    read.
    """
    workspaces = reading.cached_workspaces(sheet.user)
    offered = cached_plan_has_approvals(sheet.user, sheet.workspace)
    reads: dict[str, Callable[[Client], Any]] = {
        "entries": lambda client: reading.list_entries(client, sheet),
        "timesheet": lambda client: submit.read_timesheet(client, sheet),
    }
    if workspaces is None or reading.find_workspace(sheet.workspace, workspaces) is None:
        reads["me"] = Client.get_user
    if reading.cached_time_off(sheet) is None:
        reads["time_off"] = lambda client: reading.list_time_off(client, sheet)
    if offered is None:
        reads["offered"] = Client.plan_has_approvals
    if not membership.has_cached_membership(sheet.user, sheet.workspace):
        own_membership = listings.memberships(sheet.workspace, user="me")
        reads["membership"] = lambda client: client.list_all(own_membership)
    answers = dict(zip(reads, asana.gather_outcomes(list(reads.values())), strict=True))
    entries = _needed(answers["entries"])
    if "me" in answers:
        workspaces = reading.cache_workspaces(sheet.user, _needed(answers["me"]))
    workspace = reading.find_workspace(sheet.workspace, workspaces or ())
    if workspace is None:
        raise NotFound(f"workspace: Unknown object: {sheet.workspace}", 404)
    if isinstance(time_off := answers.get("time_off"), list):
        reading.cache_time_off(sheet, time_off)
    if isinstance(has_approvals := answers.get("offered"), bool):
        cache_plan_has_approvals(sheet.user, sheet.workspace, offered=has_approvals)
        offered = has_approvals
    if isinstance(memberships := answers.get("membership"), list):
        membership.cache_own_membership(sheet.user, sheet.workspace, memberships)
    approval = submit.approval(sheet, answers["timesheet"], offered=offered)
    filled_in = reading.fill_in_entries(asana, sheet, entries)
    grid = _lay_out(sheet, filled_in, approval)
    return Loaded(grid, approval, workspace, workspaces or (), failures_in(filled_in))


def _lay_out(sheet: Sheet, entries: Sequence[Entry], approval: Approval) -> Grid:
    grid = reading.build_grid(sheet, entries)
    reading.cache_names(sheet, grid)
    if approval.status is not None:
        statuses = {sheet.week: approval.status}
        sent_back.note_all(sheet.workspace, sheet.user.gid, statuses, clock.now())
    return replace(grid, status=approval.status or grid.status)


def _needed(answer: Any) -> Any:
    if isinstance(answer, AsanaError):
        raise answer
    return answer
