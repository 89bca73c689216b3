"""A Redis of the tests' own, on loopback and a free port."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

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
    with tempfile.TemporaryDirectory(prefix="redis-") as folder:
        command = [program, "--bind", "127.0.0.1", "--dir", folder]
        command += ["--save", "", "--appendonly", "no", "--databases", str(DATABASES)]
        until = time.monotonic() + STARTS_WITHIN
        while True:
            port = free_port()
            with start_child([*command, "--port", str(port)], stdout=subprocess.DEVNULL) as server:
                try:
                    if _answers(server, port, until):
                        yield f"redis://127.0.0.1:{port}"
                        return
                finally:
                    server.send_signal(signal.SIGKILL)


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(server: subprocess.Popen[bytes], port: int, until: float) -> bool:
    """Waits for the server; tells that it has ended, because another one took the port before it.

    Two runs may be given the same free port: each must have a server of its own.
    """
    with redis.Redis(port=port) as client:
        while server.poll() is None:
            with suppress(redis.ConnectionError):
                return bool(client.info("server")["process_id"] == server.pid)
            if time.monotonic() > until:
                raise TimeoutError("Redis did not start")
            time.sleep(0.02)
    return False
