"""A running sandbox: its people, its API in a person's name, and everything to control it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

API_ROOT = "/api/1.0"
TIMEOUT = 30.0


class Refused(Exception):
    """The sandbox responded with an error; `status` and `message` are those of the response."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status} {message}")
        self.status = status
        self.message = message


@dataclass(frozen=True)
class Response:
    """A response with its content as JSON, None if it has none."""

    status: int
    headers: Mapping[str, str]
    content: Any


@dataclass(frozen=True)
class Person:
    """A person of the sandbox; `token` is a personal access token, empty if there is none."""

    gid: str
    slug: str
    name: str
    email: str
    tokens: tuple[str, ...]

    @property
    def token(self) -> str:
        """Return the first personal access token."""
        return self.tokens[0] if self.tokens else ""


class _Connection:
    """A connection that is kept alive, and opened again after a failure."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._http = HTTPConnection(parts.hostname or "", parts.port or 80, timeout=TIMEOUT)

    def send(
        self, method: str, path: str, content: Any = None, headers: Mapping[str, str] | None = None
    ) -> Response:
        body = None if content is None else json.dumps(content, default=str).encode()
        sent = {"Content-Type": "application/json", **(headers or {})}
        try:
            self._http.request(method, path, body, sent)
            response = self._http.getresponse()
            text = response.read()
        except (OSError, HTTPException) as error:
            self._http.close()
            raise ConnectionError(f"{method} {path}: {error!r}") from error
        return Response(response.status, dict(response.headers), json.loads(text) if text else None)

    def close(self) -> None:
        self._http.close()


class Client:
    """Asana's API in the name of one person: `get`, `post`, `put` and `delete` return `data`."""

    def __init__(self, url: str, token: str) -> None:
        self.token = token
        self._connection = _Connection(url)

    def get(self, path: str, **parameters: Any) -> Any:
        """Read, such as `get("/tasks", assignee="me", workspace=gid)`; raises `Refused`."""
        return self._data("GET", f"{path}?{urlencode(parameters)}" if parameters else path)

    def post(self, path: str, **values: Any) -> Any:
        """Create a record with these values; raises `Refused`."""
        return self._data("POST", path, {"data": values})

    def put(self, path: str, **values: Any) -> Any:
        """Change these values of a record; raises `Refused`."""
        return self._data("PUT", path, {"data": values})

    def delete(self, path: str) -> Any:
        """Delete a record; raises `Refused`."""
        return self._data("DELETE", path)

    def send(self, method: str, path: str, content: Any = None, **headers: str) -> Response:
        """Send a request and return the response, whatever its status."""
        sent = {"Authorization": f"Bearer {self.token}", **headers}
        return self._connection.send(method, API_ROOT + path, content, sent)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _data(self, method: str, path: str, content: Any = None) -> Any:
        response = self.send(method, path, content)
        if response.status >= 400:
            errors = (response.content or {}).get("errors") or [{"message": ""}]
            raise Refused(response.status, errors[0]["message"])
        return response.content["data"]


