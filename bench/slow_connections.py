"""`python -m bench.slow_connections`: whether pages answer while strangers keep connections busy.

Strangers send the beginning of a request on 60 connections, then a byte now and then: directly to
the app's server, and through the shipped configurations of nginx and Caddy. Exits with 1 unless
`/healthz` and the page of a week answer within a second meanwhile, and the proxies' logs have no
code of a sign-in.
"""

from __future__ import annotations

import argparse
import shutil
import socket
import ssl
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import requests

from bench.ports import free_port
from bench.proxies import CONFIGS, HOST, LOG, proxy, write_certificate
from bench.torture.run import WEEK
from bench.torture.session import WORKSPACE
from bench.torture.stack import started

DIRECTLY = "directly"
CONNECTIONS, TIMES = 60, 5
ADA = "1201000000000001"
# Seconds.
ALLOWED, BYTE_EVERY = 1.0, 2.0
HEAD = f"POST /csp-report/ HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 4000\r\n"
BEGINNINGS: dict[str, bytes | None] = {
    "nobody else": None,
    "a connection alone": b"",
    "half of a head": HEAD.encode(),
    "a byte of a body": f"{HEAD}\r\n{{".encode(),
}
PAGES = {"/healthz": "/healthz", "a week": f"/{WORKSPACE}/week/{WEEK}/"}


@dataclass
class Site:
    """The app as a browser reaches it, with the cookies of somebody signed in."""

    address: str
    browser: requests.Session
    certificate: Path | None = None

    @property
    def port(self) -> int:
        """The port that browsers connect to."""
        return urlsplit(self.address).port or 0

    def connect(self) -> socket.socket:
        """Open a connection of a stranger."""
        host = "127.0.0.1"
        plain = socket.create_connection((host, self.port), 10)
        if self.certificate is None:
            return plain
        context = ssl.create_default_context(cafile=str(self.certificate))
        return context.wrap_socket(plain, server_hostname=HOST)


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m bench.slow_connections", description=__doc__)
    ways = (DIRECTLY, *CONFIGS)
    parser.add_argument("--way", choices=ways, action="append", help="by default all")
    chosen = parser.parse_args().way or ways
    missing = [way for way in chosen if way in CONFIGS and shutil.which(way) is None]
    if missing:
        names = " ".join(missing)
        parser.error(f"missing: {names}. On Debian: apt-get install {names}, or choose a --way")
    heading = " | ".join(f"{page}, slowest of {TIMES}" for page in PAGES)
    sys.stdout.write(f"| {CONNECTIONS} slow connections | {heading} |\n| --- | --- | --- |\n")
    slowest, leaks = 0.0, 0
    for way in chosen:
        with tempfile.TemporaryDirectory(prefix="slow-") as name, _site(way, Path(name)) as site:
            for kind, beginning in BEGINNINGS.items():
                took = [measure(site, beginning, path) for path in PAGES.values()]
                slowest = max(slowest, *took)
                cells = " | ".join(f"{seconds * 1000:.0f} ms" for seconds in took)
                sys.stdout.write(f"| {way}: {kind} | {cells} |\n")
                sys.stdout.flush()
            leaks += way in CONFIGS and _logs_a_code(Path(name) / LOG)
    sys.exit(slowest > ALLOWED or leaks > 0)


def measure(site: Site, beginning: bytes | None, path: str) -> float:
    """Return the seconds of the slowest of some requests while strangers are connected.

    `beginning` is what they send first; without it there are none.
    """
    with ExitStack() as stack:
        number = 0 if beginning is None else CONNECTIONS
        strangers = [stack.enter_context(site.connect()) for _ in range(number)]
        for stranger in strangers:
            stranger.sendall(beginning or b"")
        stack.enter_context(_trickle(strangers if beginning else []))
        return max(_seconds(site, path) for _ in range(TIMES))


def _seconds(site: Site, path: str) -> float:
    started_at = time.perf_counter()
    # A connection of its own, like the first one of a browser.
    response = site.browser.get(
        f"{site.address}{path}", timeout=30, headers={"Connection": "close"}, allow_redirects=False
    )
    if response.status_code != 200:
        raise RuntimeError(f"{path} answered {response.status_code}")
    return time.perf_counter() - started_at


@contextmanager
def _trickle(strangers: list[socket.socket]) -> Iterator[None]:
    """Send a byte on each connection now and then."""
    over = threading.Event()

    def send() -> None:
        while not over.wait(BYTE_EVERY):
            for stranger in strangers:
                try:
                    stranger.sendall(b"x")
                except OSError:
                    # The server has had enough of it.
                    continue

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextmanager
def _site(way: str, folder: Path) -> Iterator[Site]:
    """Start the app with one web process, with or without a proxy, and sign in."""
    database = f"sqlite:///{folder / 'timesheet.sqlite3'}"
    if way == DIRECTLY:
        with started(folder, database, "small", webs=1, workers=0) as stack:
            yield _signed_in(stack.webs[0], None)
        return
    certificate, plain, secure = write_certificate(folder), free_port(), free_port()
    address = f"https://{HOST}:{secure}"
    settings = {"PUBLIC_URL": address, "ALLOWED_HOSTS": f"{HOST},127.0.0.1"}
    with started(
        folder, database, "small", https=True, webs=1, workers=0, settings=settings
    ) as stack:
        upstream = urlsplit(stack.webs[0]).port or 0
        redirect = {"redirect_uris": [f"{address}/sign-in/callback/"]}
        stack.ask("PUT", "settings", json=redirect)
        with proxy(way, folder, plain, secure, upstream):
            yield _signed_in(address, certificate)


def _signed_in(address: str, certificate: Path | None) -> Site:
    browser = requests.Session()
    # A bundle of certificates that the environment names would be used instead of ours.
    browser.trust_env = False
    browser.verify = str(certificate) if certificate else True
    _wait_for(browser, f"{address}/healthz")
    first = browser.get(f"{address}/sign-in/asana/", allow_redirects=False, timeout=30)
    consent = requests.post(
        first.headers["Location"],
        data={"person": ADA, "decision": "allow"},
        allow_redirects=False,
        timeout=30,
    )
    browser.get(consent.headers["Location"], allow_redirects=False, timeout=30)
    site = Site(address, browser, certificate)
    # Afterwards the week is stored.
    _seconds(site, PAGES["a week"])
    return site


def _wait_for(browser: requests.Session, address: str) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            if browser.get(address, timeout=5).ok:
                return
        except requests.RequestException:
            if time.monotonic() > until:
                raise
        time.sleep(0.1)


def _logs_a_code(file: Path) -> bool:
    """Return whether the proxy's log, which has the end of the sign-in, has its code, too."""
    text = file.read_text()
    if "/sign-in/callback/" not in text:
        raise RuntimeError(f"the log of the proxy has no sign-in: {text[-500:]}")
    return "code=" in text


if __name__ == "__main__":
    main()
