"""The HTTP server: a thread per connection, kept alive, and the place where faults happen.

Collects Django's response before sending a byte, so that a fault can come between.
"""

from __future__ import annotations

import select
import socketserver
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import msgspec
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application

from sandbox import faults, request_log
from sandbox.envelope import JSON, error_content
from sandbox.errors import RATE_LIMITED
from sandbox.faults import Fault, Rule

# A request with this header is exempt from faults and limits, for observers of a test.
NO_FAULTS_HEADER = "X-Sandbox-Sound"


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
        self.raw_requestline = self.rfile.readline(65537)
        if len(self.raw_requestline) > 65536:
            self.requestline = self.request_version = self.command = ""
            self.send_error(414)
            return
        # It responds itself if something is wrong.
        if self.parse_request():
            self._serve(self._environment())

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing: /sandbox/requests has the requests."""

    def _environment(self) -> dict[str, Any]:
        # Reads the whole body, so that the next request on this connection starts behind it.
        length = self.headers.get("Content-Length", "0")
        body = self.rfile.read(int(length) if length.isdigit() else 0)
        return {
            **self.get_environ(),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }

    def _serve(self, environ: dict[str, Any]) -> None:
        path: str = environ["PATH_INFO"]
        without_faults = NO_FAULTS_HEADER in self.headers
        fault = Fault() if without_faults else faults.pick_fault(self.command, path)
        if not request_log.is_logged(path):
            self._send(self._execute(environ))
            return
        record = request_log.begin(self.command, path, environ["QUERY_STRING"])
        started = time.perf_counter()
        time.sleep(fault.delay)
        response = self._respond(environ, fault.rule)
        # Before sending: a client with the response may look into the log.
        record.status = response.status if response else None
        record.user = environ.get("sandbox.user")
        record.milliseconds = round((time.perf_counter() - started) * 1000, 2)
        if response is None:
            self.close_connection = True
        else:
            self._send(response, cut=fault.rule is not None and fault.rule.kind == "truncate")

    def _respond(self, environ: dict[str, Any], rule: Rule | None) -> RawResponse | None:
        """Return the response, or None to close the connection without one."""
        kind = rule.kind if rule else None
        if rule and kind == "status":
            return _status_response(rule)
        response = None if kind in ("drop_before", "hang_before") else self._execute(environ)
        if rule and kind in ("hang_before", "hang_after"):
            self._hang(rule.hang_seconds)
        return response if kind in (None, "truncate") else None

    def _hang(self, seconds: float) -> None:
        """Wait until the time is over or the client has gone."""
        poll = select.poll()
        poll.register(self.rfile, select.POLLIN)
        poll.poll(seconds * 1000)

    def _execute(self, environ: dict[str, Any]) -> RawResponse:
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
        return RawResponse(int(code), reason, headers, body)

    def _send(self, response: RawResponse, *, cut: bool = False) -> None:
        self.send_response(response.status, response.reason)
        for name, value in response.headers:
            if name.lower() != "content-length":
                self.send_header(name, value)
        if response.status not in (204, 304):
            self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body[: len(response.body) // 2] if cut else response.body)
        self.wfile.flush()
        if cut:
            self.close_connection = True


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

    request_queue_size = 128

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
    server.set_app(get_wsgi_application())
    return server
