"""Opening the page of a week: from its stored copy, or from Asana, all of it at the same time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from accounts.asana import listings
from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, NotFound
from accounts.asana.records import ApprovalStatusRecord, Records, Workspace
from accounts.workspaces import membership
from accounts.workspaces.allowed import only_allowed
from timesheet.core.request_cache import read_together
from timesheet.domain.grid import Grid
from timesheet.domain.read_failures import ReadFailures, failures_in
from timesheet.journal import store
from timesheet.sheets import approvals, reading, sent_back, stored_weeks
from timesheet.sheets.approvals import cache_plan_has_approvals, cached_plan_has_approvals
from timesheet.sheets.sheet import Sheet
from timesheet.sheets.stored_weeks import WeekCopy, WeekRecords
from timesheet.week import submit
from timesheet.week.lookups import found_for_page
from timesheet.week.submit import Approval


@dataclass(frozen=True)
class Loaded:
    """What the page of a week shows."""

    grid: Grid
    approval: Approval
    workspace: Workspace
    workspaces: tuple[Workspace, ...]
    failures: ReadFailures


def read(asana: Client, sheet: Sheet, now: datetime, *, before: WeekCopy | None = None) -> WeekCopy:
    """Return the week as Asana shows it now, and store it. Raises `AsanaError`.

    Days off and approvals are good to know but not needed: where they cannot be read they are as in
    the copy `before`. The week is not stored if one of its edits moved in the meantime: Asana may
    have answered before or after that.
    """
    progress = store.progress_of(sheet)
    reads = _reads(sheet)
    answers = dict(zip(reads, asana.gather_outcomes(list(reads.values())), strict=True))
    entries = _needed(answers["entries"])
    workspaces = _cache_answers(sheet, answers)
    if reading.find_workspace(sheet.workspace, workspaces) is None:
        raise NotFound(f"workspace: Unknown object: {sheet.workspace}", 404)
    record = answers["timesheet"]
    filled_in = reading.fill_in_entries(asana, sheet, entries)
    earlier = before.rest if before else WeekRecords()
    time_off = reading.cached_time_off(sheet)
    offered = cached_plan_has_approvals(sheet.user, sheet.workspace)
    is_admin = membership.cached_own_role(sheet.user, sheet.workspace)
    rest = WeekRecords(
        unreadable=filled_in.unreadable,
        approval=None if isinstance(record, AsanaError) else record,
        approval_is_known=not isinstance(record, AsanaError),
        time_off=earlier.time_off if time_off is None else time_off,
        workspaces=workspaces,
        has_approvals=earlier.has_approvals if offered is None else offered,
        is_admin=earlier.is_admin if is_admin is None else is_admin,
    )
    if rest.approval_is_known:
        filled_in = Records(stored_weeks.without_status(filled_in), filled_in.unreadable)
    copy = WeekCopy(filled_in, rest, now, is_current=store.progress_of(sheet) == progress)
    if copy.is_current:
        stored_weeks.store(sheet, copy)
    _note_status(sheet, record, now)
    return copy


def _note_status(
    sheet: Sheet, record: ApprovalStatusRecord | AsanaError | None, now: datetime
) -> None:
    """Note whether the week was sent back, for the banner on every page."""
    offered = cached_plan_has_approvals(sheet.user, sheet.workspace)
    status = submit.approval(sheet, record, offered=offered).status
    if status is not None:
        sent_back.note_all(sheet.workspace, sheet.user.gid, {sheet.week: status}, now)


def _reads(sheet: Sheet) -> dict[str, Callable[[Client], Any]]:
    """Return what is to be read for the page, by name: what the cache has is left out."""
    reads: dict[str, Callable[[Client], Any]] = {
        "entries": lambda client: reading.list_entries(client, sheet),
        "timesheet": lambda client: submit.read_timesheet(client, sheet),
    }
    workspaces = reading.cached_workspaces(sheet.user)
    if workspaces is None or reading.find_workspace(sheet.workspace, workspaces) is None:
        reads["me"] = Client.get_user
    if reading.cached_time_off(sheet) is None:
        reads["time_off"] = lambda client: reading.list_time_off(client, sheet)
    if cached_plan_has_approvals(sheet.user, sheet.workspace) is None:
        reads["offered"] = Client.plan_has_approvals
    if not membership.has_cached_membership(sheet.user, sheet.workspace):
        own_membership = listings.memberships(sheet.workspace, user="me")
        reads["membership"] = lambda client: client.list_all(own_membership)
    return reads


def _cache_answers(sheet: Sheet, answers: Mapping[str, Any]) -> tuple[Workspace, ...]:
    """Cache what was read besides the week; return the person's workspaces."""
    if isinstance(time_off := answers.get("time_off"), list):
        reading.cache_time_off(sheet, time_off)
    if isinstance(has_approvals := answers.get("offered"), bool):
        cache_plan_has_approvals(sheet.user, sheet.workspace, offered=has_approvals)
    if isinstance(memberships := answers.get("membership"), list):
        membership.cache_own_membership(sheet.user, sheet.workspace, memberships)
    if "me" in answers:
        return reading.cache_workspaces(sheet.user, _needed(answers["me"]))
    return reading.cached_workspaces(sheet.user) or ()


@contextmanager
def known_from(sheet: Sheet, copy: WeekCopy, now: datetime) -> Iterator[None]:
    """Open a context in which what the cache has for this page is read with one query, and what is
    seldom in our tables is looked up with another one.

    What is not cached any more is as it was when the copy was made.
    """
    keys, rest = cache_keys(sheet), copy.rest
    otherwise = dict(zip(keys, [rest.time_off, rest.has_approvals, rest.is_admin], strict=False))
    with read_together(keys, otherwise), found_for_page(sheet, now):
        yield


def cache_keys(sheet: Sheet) -> list[str]:
    """Return the cache's keys for what a page that is shown from a copy needs from there."""
    return [
        reading.time_off_cache_key(sheet),
        approvals.cache_key(sheet.user, sheet.workspace),
        membership.own_role_cache_key(sheet.user, sheet.workspace),
        reading.names_cache_key(sheet.user, sheet.workspace),
    ]


def lay_out(sheet: Sheet, copy: WeekCopy) -> Loaded:
    """Return what the page shows of a copy.

    Raises `NotFound` where the workspace may not be used.
    """
    rest = copy.rest
    workspaces = only_allowed(rest.workspaces)
    workspace = reading.find_workspace(sheet.workspace, workspaces)
    if workspace is None:
        raise NotFound(f"workspace: Unknown object: {sheet.workspace}", 404)
    record = rest.approval if rest.approval_is_known else AsanaError("not read")
    approval = submit.approval(sheet, record, offered=rest.has_approvals)
    grid = reading.build_grid(sheet, copy.entries)
    reading.cache_names(sheet, grid)
    grid = replace(grid, status=approval.status or grid.status)
    return Loaded(grid, approval, workspace, workspaces, failures_in(copy.entries))


def _needed(answer: Any) -> Any:
    if isinstance(answer, AsanaError):
        raise answer
    return answer
