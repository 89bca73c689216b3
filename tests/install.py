"""Finds what the tests need beside Python, or installs it: a Chromium, PostgreSQL, Redis and
LibreOffice's spreadsheet. `python -m tests.install`."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.torture.postgres import folder_of_tools
from tests.redis_server import server_path

# Without a window of its own it needs half the time; Playwright's own is such a one too.
SHELL = "chromium-headless-shell"
NAMES = (
    *(SHELL, "chrome-headless-shell"),
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
)
BROWSER = (SHELL, "fonts-liberation", "fonts-noto-color-emoji")
NO_BROWSER = (
    "The tests need a Chromium and found none: put one on PATH, or let "
    "`python -m playwright install chromium` install Playwright's own."
)
NO_POSTGRES = "The tests need PostgreSQL's pg_ctl and initdb, and found none: install PostgreSQL."

NO_REDIS = "The tests need Redis and found no redis-server: install it."

NO_OFFICE = "The tests need LibreOffice's soffice and found none: install LibreOffice Calc."

VAR = Path(__file__).parents[1] / "var"
# Seconds that apt-get waits for another process that installs something.
WAITS_FOR_APT = 600


def browser_path() -> str | None:
    """A Chromium on PATH; None where Playwright is to use its own."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def playwrights_own() -> bool:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path).exists()


def apt_install(*packages: str, update: bool = True) -> None:
    """By the system's packages, where we may."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {' '.join(packages)} by apt-get ...", flush=True)  # noqa: T201
        if update:
            subprocess.run(["apt-get", "update", "-qq"], check=False)
        # Another checkout may be installing, too.
        waits = ["-o", f"DPkg::Lock::Timeout={WAITS_FOR_APT}"]
        command = ["apt-get", *waits, "install", "-y", "-qq", "--no-install-recommends", *packages]
        subprocess.run(
            command, check=False, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        )


def install_browser() -> bool:
    """By the system's packages where we may, else Playwright's own."""
    apt_install(*BROWSER)
    if browser_path() is None:
        print("Installing Playwright's Chromium ...", flush=True)  # noqa: T201
        command = [sys.executable, "-m", "playwright", "install", "chromium"]
        subprocess.run(command, check=False)
    return browser_path() is not None or playwrights_own()


def prefer_shell() -> None:
    """Installs the faster Chromium beside another one, where the system knows it already."""
    if shutil.which("apt-cache") and not shutil.which(SHELL):
        known = subprocess.run(["apt-cache", "show", SHELL], capture_output=True, check=False)
        if known.returncode == 0:
            apt_install(SHELL, update=False)


def install_postgres() -> bool:
    apt_install("postgresql")
    return folder_of_tools() is not None


def install_redis() -> bool:
    apt_install("redis-server")
    return server_path() is not None


def office_path() -> str | None:
    return shutil.which("soffice")


def install_office() -> bool:
    apt_install("libreoffice-calc")
    return office_path() is not None


@contextmanager
def alone() -> Iterator[None]:
    """Waits for another run in this checkout that installs the same."""
    VAR.mkdir(exist_ok=True)
    with (VAR / "install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def install_missing() -> None:
    """Installs what is missing; ends with a sentence for what still is."""
    prefer_shell()
    if not (browser_path() or playwrights_own() or install_browser()):
        sys.exit(NO_BROWSER)
    if not (folder_of_tools() or install_postgres()):
        sys.exit(NO_POSTGRES)
    if not (server_path() or install_redis()):
        sys.exit(NO_REDIS)
    if not (office_path() or install_office()):
        sys.exit(NO_OFFICE)


if __name__ == "__main__":
    with alone():
        install_missing()
