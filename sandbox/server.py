"""The HTTP server: a thread per connection, kept alive, and the place where faults happen.

Collects Django's response before sending a byte, so that a fault can come between.
"""

from __future__ import annotations

import re
import select
import socket
import socketserver
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit, urlunsplit

import msgspec
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.db import connections

from sandbox import (
    clock,
    contract,
    faults,
    in_flight,
    late_execution,
    request_log,
    tokens,
    write_log,
)
from sandbox.application import Application
from sandbox.envelope import API_ROOT, JSON, error_content
from sandbox.errors import RATE_LIMITED
from sandbox.faults import Fault, Rule
from sandbox.message_body import UnreadableRequest, read_message_body

# A request with this header is exempt from faults and limits, for observers of a test.
NO_FAULTS_HEADER = "X-Sandbox-Sound"
OAUTH_ROOT = "/-/"
LONGEST_LINE = 65_536
# After an error the rest of the request is read for a moment: closing the connection at once would
# make the client lose the response.
DRAIN_SECONDS = 1.0

# Everything is read as UTF-8. Django would use any of Python's codecs, also those not for text.
_CHARSET = re.compile(r";\s*charset\s*=[^;]*", re.IGNORECASE)


@dataclass(frozen=True)
class RawResponse:
    """A response before it is sent."""

    status: int
    reason: str
    headers: list[tuple[str, str]]
    body: bytes


