"""Slow and large requests to a real server: they keep nobody waiting."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
import requests

from bench.child_processes import start_child
from bench.ports import free_port
from tests.sandbox_process import ROOT
from tests.support.waiting import until

pytestmark = pytest.mark.process

SLOW = 60
THREADS = 4


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[tuple[str, int]]:
    """A web server with few threads; its address and port."""
    folder = tmp_path_factory.mktemp("server")
    port = free_port()
    command = [
        *(sys.executable, "-m", "gunicorn", "-c", "python:timesheet.gunicorn_conf"),
        *("-k", "tests.web.quick_worker.QuickWorker", "--threads", str(THREADS)),
        *("--workers", "1", "--bind", f"127.0.0.1:{port}", "timesheet.wsgi"),
    ]
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{folder / 'empty.sqlite3'}"}
    process = start_child(command, cwd=ROOT, env=environment)
    address = f"http://127.0.0.1:{port}"
    until(lambda: answers(address))
    yield address, port
    process.send_signal(signal.SIGTERM)
    process.wait(30)


def answers(address: str) -> bool:
    try:
        return requests.get(f"{address}/healthz", timeout=60).ok
    except requests.RequestException:
        return False


@pytest.fixture
def connect(server) -> Iterator[Callable[[bytes], socket.socket]]:
    """Opens connections, and sends the beginning of a request."""
    with ExitStack() as stack:

        def connect(data: bytes) -> socket.socket:
            client = stack.enter_context(socket.create_connection(("127.0.0.1", server[1]), 60))
            client.sendall(data)
            return client

        yield connect


def head(length: int, path: str = "/csp-report/", more: str = "") -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {length}\r\n{more}\r\n"
    ).encode()


@pytest.mark.parametrize(
    "beginning", [b"", b"POST /csp-report/ HTTP/1.1\r\nHost: a", head(100) + b"{"]
)
def test_slow_requests_take_no_thread(server, connect, beginning):
    slow = [connect(beginning) for _ in range(SLOW)]
    assert requests.get(f"{server[0]}/healthz", timeout=60).text == "ok"
    # Nor did the answer wait until they were given up: the last of them still waits.
    slow[-1].setblocking(False)
    with pytest.raises(BlockingIOError):
        slow[-1].recv(1)


def test_a_request_that_takes_too_long_is_refused(connect):
    assert connect(head(100) + b"{").recv(1000).startswith(b"HTTP/1.1 408 ")


def test_a_request_that_is_too_large_is_refused_before_it_is_sent(connect):
    assert connect(head(9000)).recv(1000).startswith(b"HTTP/1.1 413 ")


def test_an_address_may_have_all_that_is_selected_in_a_long_list(server):
    query = "&".join(f"week=1200000000000001:{number:032}" for number in range(400))
    assert requests.get(f"{server[0]}/healthz?{query}", timeout=60).text == "ok"


def test_a_request_in_pieces_is_answered_and_so_is_the_next_one(connect):
    client = connect(b"GET /healthz HT")
    time.sleep(0.1)
    # The rest, the next request, and the beginning of a third.
    client.sendall(b"TP/1.1\r\nHost: 127.0.0.1\r\n\r\n" + get() + get()[:20])
    time.sleep(0.3)
    client.sendall(get()[20:])
    told = b""
    while told.count(b"HTTP/1.1 200") < 3 or not told.endswith(b"ok"):
        told += client.recv(10_000)


def test_a_client_that_asks_before_it_sends_is_told_to_go_on(connect):
    client = connect(head(2, more="Expect: 100-continue\r\n"))
    assert client.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
    client.sendall(b"{}")
    assert b"HTTP/1.1 400" in client.recv(10_000)


def test_a_body_in_chunks_arrives(connect):
    client = connect(
        b"POST /csp-report/ HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    client.sendall(b"2\r\n{}\r\n0\r\n\r\n")
    assert client.recv(10_000).startswith(b"HTTP/1.1 400 ")


def get() -> bytes:
    return b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
