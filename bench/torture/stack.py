"""The sandbox, web servers and workers, as processes that can be killed and restarted."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests

from bench.child_processes import start_child
from bench.ports import HOST, free_port

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN = 90.0
# Seconds in which somebody's hours are written, while people work.
WRITES_WITHIN = 30.0
WEBS, WORKERS = 2, 2
# Seconds that one request of the app to the sandbox may take.
ASANA_TIMEOUT = 2.0
# How long a process has the right to deliver for a person: see `timesheet.journal.lock`.
CONNECT_TIMEOUT = 3.05
LEASE_SECONDS = 4 * (CONNECT_TIMEOUT + ASANA_TIMEOUT)
WRITE_LOG = "writes.jsonl"
DATABASE = "timesheet.sqlite3"
# The last call of ours in a traceback, and the error.
TRACEBACK = re.compile(
    r'^  File "[^"]*/((?:accounts|timesheet)/[^\n]*)\n'
    r'(?:(?!  File "[^"]*/(?:accounts|timesheet)/) .*\n)*'
    r"([A-Za-z_][\w.]*(?::.*)?)$",
    re.MULTILINE,
)
# Keeps a request to the sandbox free of faults.
NO_FAULTS = {"X-Sandbox-Sound": "1"}


@dataclass
class Service:
    """A process, and the group of all processes that it starts."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process; its output is added to the log."""
        with self.log.open("ab") as output:
            self.process = start_child(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def end(self, how: signal.Signals) -> None:
        """Send a signal to the group, and wait until the process ends."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, how)
        self.process.wait(30)

    def kill(self) -> None:
        """Kill the group, without waiting for its end."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def freeze(self, seconds: float) -> None:
        """Stop the group for some time, unless it ends meanwhile."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGSTOP)
            time.sleep(seconds)
            os.killpg(self.process.pid, signal.SIGCONT)


@dataclass
class Stack:
    """Running services."""

    # The addresses of the sandbox and of the web servers.
    asana: str
    webs: list[str]
    # The services that may be killed and started again.
    killable: list[Service]
    environment: dict[str, str]
    folder: Path
    sandbox: Service | None = None
    # The store of queue and cache; None where the database is both.
    redis: Service | None = None
    # None where there is no server to restart.
    restart_database: Callable[[], None] | None = None
    faults: list[dict[str, Any]] = field(default_factory=list)
    # What a sandbox that was killed knew: how many faults fired, and the secrets that it issued.
    fired: Counter[str] = field(default_factory=Counter)
    secrets: dict[str, set[str]] = field(default_factory=dict)
    # Held while the sandbox is away, and while somebody works in Asana itself.
    present: threading.RLock = field(default_factory=threading.RLock)

    @property
    def write_log(self) -> Path:
        """The file that has all writes of the sandbox."""
        return self.folder / WRITE_LOG

    def ask(self, method: str, name: str, **options: Any) -> Any:
        """Send a request to the sandbox's control API, and return its JSON."""
        address = f"{self.asana}/sandbox/{name}"
        with self.present:
            response = requests.request(method, address, timeout=60, **options)
        response.raise_for_status()
        return response.json()

    def api(self, method: str, path: str, token: str, **options: Any) -> requests.Response:
        """Send a request to Asana's API without faults, as a person who works in Asana itself."""
        headers = {"Authorization": f"Bearer {token}", **NO_FAULTS}
        address = f"{self.asana}/api/1.0{path}"
        with self.present:
            while True:
                # Nothing was sent where nobody could connect.
                with contextlib.suppress(requests.ConnectTimeout):
                    return requests.request(method, address, headers=headers, timeout=60, **options)

    def set_faults(self, rules: list[dict[str, Any]]) -> None:
        """Replace the sandbox's fault rules."""
        self.faults = rules
        self.ask("PUT", "faults", json=rules)

    def kill(self, number: int, pause: float) -> str:
        """Kill a service, start it again after `pause` seconds, and return its name."""
        service = self.killable[number % len(self.killable)]
        self.restart(service, pause)
        return service.name

    def kill_all_at_a_write(self, pause: float) -> None:
        """Kill all services as soon as Asana has written something, and start them again."""
        size, until = self.write_log.stat().st_size, time.monotonic() + WRITES_WITHIN
        while self.write_log.stat().st_size == size and time.monotonic() < until:
            time.sleep(0.0005)
        for service in self.killable:
            service.kill()
        for service in self.killable:
            service.end(signal.SIGKILL)
        time.sleep(pause)
        for service in self.killable:
            service.start()

    @staticmethod
    def restart(service: Service, pause: float) -> None:
        """Kill a service, and start it again after `pause` seconds."""
        service.end(signal.SIGKILL)
        time.sleep(pause)
        service.start()

    def restart_sandbox(self, pause: float) -> None:
        """End Asana in the middle of its requests, and start it again after `pause` seconds.

        Nobody can connect meanwhile. It is not killed, because a write without its line in the log
        could not be judged.
        """
        assert self.sandbox is not None
        with self.present:
            self.note_memory()
            offset = self.ask("GET", "settings")["clock_offset_seconds"]
            self.sandbox.end(signal.SIGTERM)
            time.sleep(pause)
            # Its clock goes on as if nothing had happened.
            now = (datetime.now(UTC) + timedelta(seconds=offset)).isoformat()
            if "--now" in self.sandbox.command:
                self.sandbox.command[-2:] = []
            self.sandbox.command += ["--now", now]
            self.sandbox.start()
            _wait_for(f"{self.asana}/")
            self.set_faults(self.faults)

    def wait_for_late_writes(self, seconds: float) -> None:
        """Wait until Asana has executed what it was sent, at most so many seconds."""
        until = time.monotonic() + seconds
        while self.ask("GET", "faults/pending") and time.monotonic() < until:
            time.sleep(0.2)

    def note_memory(self) -> None:
        """Note what the sandbox keeps in its memory alone."""
        self.fired.update(self.ask("GET", "faults/fired"))
        for kind, values in self.ask("GET", "secrets").items():
            self.secrets.setdefault(kind, set()).update(values)

    def tracebacks(self) -> Counter[str]:
        """Count the tracebacks of web processes, by their last call of ours and the error."""
        logs = [path.read_text(errors="replace") for path in self.folder.glob("web-*.log")]
        found = (" ".join(match) for log in logs for match in TRACEBACK.findall(log))
        return Counter(found)


@contextmanager
def started(
    folder: Path,
    database: str,
    size: str,
    *,
    https: bool = False,
    module: str = "",
    webs: int = WEBS,
    workers: int = WORKERS,
    settings: Mapping[str, str] | None = None,
    prepared: Path | None = None,
) -> Iterator[Stack]:
    """Start all services, and end them after the block.

    `size` is that of the sandbox's company. `module` replaces the app's WSGI module and its worker;
    `settings` are added to the app's environment. With `https` the app expects a proxy that
    terminates HTTPS: the caller must send its headers. `prepared` is a folder where `prepare` was
    called before.
    """
    ports = [free_port() for _ in range(1 + webs)]
    asana, *addresses = (f"http://{HOST}:{port}" for port in ports)
    public = addresses[0].replace("http:", "https:") if https else addresses[0]
    environment = _environment(public, asana, folder, database, https=https)
    environment.update(settings or {})
    if prepared:
        environment["STATIC_ROOT"] = str(prepared / "static")
    if prepared and database.startswith("sqlite:"):
        shutil.copy(prepared / DATABASE, database.removeprefix("sqlite:///"))
    else:
        _prepare(environment)
    sandbox = _sandbox(ports[0], size, folder, f"{public}/sign-in/callback/")
    killable = [
        Service(f"web {number}", _web(port, module), environment, folder / f"web-{number}.log")
        for number, port in enumerate(ports[1:])
    ] + [
        Service(
            f"worker {number}",
            _worker(module),
            environment,
            folder / f"worker-{number}.log",
        )
        for number in range(workers)
    ]
    try:
        for service in (sandbox, *killable):
            service.start()
        for address in (f"{asana}/", *(f"{web}/healthz" for web in addresses)):
            _wait_for(address)
        yield Stack(asana, addresses, killable, environment, folder, sandbox)
    finally:
        for service in (*killable, sandbox):
            service.end(signal.SIGTERM)


def prepare(folder: Path) -> None:
    """Put the static files and the empty SQLite database of a new installation into a folder."""
    address = f"http://{HOST}:1"
    database = f"sqlite:///{folder / DATABASE}"
    _prepare(_environment(address, address, folder, database, https=False))


def _prepare(environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "bench.torture.prepare"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


def _sandbox(port: int, size: str, folder: Path, redirect_uri: str) -> Service:
    command = [
        *(sys.executable, "-m", "sandbox", "--port", str(port), "--size", size),
        *("--db", str(folder / "sandbox.sqlite3")),
        *("--redirect-uri", redirect_uri),
        *("--write-log", str(folder / WRITE_LOG)),
    ]
    return Service("sandbox", command, dict(os.environ), folder / "sandbox.log")


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
        # A service is one process, which is killed alone.
        "WEB_CONCURRENCY": "1",
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
        "DELIVERY_MARK": str(folder / "delivery.mark"),
        "STATIC_ROOT": str(folder / "static"),
        "LOG_LEVEL": "INFO",
    }


@contextmanager
def redis(folder: Path) -> Iterator[Service]:
    """Start a Redis that keeps nothing on disk; end it after the block."""
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", HOST, "--save", ""]
    service = Service("redis", command, dict(os.environ), folder / "redis.log", port=port)
    service.start()
    try:
        yield service
    finally:
        service.end(signal.SIGTERM)


def has_redis() -> bool:
    """Return whether Redis is installed."""
    return shutil.which("redis-server") is not None


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        with contextlib.suppress(requests.RequestException):
            if requests.get(address, timeout=5).ok:
                return
        time.sleep(0.1)
    raise TimeoutError(f"{address} did not answer within {STARTS_WITHIN} seconds")
