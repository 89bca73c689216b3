"""Asana's API for a timesheet: one method an endpoint, typed records in and out, paging inside.

Every method raises `AsanaError`. Facts: https://developers.asana.com/reference/rest-api-reference
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from datetime import date
from itertools import count
from typing import Any, TypeVar

import msgspec

from accounts.asana.errors import (
    AsanaError,
    Malformed,
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
    ListEnvelope,
    RecordEnvelope,
    Task,
)
from accounts.asana.transport import IN_FLIGHT, MOST_IN_FLIGHT, Params, Session

T = TypeVar("T")

# https://developers.asana.com/docs/pagination
LIMIT = 100


class Client:
    """What one person can do in Asana. Gids are strings, days `date`s, times whole minutes."""

    def __init__(self, session: Session) -> None:
        self.session = session

    # People and workspaces

    def get_user(self, gid: str = "me") -> AsanaUser:
        return self._one(AsanaUser, f"/users/{gid}", {"opt_fields": AsanaUser.fields})

    # Tasks and projects

    def get_task(self, gid: str) -> Task:
        return self._one(Task, f"/tasks/{gid}", {"opt_fields": Task.fields})

    def find_tasks(self, workspace: str, query: str, *, count: int = 20) -> list[Task]:
        """Typeahead: at most 100 tasks, the best match first; an empty query has answers too."""
        params: Params = {
            "resource_type": "task",
            "query": query,
            "count": count,
            "opt_fields": Task.fields,
        }
        body = self.session.send("GET", f"/workspaces/{workspace}/typeahead", params=params)
        return _decode(ListEnvelope[Task], body).data

    # Time tracking entries

    def get_entry(self, gid: str) -> Entry:
        path = f"/time_tracking_entries/{gid}"
        return self._one(Entry, path, {"opt_fields": Entry.fields})

    def create_entry(self, task: str, fields: EntryFields) -> Entry:
        """Logs time in the token's own name; Asana has no other way."""
        path = f"/tasks/{task}/time_tracking_entries"
        return self._write(Entry, "POST", path, msgspec.to_builtins(fields))

    def update_entry(self, gid: str, fields: EntryFields) -> Entry:
        """Sets what `fields` has. Always send the day: Asana's text says that an update without
        one may fall to today."""
        path = f"/time_tracking_entries/{gid}"
        return self._write(Entry, "PUT", path, msgspec.to_builtins(fields))

    def delete_entry(self, gid: str) -> None:
        self.session.send("DELETE", f"/time_tracking_entries/{gid}")

    # Approval of weeks

    def plan_has_approvals(self) -> bool:
        """Whether the plan has approvals: asks for a record of nothing, which opens none."""
        try:
            self.session.send("POST", "/timesheet_approval_statuses", json={"data": {}})
        except PaymentRequired:
            return False
        except Refused:
            return True
        return True

    def create_timesheet(
        self, workspace: str, *, user: str, start: date, end: date
    ) -> ApprovalStatusRecord:
        """Opens the record of a week, as a draft. There can be one only."""
        days = {"start_date": start.isoformat(), "end_date": end.isoformat()}
        fields = {"user": user, "workspace": workspace, **days}
        return self._write(ApprovalStatusRecord, "POST", "/timesheet_approval_statuses", fields)

    def update_timesheet(self, gid: str, status: str, message: str = "") -> ApprovalStatusRecord:
        """Moves a week on: submitted, draft, approved or rejected. Asana hands the message to the
        person, and has it in no answer."""
        path = f"/timesheet_approval_statuses/{gid}"
        said = {"message": message} if message else {}
        return self._write(ApprovalStatusRecord, "PUT", path, {"approval_status": status, **said})

    # Lists, which `lists` has

    def list_all(self, listing: Listing[T]) -> list[T]:
        """The whole list, page after page."""
        found: list[T] = []
        offset = ""
        while True:
            page = _page(listing, offset)(self)
            found += page.data
            if page.next_page is None or listing.most is not None:
                return found
            offset = page.next_page.offset

    def gather_lists(
        self,
        listings: Sequence[Listing[Any]],
        *,
        also: Sequence[Callable[[Client], Any]] = (),
        rounds: int | None = None,
    ) -> list[Any]:
        """Many lists, page by page, as many pages at the same time as Asana allows, the first of
        the lists first; and with the first pages, what else there is to ask.

        Answers in their order: the records; the `AsanaError` of a list that could not be read; or
        None for one that was not read to its end in so many `rounds`. Each round takes as long as
        Asana takes to answer.
        """
        found: list[Any] = [[] for _ in listings]
        asked = [*also]
        answers: list[Any] = []
        todo = deque((place, "") for place in range(len(listings)))
        for _round in count() if rounds is None else range(rounds):
            room = MOST_IN_FLIGHT - len(asked)
            now = [todo.popleft() for _ in range(min(len(todo), room))]
            calls = asked + [_page(listings[place], offset) for place, offset in now]
            outcomes = self.gather_outcomes(calls, at_once=MOST_IN_FLIGHT)
            answers += outcomes[: len(asked)]
            more = []
            for (place, _), page in zip(now, outcomes[len(asked) :], strict=True):
                if isinstance(page, AsanaError):
                    found[place] = page
                    continue
                found[place] += page.data
                if page.next_page and listings[place].most is None:
                    more.append((place, page.next_page.offset))
            todo.extendleft(reversed(more))
            asked = []
            if not todo:
                break
        for place, _ in todo:
            found[place] = None
        return [*found, *answers]

    # Several requests at once

    def gather(self, reads: Sequence[Callable[[Client], Any]]) -> list[Any]:
        """Runs independent reads at the same time and answers in their order.

        Raises the first error that a read raised.
        """
        outcomes = self.gather_outcomes(reads)
        for outcome in outcomes:
            if isinstance(outcome, AsanaError):
                raise outcome
        return outcomes

    def gather_outcomes(
        self,
        calls: Sequence[Callable[[Client], Any]],
        *,
        writes: bool = False,
        at_once: int = IN_FLIGHT,
    ) -> list[Any]:
        """As `side_by_side`, with the `AsanaError` of a call in its place instead of raising it.

        A token that turns out to be expired is renewed once, here, for all of them: the threads
        only send. What was refused for it did not take place, so writes too are sent again.
        """
        if not calls:
            return []
        token = self.session.bearer.token()
        outcomes = self._together(calls, writes, at_once)
        late = [place for place, one in enumerate(outcomes) if isinstance(one, Unauthorized)]
        if late:
            try:
                self.session.bearer.renew(token)
            except AsanaError:
                return outcomes
            again = self._together([calls[place] for place in late], writes, at_once)
            for place, outcome in zip(late, again, strict=True):
                outcomes[place] = outcome
        return outcomes

    def _together(
        self, calls: Sequence[Callable[[Client], Any]], writes: bool, at_once: int
    ) -> list[Any]:
        gate, at_once = self.session.gate, min(len(calls), at_once)
        room = {"writes": at_once} if writes else {"reads": at_once}
        try:
            with gate.slot(**room, cost=len(calls)), self.session.for_threads() as session:
                outcomes = _in_threads(session, calls, at_once)
        except RateLimited as error:
            return [error] * len(calls)
        refused = [one for one in outcomes if isinstance(one, RateLimited)]
        if refused:
            told = [one.retry_after for one in refused if one.retry_after is not None]
            gate.slow_down(max(told, default=None))
        return outcomes

    # Reading and writing

    def _one(self, record: type[T], path: str, params: Params) -> T:
        return _decode(RecordEnvelope[record], self.session.send("GET", path, params=params)).data  # type: ignore[valid-type]

    def _write(self, record: type[T], method: str, path: str, fields: dict[str, Any]) -> T:
        params = {"opt_fields": record.fields}  # type: ignore[attr-defined]
        body = self.session.send(method, path, params=params, json={"data": fields})
        return _decode(RecordEnvelope[record], body).data  # type: ignore[valid-type]


def _page(listing: Listing[T], offset: str) -> Callable[[Client], ListEnvelope[T]]:
    limit = {"limit": listing.most or LIMIT}
    params: Params = {**listing.params, **limit, **({"offset": offset} if offset else {})}
    shape = ListEnvelope[listing.record]  # type: ignore[name-defined]
    return lambda client: _decode(shape, client.session.send("GET", listing.path, params=params))


def _in_threads(
    session: Session, calls: Sequence[Callable[[Client], Any]], at_once: int
) -> list[Any]:
    client = Client(session)
    with ThreadPoolExecutor(at_once) as pool:
        # What is logged there is of this request.
        futures = [pool.submit(copy_context().run, call, client) for call in calls]
    return [_outcome(future) for future in futures]


def _decode(shape: type[T], body: bytes) -> T:
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Malformed(f"Asana's answer was not what its documentation says: {error}") from error


def _outcome(future: Future[T]) -> T | AsanaError:
    try:
        found: T = future.result()
    except AsanaError as error:
        return error
    return found
