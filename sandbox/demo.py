"""The demo: the sandbox, the app and its worker, started together and stopped together.

`python -m sandbox.demo` keeps all it makes in var/demo. The app is started as in production, as
processes of its own; nothing of it is imported here.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path

import requests

from sandbox.seed_data.bulk import gids
from sandbox.seed_data.people import PEOPLE

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"
STARTS_WITHIN = 90.0
STOPS_WITHIN = 10.0
MIAS_PEOPLE = ("ada", "ben", "siobhan", "nour", "maximiliana", "tomasz", "yui", "priya")


class DidNotStart(Exception):
    pass


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m sandbox.demo", description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--sandbox-port", type=int, default=8001)
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "demo")
    options = parser.parse_args()
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, _stop)
    try:
        run(options.port, options.sandbox_port, options.folder)
    except DidNotStart as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        print("\nStopped. `make demo` goes on where you left off.")  # noqa: T201


def run(port: int, sandbox_port: int, folder: Path) -> None:
    """Until Ctrl-C, or until the app or its worker ends. Raises `DidNotStart`."""
    for wanted, variable in ((port, "PORT"), (sandbox_port, "SANDBOX_PORT")):
        _check_free(wanted, variable)
    folder.mkdir(parents=True, exist_ok=True)
    app, asana = f"http://{HOST}:{port}", f"http://{HOST}:{sandbox_port}"
    environment = _environment(app, asana, folder)
    steps = (["migrate"], ["createcachetable"], ["collectstatic", "--no-input"], _mias_people())
    for step in steps:
        command = [sys.executable, "manage.py", *step, "--verbosity", "0"]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)  # noqa: S603
    with (
        _running(_sandbox(sandbox_port, app, folder), dict(os.environ), folder / "sandbox.log"),
        _running(_server(port), environment, folder / "app.log") as server,
        _running(_worker(), environment, folder / "worker.log") as worker,
    ):
        _wait_for(f"{asana}/", server, folder)
        _wait_for(f"{app}/healthz", server, folder)
        print(  # noqa: T201
            f"Timesheet is on {app} (sign in as anyone of the local Asana on {asana}). "
            "Ctrl-C stops it all.",
            flush=True,
        )
        while server.poll() is None and worker.poll() is None:
            time.sleep(0.2)
        raise DidNotStart(f"The app or its worker has ended; the last words are in {folder}")


def _mias_people() -> list[str]:
    """The command that has Mia look after the rest of the studio, unless somebody has chosen
    others since."""
    named = {
        person.slug: f"{gid}={person.name} <{person.email}>"
        for person, gid in zip(PEOPLE, gids("person"), strict=False)
    }
    people = [named[slug] for slug in MIAS_PEOPLE]
    return ["assign_people", "--if-new", next(gids("workspace")), named["mia"], *people]


def _sandbox(port: int, app: str, folder: Path) -> list[str]:
    redirect = ["--redirect-uri", f"{app}/sign-in/callback/"]
    db = ["--db", str(folder / "sandbox.sqlite3")]
    return [sys.executable, "-m", "sandbox", "--port", str(port), *db, *redirect]


def _server(port: int) -> list[str]:
    options = ["-c", "python:timesheet.gunicorn_conf", "--bind", f"{HOST}:{port}"]
    return [sys.executable, "-m", "gunicorn", *options, "timesheet.wsgi"]


def _worker() -> list[str]:
    return [sys.executable, "manage.py", "worker"]


def _environment(app: str, asana: str, folder: Path) -> dict[str, str]:
    """The settings of the app: production's, but for HTTPS and for the Asana it talks to."""
    return {
        **os.environ,
        "DEBUG": "0",
        "HTTPS": "0",
        "PUBLIC_URL": app,
        "ALLOWED_HOSTS": f"{HOST},localhost",
        "ASANA_URL": asana,
        "ASANA_CLIENT_ID": "sandbox-client",
        "ASANA_CLIENT_SECRET": "sandbox-secret",
        "SECRET_KEY": _kept(folder / "secret-key", secrets.token_urlsafe(48)),
        "TOKEN_KEYS": _kept(
            folder / "token-key", urlsafe_b64encode(secrets.token_bytes(32)).decode()
        ),
        "DATABASE_URL": f"sqlite:///{folder / 'timesheet.sqlite3'}",
        "STATIC_ROOT": str(folder / "static"),
    }


def _kept(path: Path, new: str) -> str:
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(new)
    return path.read_text()


@contextlib.contextmanager
def _running(
    command: list[str], environment: dict[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a group of its own, so that Ctrl-C reaches it through us, once."""
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603
            command,
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(address: str, server: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        with contextlib.suppress(requests.RequestException):
            if requests.get(address, timeout=2).ok:
                return
        time.sleep(0.1)
    raise DidNotStart(f"{address} does not answer; the reason is in the logs in {folder}")


def _check_free(port: int, variable: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise DidNotStart(
                f"Port {port} is taken. Another one: make demo {variable}={port + 10}"
            ) from None


def _stop(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
