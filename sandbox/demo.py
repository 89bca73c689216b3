"""The demo: starts and stops the sandbox, the app and its worker together.

`python -m sandbox.demo` keeps its files in var/demo. The app runs as in production, in processes
of its own; nothing of it is imported here.
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
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import requests

from sandbox import parent_process
from sandbox.demo_weeks import submit_last_week
from sandbox.seed_data.bulk import seed_gids
from sandbox.seed_data.people import PEOPLE

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"
STARTS_WITHIN = 90.0
STOPS_WITHIN = 10.0
MIAS_PEOPLE = ("ada", "ben", "siobhan", "nour", "maximiliana", "tomasz", "yui", "priya")


class StartFailed(Exception):
    """One of the processes did not start, or has ended."""


def main() -> None:
    """Run the demo until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.demo", description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--sandbox-port", type=int, default=8001)
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "demo")
    options = parser.parse_args()
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, _stop)
    try:
        run(options.port, options.sandbox_port, options.folder.resolve())
    except StartFailed as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        print("\nStopped. `make demo` continues where you left off.")  # noqa: T201


def run(port: int, sandbox_port: int, folder: Path) -> None:
    """Run until Ctrl-C; raises `StartFailed` if the app or its worker ends."""
    for number, variable in ((port, "PORT"), (sandbox_port, "SANDBOX_PORT")):
        _check_free(number, variable)
    folder.mkdir(parents=True, exist_ok=True)
    app, asana = f"http://{HOST}:{port}", f"http://{HOST}:{sandbox_port}"
    environment = _environment(app, asana, folder)
    asana_command = _sandbox(sandbox_port, app, folder)
    with (
        parent_process.watchdog() as watch,
        _running(asana_command, dict(os.environ), folder / "sandbox.log") as sandbox,
    ):
        watch(sandbox.pid)
        _prepare(environment, sandbox, asana, folder)
        with (
            _running(_server(port), environment, folder / "app.log") as server,
            _running(_worker(), environment, folder / "worker.log") as worker,
        ):
            watch(server.pid)
            watch(worker.pid)
            print("Starting the timesheet, its worker and a local Asana ...", flush=True)  # noqa: T201
            _wait_for(f"{app}/healthz", server, folder)
            print(  # noqa: T201
                f"Timesheet is on {app} (sign in as anyone of the local Asana on {asana}). "
                "Ctrl-C stops it all.",
                flush=True,
            )
            while server.poll() is None and worker.poll() is None:
                time.sleep(0.2)
            raise StartFailed(f"The app or its worker has stopped. See the logs in {folder}")


def _prepare(
    environment: dict[str, str], sandbox: subprocess.Popen[bytes], asana: str, folder: Path
) -> None:
    """Prepare the database and, at the same time, the static files and the weeks to approve."""
    print("Preparing the database and the static files ...", flush=True)  # noqa: T201
    commands = (["migrate"], ["createcachetable"], _mias_people())
    # In one process, because loading the app takes longer than most commands.
    calls = "; ".join(f"call_command(*{command!r}, verbosity=0)" for command in commands)
    script = f"from django.core.management import call_command; {calls}"
    with ThreadPoolExecutor() as executor:
        static = executor.submit(_manage, environment, "collectstatic", "--no-input")
        weeks = executor.submit(_submit_weeks, asana, sandbox, folder)
        _manage(environment, "shell", "--no-imports", "--command", script)
        static.result()
        weeks.result()


def _submit_weeks(asana: str, sandbox: subprocess.Popen[bytes], folder: Path) -> None:
    _wait_for(f"{asana}/", sandbox, folder)
    try:
        submit_last_week(asana, datetime.now(UTC).astimezone().date())
    except requests.RequestException as error:
        print(f"The demo’s weeks weren’t submitted: {error}", flush=True)  # noqa: T201


def _manage(environment: dict[str, str], *command: str) -> None:
    words = [sys.executable, "manage.py", *command, "--verbosity", "0"]
    subprocess.run(words, cwd=ROOT, env=environment, check=True)  # noqa: S603


def _mias_people() -> list[str]:
    """Return the command that makes Mia the manager of the studio, unless managers are set."""
    labels = {
        person.slug: f"{gid}={person.name} <{person.email}>"
        for person, gid in zip(PEOPLE, seed_gids("person"), strict=False)
    }
    people = [labels[slug] for slug in MIAS_PEOPLE]
    return ["assign_people", "--if-new", next(seed_gids("workspace")), labels["mia"], *people]


def _sandbox(port: int, app: str, folder: Path) -> list[str]:
    redirect = ["--redirect-uri", f"{app}/sign-in/callback/"]
    db = ["--db", str(folder / "sandbox.sqlite3")]
    parent = ["--parent-pid", str(os.getpid())]
    return [sys.executable, "-m", "sandbox", "--port", str(port), *db, *redirect, *parent]


def _server(port: int) -> list[str]:
    options = ["-c", "python:timesheet.gunicorn_conf", "--bind", f"{HOST}:{port}"]
    return [sys.executable, "-m", "gunicorn", *options, "timesheet.wsgi"]


def _worker() -> list[str]:
    return [sys.executable, "manage.py", "worker"]


def _environment(app: str, asana: str, folder: Path) -> dict[str, str]:
    """Return the app's settings: production's, except for HTTPS and Asana's address."""
    return {
        **os.environ,
        "DEBUG": "0",
        "HTTPS": "0",
        "PUBLIC_URL": app,
        "ALLOWED_HOSTS": f"{HOST},localhost",
        "ASANA_URL": asana,
        "ASANA_CLIENT_ID": "sandbox-client",
        "ASANA_CLIENT_SECRET": "sandbox-secret",
        "SECRET_KEY": _read_or_create(folder / "secret-key", secrets.token_urlsafe(48)),
        "TOKEN_KEYS": _read_or_create(
            folder / "token-key", urlsafe_b64encode(secrets.token_bytes(32)).decode()
        ),
        "DATABASE_URL": f"sqlite:///{folder / 'timesheet.sqlite3'}",
        "STATIC_ROOT": str(folder / "static"),
    }


def _read_or_create(path: Path, default: str) -> str:
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(default)
    return path.read_text()


@contextlib.contextmanager
def _running(
    command: list[str], environment: dict[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process in a session of its own, so that Ctrl-C reaches only the demo."""
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
    raise StartFailed(f"{address} doesn’t respond. See the logs in {folder}")


def _check_free(port: int, variable: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise StartFailed(
                f"Port {port} is in use. Choose another: make demo {variable}={port + 10}"
            ) from None


def _stop(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
