"""A Redis of the tests' own, on loopback and a free port."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import redis

from bench.child_processes import start_child

STARTS_WITHIN = 20.0
# Two for each worker of pytest: one for the cache, one for the queue.
DATABASES = 64


def server_path() -> str | None:
    return shutil.which("redis-server") or shutil.which("valkey-server")


@contextmanager
def redis_server() -> Iterator[str]:
    """Starts one without any file; yields its address without a database."""
    program = server_path()
    assert program, "redis-server is missing: on Debian, apt-get install redis-server"
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="redis-") as folder:
        command = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", folder]
        command += ["--save", "", "--appendonly", "no", "--databases", str(DATABASES)]
        with start_child(command, stdout=subprocess.DEVNULL) as server:
            try:
                _wait_for(port)
                yield f"redis://127.0.0.1:{port}"
            finally:
                server.send_signal(signal.SIGKILL)


def _wait_for(port: int) -> None:
    until = time.monotonic() + STARTS_WITHIN
    with redis.Redis(port=port) as client:
        while True:
            try:
                client.ping()
            except redis.ConnectionError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.02)
            else:
                return
