"""All of it as real processes: the sandbox, two web servers, two workers; to be killed at will."""

from __future__ import annotations

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
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from bench.child_processes import start_child

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
STARTS_WITHIN = 90.0
WEBS, WORKERS = 2, 2
# Seconds that one request of the app to the sandbox may take.
ASANA_TIMEOUT = 2.0
SOUND = {"X-Sandbox-Sound": "1"}


@dataclass
class Service:
    """One process, in a group of its own with all that it starts."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as output:
            self.process = start_child(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, how)
        self.process.wait(30)


@dataclass
class Stack:
    """`asana` and `webs` are addresses; `killable` what may be killed and started again."""

    asana: str
    webs: list[str]
    killable: list[Service]
    environment: dict[str, str]
    folder: Path
    control: requests.Session = field(default_factory=requests.Session)

    def ask(self, method: str, name: str, **given: Any) -> Any:
        """The control side of the sandbox."""
        given.setdefault("timeout", 60)
        response = self.control.request(method, f"{self.asana}/sandbox/{name}", **given)
        response.raise_for_status()
        return response.json()

    def api(self, method: str, path: str, token: str, **given: Any) -> requests.Response:
        """Asana directly and soundly, as somebody who works in Asana itself."""
        headers = {"Authorization": f"Bearer {token}", **SOUND}
        address = f"{self.asana}/api/1.0{path}"
        return requests.request(method, address, headers=headers, timeout=60, **given)

    def kill(self, number: int, pause: float) -> str:
        """SIGKILL to one of them, and another in its place after a moment."""
        service = self.killable[number % len(self.killable)]
        service.end(signal.SIGKILL)
        time.sleep(pause)
        service.start()
        return service.name

    def logs(self) -> str:
        return "\n".join(path.read_text(errors="replace") for path in self.folder.glob("*.log"))


@contextmanager
def started(
    folder: Path, database: str, size: str, *, module: str = "", https: bool = False
) -> Iterator[Stack]:
    """`module`, if named, stands in for the app's own `wsgi` and its worker. With `https` the app
    believes in a proxy that speaks it, which the caller then has to be."""
    ports = [_free_port() for _ in range(1 + WEBS)]
    asana, *webs = (f"http://{HOST}:{port}" for port in ports)
    public = webs[0].replace("http:", "https:") if https else webs[0]
    environment = _environment(public, asana, folder, database, https=https)
    for step in (["migrate"], ["createcachetable"], ["collectstatic", "--no-input"]):
        command = [sys.executable, "manage.py", *step, "--verbosity", "0"]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
    sandbox = Service(
        "sandbox",
        [
            *(sys.executable, "-m", "sandbox", "--port", str(ports[0]), "--size", size),
            *("--db", str(folder / "sandbox.sqlite3")),
            *("--redirect-uri", f"{public}/sign-in/callback/"),
        ],
        dict(os.environ),
        folder / "sandbox.log",
    )
    killable = [
        Service(f"web {place}", _web(port, module), environment, folder / f"web-{place}.log")
        for place, port in enumerate(ports[1:])
    ] + [
        Service(f"worker {place}", _worker(module), environment, folder / f"worker-{place}.log")
        for place in range(WORKERS)
    ]
    try:
        for service in (sandbox, *killable):
            service.start()
        for address in (f"{asana}/", *(f"{web}/healthz" for web in webs)):
            _wait_for(address)
        yield Stack(asana, webs, killable, environment, folder)
    finally:
        for service in (*killable, sandbox):
            service.end(signal.SIGTERM)


def _web(port: int, module: str) -> list[str]:
    options = ["-c", "python:timesheet.gunicorn_conf", "--threads", "24"]
    bind = ["--bind", f"{HOST}:{port}", "--graceful-timeout", "5", "--timeout", "120"]
    application = f"{module}:application" if module else "timesheet.wsgi"
    return [sys.executable, "-m", "gunicorn", *options, *bind, application]


def _worker(module: str) -> list[str]:
    return [sys.executable, *(["-m", module] if module else ["manage.py", "worker"])]


def _environment(
    web: str, asana: str, folder: Path, database: str, *, https: bool
) -> dict[str, str]:
    return {
        **os.environ,
        "DEBUG": "0",
        "HTTPS": "1" if https else "0",
        "PUBLIC_URL": web,
        "ALLOWED_HOSTS": HOST,
        "ASANA_URL": asana,
        "ASANA_TIMEOUT": str(ASANA_TIMEOUT),
        "ASANA_CLIENT_ID": "sandbox-client",
        "ASANA_CLIENT_SECRET": "sandbox-secret",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "TOKEN_KEYS": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "DATABASE_URL": database,
        "QUEUE_URL": "",
        "STATIC_ROOT": str(folder / "static"),
        "LOG_LEVEL": "INFO",
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        with contextlib.suppress(requests.RequestException):
            if requests.get(address, timeout=5).ok:
                return
        time.sleep(0.1)
    raise TimeoutError(f"{address} did not answer within {STARTS_WITHIN} seconds")
