"""Finds a Chromium for the tests, or installs one: `python -m tests.install_browser`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium", "fonts-liberation", "fonts-noto-color-emoji")
MISSING = (
    "The tests need a Chromium and found none: put one on PATH, or let "
    "`python -m playwright install chromium` install Playwright's own."
)


def browser_path() -> str | None:
    """A Chromium on PATH; None where Playwright is to use its own."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def playwrights_own() -> bool:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path).exists()


def install() -> bool:
    """By the system's packages where we may, else Playwright's own."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES]
        subprocess.run(
            command, check=False, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        )
    if browser_path() is None:
        command = [sys.executable, "-m", "playwright", "install", "chromium"]
        subprocess.run(command, check=False)
    return browser_path() is not None or playwrights_own()


if __name__ == "__main__":
    if not (browser_path() or playwrights_own() or install()):
        sys.exit(MISSING)
