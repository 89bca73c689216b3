"""The HTTP server: a thread a connection, kept alive, and the place where faults happen.

Django's own answer is collected whole before a byte is sent, so that a fault can come between.
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
from sandbox.envelope import JSON, failure_content
from sandbox.errors import RATE_LIMITED
from sandbox.faults import Fault, Rule

# A request with this header meets no fault: for who looks on, and must not be deceived.
SOUND = "X-Sandbox-Sound"


@dataclass(frozen=True)
class Answer:
    status: int
    reason: str
    headers: list[tuple[str, str]]
    body: bytes


class Handler(WSGIRequestHandler):
    # One packet for head and body: two wait for each other's acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if len(self.raw_requestline) > 65536:
            self.requestline = self.request_version = self.command = ""
            self.send_error(414)
            return
        # Says itself what is wrong.
        if self.parse_request():
            self._serve(self._environment())

    def log_message(self, format: str, *args: Any) -> None:
        """Who wants to see the requests asks /sandbox/requests."""

    def _environment(self) -> dict[str, Any]:
        # Read whole, so that the next request on this connection starts where it should.
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
        sound = SOUND in self.headers
        fault = Fault() if sound else faults.pick(self.command, path)
        if not request_log.is_logged(path):
            self._send(self._execute(environ))
            return
        record = request_log.begin(self.command, path, environ["QUERY_STRING"])
        started = time.perf_counter()
        time.sleep(fault.delay)
        answer = self._outcome(environ, fault.rule)
        # Before sending: who has the answer may look into the log.
        record.status = answer.status if answer else None
        record.user = environ.get("sandbox.user")
        record.milliseconds = round((time.perf_counter() - started) * 1000, 2)
        if answer is None:
            self.close_connection = True
        else:
            self._send(answer, cut=fault.rule is not None and fault.rule.kind == "truncate")

    def _outcome(self, environ: dict[str, Any], rule: Rule | None) -> Answer | None:
        """None when the connection is to be closed without an answer."""
        kind = rule.kind if rule else None
        if rule and kind == "status":
            return _made_up(rule)
        answer = None if kind in ("drop_before", "hang_before") else self._execute(environ)
        if rule and kind in ("hang_before", "hang_after"):
            self._hang(rule.hang_seconds)
        return answer if kind in (None, "truncate") else None

    def _hang(self, seconds: float) -> None:
        """Until the time is over or the client has gone: then its end can be read."""
        poll = select.poll()
        poll.register(self.rfile, select.POLLIN)
        poll.poll(seconds * 1000)

    def _execute(self, environ: dict[str, Any]) -> Answer:
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
        return Answer(int(code), reason, headers, body)

    def _send(self, answer: Answer, *, cut: bool = False) -> None:
        self.send_response(answer.status, answer.reason)
        for name, value in answer.headers:
            if name.lower() != "content-length":
                self.send_header(name, value)
        if answer.status not in (204, 304):
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body[: len(answer.body) // 2] if cut else answer.body)
        self.wfile.flush()
        if cut:
            self.close_connection = True


def _made_up(rule: Rule) -> Answer:
    """The answer of a rule of the kind status: its body, or what Asana says with that status."""
    status = rule.status or 500
    body = rule.body
    if body is None:
        body = msgspec.json.encode(_content(status)).decode()
    headers = [("Content-Type", JSON)]
    if rule.retry_after is not None:
        headers.append(("Retry-After", str(rule.retry_after)))
    return Answer(status, "", headers, body.encode())


def _content(status: int) -> dict[str, Any]:
    if status < 300:
        return {"data": {}}
    return failure_content(status, RATE_LIMITED if status == 429 else "The sandbox made this up")


class Server(ThreadedWSGIServer):
    request_queue_size = 128

    def server_bind(self) -> None:
        # The library's own asks the name server who we are.
        socketserver.TCPServer.server_bind(self)
        host, self.server_port = self.server_address[:2]
        self.server_name = str(host)
        self.setup_environ()


def listen(host: str, port: int) -> Server:
    server = Server((host, port), Handler, ipv6=":" in host)
    server.set_app(get_wsgi_application())
    return server
