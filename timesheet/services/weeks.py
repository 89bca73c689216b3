"""Opening the page of a week: all that it shows, read from Asana side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from accounts import seats
from accounts.asana import lists
from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, NotFound
from accounts.asana.records import Workspace
from timesheet.domain.grid import Grid
from timesheet.services import approvals, decisions, sheets
from timesheet.services.approvals import Approval
from timesheet.services.sheets import Sheet


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
    known = sheets.remembered_workspaces(sheet.user)
    time_off = sheets.remembered_time_off(sheet)
    offered = decisions.remembered_offer(sheet.user, sheet.workspace)
    reads: dict[str, Callable[[Client], Any]] = {
        "entries": lambda client: sheets.list_entries(client, sheet),
        "timesheet": lambda client: approvals.read_timesheet(client, sheet),
    }
    if known is None or sheets.named(sheet.workspace, known) is None:
        reads["me"] = Client.get_user
    if time_off is None:
        reads["time_off"] = lambda client: sheets.list_time_off(client, sheet)
    if offered is None:
        reads["offered"] = Client.offers_timesheets
    if not (knows_way := seats.knows_way(sheet.user, sheet.workspace)):
        seat = lists.memberships(sheet.workspace, user="me")
        reads["seat"] = lambda client: client.read(seat)
    answers = dict(zip(reads, asana.try_side_by_side(list(reads.values())), strict=True))
    entries = _needed(answers["entries"])
    if "me" in answers:
        known = sheets.remember_workspaces(sheet.user, _needed(answers["me"]))
    workspace = sheets.named(sheet.workspace, known or ())
    if workspace is None:
        raise NotFound(f"workspace: Unknown object: {sheet.workspace}", 404)
    if (read := answers.get("time_off")) is not None and not isinstance(read, AsanaError):
        sheets.remember_time_off(sheet, read)
    if isinstance(asked := answers.get("offered"), bool):
        decisions.remember_offer(sheet.user, sheet.workspace, offered=asked)
        offered = asked
    if not knows_way and isinstance(found := answers["seat"], list):
        seats.keep_way(sheet.user, sheet.workspace, found)
    how = approvals.approval(sheet, answers["timesheet"], offered=offered)
    grid = sheets.lay_out(sheet, sheets.complete(asana, sheet, entries))
    sheets.remember_names(sheet, grid)
    return Loaded(replace(grid, status=how.status or grid.status), how, workspace, known or ())


def _needed(answer: Any) -> Any:
    if isinstance(answer, AsanaError):
        raise answer
    return answer
