"""The web server's worker: a request gets a thread once it has arrived as a whole.

gunicorn's own threads read from the socket, so as many slow clients as there are threads stop the
site. Here the one loop that waits for all sockets collects what arrives, within limits of time and
size. docs/decisions/operations.md has what was measured.
"""

from __future__ import annotations

import selectors
import socket
import struct
import time
from functools import partial
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

from timesheet.core.request_framing import RequestTooLarge, arrival, without_expectation

_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_ANSWER = "HTTP/1.1 {} {}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
_READ_SIZE = 64 * 1024


class _Arriving:
    """A connection whose request is arriving."""

    def __init__(self, conn: Any, data: bytes, deadline: float) -> None:
        self.conn = conn
        self.data = bytearray(data)
        self.deadline = deadline
        self.was_told_to_continue = False


class ReceivingWorker(ThreadWorker):
    """gunicorn's worker with threads, which get only requests that have arrived as a whole."""

    # Seconds that a request may take to arrive, and that a client may take no bytes of a response.
    receive_seconds = 20.0
    send_seconds = 30
    # Bytes of all requests that are arriving.
    most_bytes = 64 * 1024 * 1024

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # By socket, the oldest first.
        self.arriving: dict[socket.socket, _Arriving] = {}
        self.arriving_bytes = 0

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:
        """Refuse to terminate TLS, because what arrives could not be read then."""
        super().check_config(cfg, log)
        if cfg.is_ssl:
            raise RuntimeError("Let a proxy terminate TLS: see docs/operating.md")

    def accept(self, listener: socket.socket) -> None:
        """Take a connection, and collect its request."""
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        timeout = struct.pack("ll", self.send_seconds, 0)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, timeout)
        self.nr_conns += 1
        self._receive(TConn(self.cfg, client, address, listener.getsockname()))
        if self.nr_conns >= self.worker_connections - self.cfg.threads:
            self._drop_oldest()

    def on_client_socket_readable(self, conn: Any, client: socket.socket) -> None:
        """Collect the next request of a connection that was kept alive."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._receive(conn)

    def finish_request(self, conn: Any, fs: Any) -> None:
        """Collect the next request, where a client sent its beginning along with the last one."""
        done = not fs.cancelled() and fs.exception() is None and fs.result() is True
        rest = conn.parser.unreader.take_buffered() if done and conn.parser else b""
        if rest:
            self._receive(conn, rest)
        else:
            super().finish_request(conn, fs)

    def murder_pending(self) -> None:
        """Refuse the requests that took too long; gunicorn calls it every second."""
        super().murder_pending()
        now = time.monotonic()
        for arriving in list(self.arriving.values()):
            # Browsers open connections that they may need later.
            if not arriving.data and (arriving.deadline <= now or not self.alive):
                self._close(arriving)
            elif arriving.deadline <= now:
                self._refuse(arriving, 408, "Request Timeout")

    def _receive(self, conn: Any, data: bytes = b"") -> None:
        conn.sock.setblocking(False)
        arriving = _Arriving(conn, data, time.monotonic() + self.receive_seconds)
        self.arriving[conn.sock] = arriving
        self.arriving_bytes += len(data)
        callback = partial(self._on_readable, arriving)
        self.poller.register(conn.sock, selectors.EVENT_READ, callback)
        if data:
            self._look(arriving)

    def _on_readable(self, arriving: _Arriving, client: socket.socket) -> None:
        try:
            data = client.recv(_READ_SIZE)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self._close(arriving)
            return
        arriving.data += data
        self.arriving_bytes += len(data)
        self._look(arriving)
        if self.arriving_bytes > self.most_bytes:
            self._drop_oldest()

    def _look(self, arriving: _Arriving) -> None:
        """Give the request to a thread if it is whole."""
        try:
            arrived = arrival(arriving.data)
        except RequestTooLarge:
            self._refuse(arriving, 413, "Content Too Large")
            return
        if arrived.whole:
            self._forget(arriving)
            self._start(arriving)
        elif arrived.waits and not arriving.was_told_to_continue:
            arriving.was_told_to_continue = True
            self._send(arriving, _CONTINUE)

    def _start(self, arriving: _Arriving) -> None:
        conn = arriving.conn
        conn.data_ready = True
        conn.init()
        data = bytes(arriving.data)
        if arriving.was_told_to_continue:
            data = without_expectation(data)
        conn.parser.unreader.unread(data)
        self.enqueue_req(conn)

    def _refuse(self, arriving: _Arriving, status: int, words: str) -> None:
        self._send(arriving, _ANSWER.format(status, words).encode())
        self._close(arriving)

    def _send(self, arriving: _Arriving, data: bytes) -> None:
        """Send what fits into the socket's buffer: nobody waits for a client that does not read."""
        try:
            arriving.conn.sock.send(data)
        except OSError as error:
            self.log.debug("Not sent to a client: %s", error)

    def _drop_oldest(self) -> None:
        if self.arriving:
            self._close(next(iter(self.arriving.values())))

    def _close(self, arriving: _Arriving) -> None:
        self._forget(arriving)
        self.nr_conns -= 1
        arriving.conn.close()

    def _forget(self, arriving: _Arriving) -> None:
        del self.arriving[arriving.conn.sock]
        self.arriving_bytes -= len(arriving.data)
        self.poller.unregister(arriving.conn.sock)
