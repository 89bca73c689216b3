"""Asana's API for a timesheet: one method for each endpoint, typed records in and out, with paging.

Every method raises `AsanaError`. Facts: https://developers.asana.com/reference/rest-api-reference
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from contextvars import copy_context
from datetime import date
from itertools import count
from typing import Any, Generic, TypeVar

import msgspec

from accounts.asana.decoding import decode_page, decode_record
from accounts.asana.errors import (
    AsanaError,
    PaymentRequired,
    RateLimited,
    Refused,
    Unauthorized,
)
from accounts.asana.listings import Listing
from accounts.asana.records import (
    ApprovalStatusRecord,
    AsanaUser,
    Entry,
    EntryFields,
    PlannedTask,
    Project,
    Records,
    Task,
    TouchedTask,
    UserPhoto,
)
from accounts.asana.transport import IN_FLIGHT, Params, Session

T = TypeVar("T")

# https://developers.asana.com/docs/pagination
PAGE_SIZE = 100
# Asana's message is "offset: Your pagination token has expired.": see https://forum.asana.com
EXPIRED_OFFSET = "pagination token"


class Client:
    """Calls Asana in one person's name.

    Gids are strings of digits, days are `date`s, durations are whole minutes.
    """

    def __init__(self, session: Session) -> None:
        self.session = session

    def in_background(self) -> Client:
        """Return a client for reads that nobody waits for: they leave room for those of pages."""
        return Client(self.session.in_background())

    # People and workspaces

    def get_user(self, gid: str = "me") -> AsanaUser:
        """Return a user with their workspaces; by default the one whose token it is."""
        return self._read(AsanaUser, f"/users/{gid}", {"opt_fields": AsanaUser.fields})

    def get_photo_address(self, gid: str) -> str:
        """Return the address of a user's photo; empty without one."""
        user = self._read(UserPhoto, f"/users/{gid}", {"opt_fields": UserPhoto.fields})
        return (user.photo and user.photo.image_60x60) or ""

    # Tasks and projects

    def get_task(self, gid: str) -> Task:
        """Return a task with its projects and its workspace."""
        return self._read(Task, f"/tasks/{gid}", {"opt_fields": Task.fields})

    def get_planned_task(self, gid: str) -> PlannedTask:
        """Return a task with its estimated and actual time."""
        return self._read(PlannedTask, f"/tasks/{gid}", {"opt_fields": PlannedTask.fields})

    def get_project(self, gid: str) -> Project:
        """Return a project with its team."""
        return self._read(Project, f"/projects/{gid}", {"opt_fields": Project.fields})

    def find_tasks(self, workspace: str, query: str, *, count: int = 20) -> list[Task]:
        """Return up to `count` tasks that match `query`, the best match first.

        `count` may be at most 100. Asana answers an empty query too.
        https://developers.asana.com/reference/typeaheadforworkspace
        """
        params: Params = {
            "resource_type": "task",
            "query": query,
            "count": count,
            "opt_fields": Task.fields,
        }
        body = self.session.send("GET", f"/workspaces/{workspace}/typeahead", params=params)
        return decode_page(Task, body)[0]

    def search_tasks(self, workspace: str, filters: Params) -> list[TouchedTask]:
        """Return the first tasks that pass all filters of Asana's task search.

        Raises `PaymentRequired` where the plan has no search. What changed within the last minute
        may be missing. https://developers.asana.com/reference/searchtasksforworkspace
        """
        params: Params = {**filters, "opt_fields": TouchedTask.fields}
        body = self.session.send("GET", f"/workspaces/{workspace}/tasks/search", params=params)
        return decode_page(TouchedTask, body)[0]

    # Time tracking entries

    def get_entry(self, gid: str) -> Entry:
        """Return a time tracking entry with all its fields."""
        path = f"/time_tracking_entries/{gid}"
        return self._read(Entry, path, {"opt_fields": Entry.fields})

    def create_entry(self, task: str, fields: EntryFields) -> Entry:
        """Log time on a task and return the new entry.

        The entry belongs to the owner of the token: Asana can't log time for somebody else.
        """
        path = f"/tasks/{task}/time_tracking_entries"
        return self._write(Entry, "POST", path, msgspec.to_builtins(fields))

    def update_entry(self, gid: str, fields: EntryFields) -> Entry:
        """Change the given fields of an entry and return it.

        Always send the day: Asana's documentation says that an update without one may move the
        entry to today.
        """
        path = f"/time_tracking_entries/{gid}"
        return self._write(Entry, "PUT", path, msgspec.to_builtins(fields))

    def delete_entry(self, gid: str) -> None:
        """Delete a time tracking entry."""
        # Only Asana's own answer proves that the entry is gone.
        decode_record(dict, self.session.send("DELETE", f"/time_tracking_entries/{gid}"))

    # Approval of weeks

    def plan_has_approvals(self) -> bool:
        """Tell whether the plan includes timesheet approvals.

        Sends a request that lacks every required field: it creates nothing, and Asana answers 402
        only where the plan is the reason.
        """
        try:
            body = self.session.send("POST", "/timesheet_approval_statuses", json={"data": {}})
            decode_record(dict, body)
        except PaymentRequired:
            return False
        except Refused:
            return True
        return True

    def create_timesheet(
        self, workspace: str, *, user: str, start: date, end: date
    ) -> ApprovalStatusRecord:
        """Create the approval status of a person's week as a draft. Asana allows one a week."""
        days = {"start_date": start.isoformat(), "end_date": end.isoformat()}
        fields = {"user": user, "workspace": workspace, **days}
        return self._write(ApprovalStatusRecord, "POST", "/timesheet_approval_statuses", fields)

    def update_timesheet(self, gid: str, status: str, message: str = "") -> ApprovalStatusRecord:
        """Set a week's approval status: "submitted", "draft", "approved" or "rejected".

        Asana shows `message` to the person; no response contains it.
        """
        path = f"/timesheet_approval_statuses/{gid}"
        fields = {"approval_status": status, **({"message": message} if message else {})}
        return self._write(ApprovalStatusRecord, "PUT", path, fields)

    # Lists: `listings` describes them

    def list_all(self, listing: Listing[T]) -> Records[T]:
        """Return all records of a list, reading it page by page.

        An expired offset restarts the list once. Records that cannot be decoded are set apart.
        """
        reading = _ListReading(listing)
        while True:
            try:
                reading.add(reading.next_page(self))
            except Refused as error:
                reading.restart_after(error)
            if reading.is_complete:
                return reading.records

    def list_page(self, listing: Listing[T], offset: str = "") -> tuple[Records[T], str]:
        """Return the records of one page of a list, and the offset of the next; empty if last.

        An expired offset is a `Refused` whose message has `EXPIRED_OFFSET`.
        """
        page: Params = {**listing.params, "limit": listing.limit or PAGE_SIZE}
        if offset:
            page = {**page, "offset": offset}
        return decode_page(listing.record, self.session.send("GET", listing.path, params=page))

    def gather_lists(
        self,
        listings: Sequence[Listing[Any]],
        *,
        also: Sequence[Callable[[Client], Any]] = (),
        max_batches: int | None = None,
        seconds: float | None = None,
    ) -> list[Any]:
        """Read several lists at the same time, and run the calls in `also` with their first pages.

        Pages are read in batches, as many at once as Asana allows; earlier lists go first. A batch
        takes as long as Asana's slowest response. A list whose offset has expired starts again,
        once; records that cannot be decoded are set apart.

        Returns a result for each list, then one for each call of `also`: its records, the
        `AsanaError` it ended with, or None for a list that was not finished: no batch is begun
        after `max_batches`, or after so many `seconds`.
        """
        readings = [_ListReading(listing) for listing in listings]
        results: list[Any] = [None] * len(readings)
        extra_calls = [*also]
        extra_results: list[Any] = []
        pending = deque(range(len(readings)))
        for _batch in _batches(max_batches, seconds):
            room = self.session.batch_size - len(extra_calls)
            batch = [pending.popleft() for _ in range(min(len(pending), room))]
            calls = extra_calls + [readings[index].next_page for index in batch]
            outcomes = self.gather_outcomes(calls, at_once=self.session.reads_at_once)
            extra_results += outcomes[: len(extra_calls)]
            unfinished = []
            for index, page in zip(batch, outcomes[len(extra_calls) :], strict=True):
                results[index] = readings[index].outcome_after(page)
                if results[index] is None:
                    unfinished.append(index)
            pending.extendleft(reversed(unfinished))
            extra_calls = []
            if not pending:
                break
        return [*results, *extra_results]

    # Several requests at once

    def gather(self, reads: Sequence[Callable[[Client], Any]]) -> list[Any]:
        """Run independent reads at the same time and return their results in order.

        Raises the error of the first read that failed.
        """
        outcomes = self.gather_outcomes(reads)
        for outcome in outcomes:
            if isinstance(outcome, AsanaError):
                raise outcome
        return outcomes

    def reserve(self, *, reads: int, writes: int) -> AbstractContextManager[None]:
        """Return a context with room within the rate limit for requests that follow each other.

        What they need beyond that is reserved as always. Raises `RateLimited`.
        """
        return self.session.rate_limiter.reserve(reads=reads, writes=writes)

    def gather_outcomes(
        self,
        calls: Sequence[Callable[[Client], Any]],
        *,
        writes: bool = False,
        repeat: bool = True,
        at_once: int = IN_FLIGHT,
    ) -> list[Any]:
        """Run independent calls at the same time, `at_once` of them, and return their outcomes.

        As `gather`, but with the `AsanaError` of a failed call in its place. An expired token is
        renewed once for all calls. A 401 means that nothing took place, so the calls that got one
        are repeated, writes too, unless `repeat` is False.
        """
        if not calls:
            return []
        token = self.session.tokens.token()
        outcomes = self._run_in_threads(calls, writes, at_once)
        expired = [
            index for index, outcome in enumerate(outcomes) if isinstance(outcome, Unauthorized)
        ]
        if expired:
            try:
                self.session.tokens.renew(token)
            except AsanaError:
                return outcomes
            if not repeat:
                return outcomes
            repeated = self._run_in_threads([calls[index] for index in expired], writes, at_once)
            for index, outcome in zip(expired, repeated, strict=True):
                outcomes[index] = outcome
        return outcomes

    def _run_in_threads(
        self, calls: Sequence[Callable[[Client], Any]], writes: bool, at_once: int
    ) -> list[Any]:
        limiter, at_once = self.session.rate_limiter, min(len(calls), at_once)
        room = {"writes": at_once} if writes else {"reads": at_once}
        slot = limiter.slot(**room, cost=len(calls), background=self.session.is_background)
        try:
            with slot as threads, self.session.for_threads() as session:
                outcomes = _outcomes_of(session, calls, threads)
        except RateLimited as error:
            return [error] * len(calls)
        rate_limited = [outcome for outcome in outcomes if isinstance(outcome, RateLimited)]
        if rate_limited:
            waits = [error.retry_after for error in rate_limited if error.retry_after is not None]
            limiter.slow_down(max(waits, default=None))
        return outcomes

    # Reading and writing

    def _read(self, record: type[T], path: str, params: Params) -> T:
        return decode_record(record, self.session.send("GET", path, params=params))

    def _write(self, record: type[T], method: str, path: str, fields: dict[str, Any]) -> T:
        params = {"opt_fields": record.fields}  # type: ignore[attr-defined]
        body = self.session.send(method, path, params=params, json={"data": fields})
        return decode_record(record, body)


