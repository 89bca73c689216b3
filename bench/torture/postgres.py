"""A temporary PostgreSQL server for one run, which also starts when we are root."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.child_processes import start_child

STARTS_WITHIN = 60.0
# Commits are written before they are confirmed, so that a server that is killed loses none. They
# are not flushed, because the machine goes on.
SETTINGS = (
    "listen_addresses=",
    "fsync=off",
    "full_page_writes=off",
    "max_connections=300",
)


class NotInstalled(Exception):
    """PostgreSQL's server is not installed."""


def folder_of_tools() -> Path | None:
    """Return the folder of `pg_ctl` and `initdb`: on PATH, or the newest version on Debian."""
    on_path = shutil.which("pg_ctl")
    if on_path:
        return Path(on_path).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    return versions[-1].parent if versions else None


@dataclass
class PostgresServer:
    """A running server with an empty database."""

    address: str
    # Ends it at once, and starts it again.
    restart: Callable[[], None]


@contextmanager
def postgres() -> Iterator[str]:
    """Start a server, and return the address of an empty database. Raises `NotInstalled`."""
    with postgres_server() as server:
        yield server.address


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Start a server that can be restarted. Raises `NotInstalled`."""
    tools = folder_of_tools()
    if tools is None:
        raise NotInstalled("PostgreSQL is missing: on Debian, apt-get install postgresql")
    home = Path(tempfile.mkdtemp(prefix="pg-"))
    given: dict[str, Any] = {
        "cwd": home,
        "stdout": subprocess.DEVNULL,
        "env": {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(home)},
        **_unprivileged_user(home),
    }
    data = ["-D", str(home / "data")]
    try:
        made = [str(tools / "initdb"), *data, "-U", "postgres", "-A", "trust", "-E", "UTF8"]
        subprocess.run([*made, "--no-sync"], check=True, **given)
        options = [part for setting in SETTINGS for part in ("-c", setting)]
        command = [str(tools / "postgres"), *data, "-k", str(home), *options]
        status = home / "data" / "postmaster.pid"
        running: list[subprocess.Popen[bytes]] = []

        def start() -> None:
            running[:] = [start_child(command, stderr=subprocess.DEVNULL, **given)]
            _wait_for(running[0], status)

        def end() -> None:
            for server in running:
                server.send_signal(signal.SIGQUIT)
                server.wait(STARTS_WITHIN)

        def restart() -> None:
            end()
            status.unlink(missing_ok=True)
            start()

        try:
            start()
            address = f"postgres://postgres@{str(home).replace('/', '%2F')}/postgres"
            yield PostgresServer(address, restart)
        finally:
            # At once: nobody reads its files again.
            end()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _wait_for(server: subprocess.Popen[bytes], status: Path) -> None:
    """Wait until PostgreSQL writes into its status file that it is ready."""
    until = time.monotonic() + STARTS_WITHIN
    while not (status.exists() and status.read_text().rstrip().endswith("ready")):
        if server.poll() is not None or time.monotonic() > until:
            raise TimeoutError("PostgreSQL did not start")
        time.sleep(0.02)


def _unprivileged_user(home: Path) -> dict[str, Any]:
    """Return the user to start it as, because PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    os.chown(home, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