class Asana:
    """A sandbox. `url` is what replaces https://app.asana.com, `api` the address of the API."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.api = url + API_ROOT
        self._connection = _Connection(url)
        self._clients: list[Client] = []

    # People

    @property
    def people(self) -> dict[str, Person]:
        """Return all people by slug, such as `people["ada"].gid`."""
        rows = self.control("GET", "people")
        return {
            row["slug"]: Person(
                row["gid"], row["slug"], row["name"], row["email"], tuple(row["tokens"])
            )
            for row in rows
        }

    @cached_property
    def tokens(self) -> dict[str, str]:
        """Return a personal access token of each person, by slug."""
        return {slug: person.token for slug, person in self.people.items()}

    def client(self, person: str) -> Client:
        """Return the API in the name of a person, given by slug, or by a token."""
        client = Client(self.url, self.people[person].token if person in self.people else person)
        self._clients.append(client)
        return client

    # Data

    def add(self, **sections: list[dict[str, Any]]) -> dict[str, list[str]]:
        """Add your own data, such as `people=[{...}]`; returns the gids of each section."""
        self.__dict__.pop("tokens", None)
        gids: dict[str, list[str]] = self.control("POST", "data", sections)
        return gids

    def reset(self) -> None:
        """Restore the data and settings of the start, and clear faults and logs."""
        self.control("POST", "reset")
        self.__dict__.pop("tokens", None)

    def save(self, name: str) -> None:
        """Save the present state under a name."""
        self.control("POST", f"snapshots/{quote(name)}")

    def restore(self, name: str) -> None:
        """Restore a saved state."""
        self.control("POST", f"snapshots/{quote(name)}/restore")
        self.__dict__.pop("tokens", None)

    # Settings and the clock

    def settings(self, **changes: Any) -> dict[str, Any]:
        """Change settings, such as `plan="none"`; returns all settings."""
        values: dict[str, Any] = self.control("PUT", "settings", changes)
        return values

    def set_clock(self, moment: datetime | date | str) -> None:
        """Set the sandbox's clock, such as `set_clock("2026-11-23")`; a day begins at noon."""
        if isinstance(moment, str):
            moment = datetime.fromisoformat(moment) if "T" in moment else date.fromisoformat(moment)
        if not isinstance(moment, datetime):
            moment = datetime.combine(moment, time(12))
        offset = moment.astimezone() - datetime.now(UTC)
        self.settings(clock_offset_seconds=round(offset.total_seconds()))

    def move_clock(self, **duration: float) -> None:
        """Move the sandbox's clock, such as `move_clock(hours=1, minutes=5)`."""
        seconds = timedelta(**duration).total_seconds()
        now = self.control("GET", "settings")["clock_offset_seconds"]
        self.settings(clock_offset_seconds=round(now + seconds))

    # Faults

    def fault(self, kind: str, **rule: Any) -> None:
        """Add a fault rule, such as `fault("latency", ms=300, user="ada")`."""
        self.control("PUT", "faults", [*self.control("GET", "faults"), {"kind": kind, **rule}])

    def fail(self, status: int, **rule: Any) -> None:
        """Respond with this status; such as `fail(429, retry_after=2, times=1, method="POST")`."""
        self.fault("status", status=status, **rule)

    def lose_response(self, **rule: Any) -> None:
        """Execute a request, and close the connection without a response."""
        self.fault("drop_after", **rule)

    def slow_down(self, milliseconds: int, **rule: Any) -> None:
        """Let requests wait."""
        self.fault("latency", ms=milliseconds, **rule)

    def clear_faults(self) -> None:
        """Remove all fault rules."""
        self.control("DELETE", "faults")

    def fired(self) -> dict[str, int]:
        """Return how often each kind of fault happened; statuses are counted one by one."""
        counts: dict[str, int] = self.control("GET", "faults/fired")
        return counts

    # Tokens

    def expire_tokens(self) -> None:
        """Expire all OAuth access tokens now."""
        self.control("POST", "expire_tokens")

    def revoke_tokens(self, person: str, kind: str = "all") -> None:
        """Revoke a person's tokens: all, or those of the kind oauth or personal."""
        gid = self.people[person].gid
        self.control("POST", "revoke_tokens", {"user": gid, "kind": kind})

    # What happened

    def requests(self) -> list[dict[str, Any]]:
        """Return all requests since the start of the test, in order."""
        log: list[dict[str, Any]] = self.control("GET", "requests")
        return log

    def writes(self) -> list[dict[str, Any]]:
        """Return all writes of time tracking entries that really took place, in order."""
        log: list[dict[str, Any]] = self.control("GET", "writes")
        return log

    def control(self, method: str, name: str, content: Any = None) -> Any:
        """Call an address below /sandbox/; raises `ValueError` with the reason of a refusal."""
        response = self._connection.send(method, f"/sandbox/{name}", content)
        if response.status >= 400:
            raise ValueError(f"/sandbox/{name}: {response.content}")
        return response.content

    def close(self) -> None:
        """Close all connections."""
        self.close_clients()
        self._connection.close()

    def close_clients(self) -> None:
        """Close the connections of the clients that were made."""
        for client in self._clients:
            client.close()
        self._clients.clear()