def _batches(most: int | None, seconds: float | None) -> Iterator[int]:
    """Count at most so many batches, and after the first none that would begin after `seconds`."""
    began = time.monotonic()
    for number in count() if most is None else range(most):
        if number and seconds is not None and time.monotonic() - began > seconds:
            return
        yield number


class _ListReading(Generic[T]):
    """The reading of one list, page by page."""

    def __init__(self, listing: Listing[T]) -> None:
        self.listing = listing
        self.records = Records[T]()
        self.is_complete = False
        self._offset = ""
        self._may_restart = True

    def next_page(self, client: Client) -> tuple[Records[T], str]:
        """Read the next page; return its records and the offset of the one after it."""
        limit = {"limit": self.listing.limit or PAGE_SIZE}
        offset = {"offset": self._offset} if self._offset else {}
        params: Params = {**self.listing.params, **limit, **offset}
        body = client.session.send("GET", self.listing.path, params=params)
        return decode_page(self.listing.record, body)

    def add(self, page: tuple[Records[T], str]) -> None:
        """Add a page that was read."""
        records, self._offset = page
        self.records.add(records)
        self.is_complete = not self._offset or self.listing.limit is not None

    def restart_after(self, error: Refused) -> None:
        """Start again, once, if the offset has expired; raise the error if that is not why."""
        expired = self._offset and error.status == 400 and EXPIRED_OFFSET in error.message
        if not (expired and self._may_restart):
            raise error
        self.records, self._offset, self._may_restart = Records[T](), "", False

    def outcome_after(
        self, page: tuple[Records[T], str] | AsanaError
    ) -> Records[T] | AsanaError | None:
        """Add a page and return all records, or the error; None while there is more to read."""
        if isinstance(page, Refused):
            try:
                self.restart_after(page)
            except Refused as error:
                return error
            return None
        if isinstance(page, AsanaError):
            return page
        self.add(page)
        return self.records if self.is_complete else None


def _outcomes_of(
    session: Session, calls: Sequence[Callable[[Client], Any]], at_once: int
) -> list[Any]:
    client = Client(session)
    if len(calls) == 1:
        # A thread would only cost time.
        return [_outcome(calls[0], client)]
    with ThreadPoolExecutor(at_once) as pool:
        # Log lines of the threads keep the id of this request.
        futures = [pool.submit(copy_context().run, _outcome, call, client) for call in calls]
    return [future.result() for future in futures]


def _outcome(call: Callable[[Client], Any], client: Client) -> Any:
    """Return what a call returns, or the `AsanaError` that it raises."""
    try:
        return call(client)
    except AsanaError as error:
        return error
