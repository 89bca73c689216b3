"""A temporary PostgreSQL server for one run, which also starts when we are root."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SETTINGS = (
    "listen_addresses=''",
    "fsync=off",
    "synchronous_commit=off",
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


@contextmanager
def postgres() -> Iterator[str]:
    """Start a server, and return the address of an empty database. Raises `NotInstalled`."""
    tools = folder_of_tools()
    if tools is None:
        raise NotInstalled("PostgreSQL is missing: on Debian, apt-get install postgresql")
    home = Path(tempfile.mkdtemp(prefix="pg-"))
    user = _unprivileged_user(home)

    def run(tool: str, *arguments: str) -> None:
        command = [str(tools / tool), "-D", str(home / "data"), *arguments]
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(home)}
        subprocess.run(
            command, cwd=home, check=True, stdout=subprocess.DEVNULL, env=environment, **user
        )

    options = " ".join(f"-c {setting}" for setting in SETTINGS)
    try:
        run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        run("pg_ctl", "-w", "-l", str(home / "log"), "-o", f"-k {home} {options}", "start")
        try:
            yield f"postgres://postgres@{str(home).replace('/', '%2F')}/postgres"
        finally:
            run("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _unprivileged_user(home: Path) -> dict[str, Any]:
    """Return the user to start it as, because PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    os.chown(home, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