class Handler(WSGIRequestHandler):
    """Handles the requests of one connection."""

    # Sends head and body in one packet: two would wait for an acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True

    def handle_one_request(self) -> None:
        """Read one request and respond to it."""
        self.raw_requestline = self.rfile.readline(LONGEST_LINE + 1)
        if len(self.raw_requestline) > LONGEST_LINE:
            self.requestline = self.request_version = self.command = ""
            self.send_error(414)
            return
        # It responds itself if something is wrong.
        if not self.parse_request():
            return
        try:
            environ = self._environment()
        except UnreadableRequest as error:
            self.send_error(error.status, str(error))
            return
        self._serve(environ)

    def handle_expect_100(self) -> bool:
        """Ask the client for the body at once: the response is buffered otherwise."""
        super().handle_expect_100()
        self.wfile.flush()
        return True

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Send an error as JSON, and close the connection."""
        # Without it, a version that could not be read means HTTP/0.9, which has no status line.
        self.request_version = self.protocol_version
        words = message or explain or self.responses[code][0]
        content = msgspec.json.encode(error_content(code, words))
        self._send(
            RawResponse(code, "", [("Content-Type", JSON), ("Connection", "close")], content)
        )
        self.close_connection = True
        self._drain()

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Return the `Date` header, by the sandbox's clock."""
        return super().date_time_string(timestamp or clock.now().timestamp())

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing: /sandbox/requests has the requests."""

    def _environment(self) -> dict[str, Any]:
        # Reads the whole body, so that the next request on this connection starts behind it.
        body = read_message_body(self.rfile, self.headers)
        self._accept_absolute_form()
        environ = self.get_environ()
        return {
            **environ,
            "CONTENT_TYPE": _CHARSET.sub("", environ["CONTENT_TYPE"]),
            "CONTENT_LENGTH": str(len(body)),
            "sandbox.is_observer": NO_FAULTS_HEADER in self.headers,
            "sandbox.is_allowed": True,
            "sandbox.client_has_gone": self._client_has_gone,
            "sandbox.arrived_at": write_log.now(),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }

    def _accept_absolute_form(self) -> None:
        """Split `GET http://host/path`, as a client sends it to a proxy."""
        if self.path.lower().startswith("http://"):
            try:
                parts = urlsplit(self.path)
            except ValueError:
                raise UnreadableRequest(400, "The address cannot be read") from None
            self.path = urlunsplit(("", "", parts.path or "/", parts.query, ""))
            del self.headers["Host"]
            self.headers["Host"] = parts.netloc

    def _serve(self, environ: dict[str, Any]) -> None:
        path: str = environ["PATH_INFO"]
        if not request_log.is_logged(path):
            self._send(self._execute(environ))
            return
        record = request_log.begin(self.command, path, environ["QUERY_STRING"])
        started = time.perf_counter()
        fault: Fault = Fault()
        response: RawResponse | None
        # Counted until just before the response is sent: its client may then send the next one.
        if environ["sandbox.is_observer"]:
            response = self._execute(environ)
        elif token := self.headers.get("Authorization") if _is_counted(path) else None:
            with in_flight.counted(token, self.command) as is_allowed:
                environ["sandbox.is_allowed"] = is_allowed
                fault, response = self._respond(environ)
        else:
            fault, response = self._respond(environ)
        # Before sending: a client with the response may look into the log.
        record.status = response.status if response else None
        record.user = environ.get("sandbox.user")
        record.milliseconds = round((time.perf_counter() - started) * 1000, 2)
        if response is not None and _is_refusal(self.command, response):
            write_log.record_refusal(self.command, path, response.status)
        if response is None:
            self.close_connection = True
        else:
            self._send(response, cut=fault.rule is not None and fault.rule.kind == "truncate")

    def _respond(self, environ: dict[str, Any]) -> tuple[Fault, RawResponse | None]:
        """Return the fault of this request, and the response if it gets one."""
        if not environ["sandbox.is_allowed"]:
            return Fault(), self._execute(environ)
        fault = faults.pick_fault(self.command, environ["PATH_INFO"], self._user(environ))
        time.sleep(fault.delay)
        response = self._respond_with(environ, fault.rule)
        if response is not None:
            response.headers.extend(fault.headers)
        return fault, response

    def _user(self, environ: dict[str, Any]) -> tuple[str, ...]:
        """Return the gid and slug of the person, if a fault depends on it."""
        if not faults.depend_on_user():
            return ()
        secrets = [tokens.bearer_token(self.headers.get("Authorization", ""))]
        if environ["PATH_INFO"].startswith(OAUTH_ROOT):
            form = parse_qs(environ["wsgi.input"].getvalue().decode(errors="replace"))
            secrets += [
                form[name][0] for name in ("refresh_token", "code", "token") if name in form
            ]
        people = [person for secret in secrets if (person := tokens.owner_of(secret))]
        return tuple(name for person in people for name in (person.gid, person.slug))

    def _respond_with(self, environ: dict[str, Any], rule: Rule | None) -> RawResponse | None:
        """Return the response, or None to close the connection without one."""
        kind = rule.kind if rule else None
        if rule and kind == "status":
            return _status_response(rule)
        if rule and kind == "execute_late":
            # Its client will have gone by then.
            late = {**environ, "sandbox.client_has_gone": lambda: False}
            late_execution.schedule((rule.ms or 0) / 1000, lambda: self._execute_in_thread(late))
            return _status_response(rule) if rule.status else None
        response = None if kind in ("drop_before", "hang_before") else self._execute(environ)
        if rule and kind == "status_after":
            return _status_response(rule)
        if rule and kind in ("hang_before", "hang_after"):
            self._hang(rule.hang_seconds)
        return response if kind in (None, "truncate") else None

    def _hang(self, seconds: float) -> None:
        """Wait until the time is over or the client has gone."""
        poll = select.poll()
        poll.register(self.rfile, select.POLLIN)
        poll.poll(seconds * 1000)

    @property
    def _socket(self) -> socket.socket:
        return cast("socket.socket", self.connection)

    def _client_has_gone(self) -> bool:
        try:
            return not self._socket.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def _drain(self) -> None:
        until = time.monotonic() + DRAIN_SECONDS
        self._socket.settimeout(DRAIN_SECONDS)
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)
            while self._socket.recv(LONGEST_LINE) and time.monotonic() < until:
                pass

    def _execute(self, environ: dict[str, Any]) -> RawResponse:
        write_log.arrived_at.set(environ["sandbox.arrived_at"])
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(
            status: str, headers: list[tuple[str, str]], _exc_info: object = None
        ) -> None:
            started.append((status, headers))

        response: Iterable[bytes] = self.server.get_app()(environ, start_response)  # type: ignore[attr-defined]
        try:
            body = b"".join(response)
        finally:
            getattr(response, "close", lambda: None)()
        status, headers = started[-1]
        code, _, reason = status.partition(" ")
        if contract.is_on():
            contract.compare(environ["REQUEST_METHOD"], environ["PATH_INFO"], int(code), body)
        return RawResponse(int(code), reason, headers, body)

    def _execute_in_thread(self, environ: dict[str, Any]) -> None:
        try:
            self._execute(environ)
        finally:
            connections.close_all()

    def _send(self, response: RawResponse, *, cut: bool = False) -> None:
        self.send_response(response.status, response.reason)
        for name, value in response.headers:
            if name.lower() != "content-length":
                self.send_header(name, value)
        has_body = response.status not in (204, 304)
        if has_body:
            self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if has_body and self.command != "HEAD":
            self.wfile.write(response.body[: len(response.body) // 2] if cut else response.body)
        self.wfile.flush()
        if cut:
            self.close_connection = True


def _is_refusal(method: str, response: RawResponse) -> bool:
    """Return whether Asana itself refuses a write with this response, so that nothing is written.

    401 and 429 ask for another attempt.
    """
    is_json = ("Content-Type", JSON) in response.headers and response.body.startswith(b"{")
    return method not in ("GET", "HEAD") and is_json and response.status in (400, 402, 403, 404)


def _is_counted(path: str) -> bool:
    """Return whether a request counts as being in flight; a batch counts its actions itself."""
    return path.startswith(API_ROOT) and path != f"{API_ROOT}/batch"


def _status_response(rule: Rule) -> RawResponse:
    """Return the response of a rule with a status: its own body, or what Asana sends with it."""
    status = rule.status or 500
    body = rule.body
    if body is None:
        body = msgspec.json.encode(_default_content(status)).decode()
    headers = [("Content-Type", JSON)]
    if rule.retry_after is not None:
        headers.append(("Retry-After", str(rule.retry_after)))
    return RawResponse(status, "", headers, body.encode())


def _default_content(status: int) -> dict[str, Any]:
    if status < 300:
        return {"data": {}}
    return error_content(status, RATE_LIMITED if status == 429 else "The sandbox made this up")


class Server(ThreadedWSGIServer):
    """A server that does not ask the name server for its own name."""

    request_queue_size = 1024

    def server_bind(self) -> None:
        """Bind the socket."""
        # The library's own method asks the name server for our name.
        socketserver.TCPServer.server_bind(self)
        host, self.server_port = self.server_address[:2]
        self.server_name = str(host)
        self.setup_environ()


def listen(host: str, port: int) -> Server:
    """Return a server that listens on this address."""
    server = Server((host, port), Handler, ipv6=":" in host)
    server.set_app(Application())
    return server
