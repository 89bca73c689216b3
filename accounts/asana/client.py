"""Asana's API for a timesheet: one method an endpoint, typed records in and out, paging inside.

Every method raises `AsanaError`. Facts: https://developers.asana.com/reference/rest-api-reference
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from typing import Any, TypeVar

import msgspec

from accounts.asana.errors import Malformed, Unauthorized
from accounts.asana.records import Entry, One, Page, Task, User
from accounts.asana.transport import READS_IN_FLIGHT, Params, Session

T = TypeVar("T")

# https://developers.asana.com/docs/pagination
LIMIT = 100


class Client:
    """What one person can do in Asana. Gids are strings, days `date`s, times whole minutes."""

    def __init__(self, session: Session) -> None:
        self.session = session

    # People and workspaces

    def get_user(self, gid: str = "me") -> User:
        return self._one(User, f"/users/{gid}", {"opt_fields": User.fields})

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
        return _decode(Page[Task], body).data

    # Time tracking entries

    def list_entries(
        self, workspace: str, *, start: date, end: date, user: str = "me"
    ) -> list[Entry]:
        """Everyone's or one person's entries of the days from `start` to `end`, both included."""
        return self._all(
            Entry,
            "/time_tracking_entries",
            {
                "workspace": workspace,
                "user": user,
                "entered_on_start_date": start.isoformat(),
                "entered_on_end_date": end.isoformat(),
                "opt_fields": Entry.fields,
            },
        )

    def list_entries_of_task(self, task: str) -> list[Entry]:
        path = f"/tasks/{task}/time_tracking_entries"
        return self._all(Entry, path, {"opt_fields": Entry.fields})

    def get_entry(self, gid: str) -> Entry:
        path = f"/time_tracking_entries/{gid}"
        return self._one(Entry, path, {"opt_fields": Entry.fields})

    def create_entry(self, task: str, *, duration_minutes: int, entered_on: date) -> Entry:
        """Logs time in the token's own name; Asana has no other way."""
        return self._write(
            "POST",
            f"/tasks/{task}/time_tracking_entries",
            _entry_fields(duration_minutes, entered_on),
        )

    def update_entry(self, gid: str, *, duration_minutes: int, entered_on: date) -> Entry:
        """Sets the minutes and the day. The day is always sent: Asana's text says that an
        update without one may fall to today."""
        return self._write(
            "PUT", f"/time_tracking_entries/{gid}", _entry_fields(duration_minutes, entered_on)
        )

    def delete_entry(self, gid: str) -> None:
        self.session.send("DELETE", f"/time_tracking_entries/{gid}")

    # Several reads at once

    def side_by_side(self, reads: Sequence[Callable[[Client], Any]]) -> list[Any]:
        """Runs independent reads at the same time and answers in their order.

        A token that turns out to be expired is renewed once, here, for all of them: the threads
        only send. Raises the first error that a read raised.
        """
        if not reads:
            return []
        with self.session.borrow() as session:
            token = session.bearer.token()
            tried = _in_threads(session, reads)
        late = [place for place, future in enumerate(tried) if _expired(future)]
        if late:
            self.session.bearer.renew(token)
            with self.session.borrow() as session:
                again = _in_threads(session, [reads[place] for place in late])
            for place, future in zip(late, again, strict=True):
                tried[place] = future
        return [future.result() for future in tried]

    # Reading and writing

    def _one(self, record: type[T], path: str, params: Params) -> T:
        return _decode(One[record], self.session.send("GET", path, params=params)).data  # type: ignore[valid-type]

    def _pages(self, record: type[T], path: str, params: Params) -> Iterator[list[T]]:
        asked = {**params, "limit": LIMIT}
        while True:
            page = _decode(Page[record], self.session.send("GET", path, params=asked))  # type: ignore[valid-type]
            yield page.data
            if page.next_page is None:
                return
            asked["offset"] = page.next_page.offset

    def _all(self, record: type[T], path: str, params: Params) -> list[T]:
        return [found for page in self._pages(record, path, params) for found in page]

    def _write(self, method: str, path: str, fields: dict[str, Any]) -> Entry:
        params = {"opt_fields": Entry.fields}
        body = self.session.send(method, path, params=params, json={"data": fields})
        return _decode(One[Entry], body).data


def _in_threads(session: Session, reads: Sequence[Callable[[Client], Any]]) -> list[Future[Any]]:
    client = Client(session)
    with ThreadPoolExecutor(min(len(reads), READS_IN_FLIGHT)) as pool:
        return [pool.submit(read, client) for read in reads]


def _decode(shape: type[T], body: bytes) -> T:
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Malformed(f"Asana's answer was not what its documentation says: {error}") from error


def _entry_fields(duration_minutes: int, entered_on: date) -> dict[str, Any]:
    # Nothing else: the other fields need an add-on that the workspace may not have (402).
    return {"duration_minutes": duration_minutes, "entered_on": entered_on.isoformat()}


def _expired(future: Future[Any]) -> bool:
    return isinstance(future.exception(), Unauthorized)
