"""Reads settings from the environment and from `.env`, and names each one that is wrong.

A wrong setting stops the start with one sentence for each, so that a person can correct all of them
at once. No value is repeated in a sentence: it may be a secret.
"""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from dotenv import dotenv_values
from environs import FileAwareEnv

Check = Callable[[str], str]

TRUE, FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off")
# Settings of former versions, and what replaced them.
RENAMED = {"BELL_URL": "QUEUE_URL"}


class Environment:
    """Reads settings by name, and collects what is wrong with them.

    A check returns what is wrong with a value, or nothing. An empty value counts as not set. A
    secret may be in a file of its own, named by a variable with `_FILE` added.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._env = FileAwareEnv(strip_whitespace=True)
        self._names: set[str] = set()
        # What is wrong, by the name of the setting.
        self.problems: dict[str, str] = {}
        self._read_file()

    def _read_file(self) -> None:
        try:
            self._env.read_env(str(self._file), recurse=False)
        except PermissionError:
            self.stop(f"{self._file} can't be read by this user. Run this as its owner.")
        except UnicodeDecodeError:
            self.stop(f"{self._file} is no text in UTF-8.")

    def text(self, name: str, default: str | None = "", check: Check | None = None) -> str:
        """Return a text; without a default the setting is needed."""
        self._names.add(name)
        try:
            value: str = self._env.str(name, "")
        except (ValueError, OSError):
            self.wrong(name, f"{name}_FILE must name a text file that this user can read")
            return default or ""
        value = value.strip()
        if not value:
            if default is None:
                self.wrong(name, "is needed")
            return default or ""
        # Docker's --env-file, for example, takes them for a part of the value.
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            self.wrong(name, "must not be in quotation marks")
        elif check and (sentence := check(value)):
            self.wrong(name, sentence)
        return value

    def switch(self, name: str, default: bool) -> bool:
        """Return whether something is on."""
        value = self.text(name).lower()
        if value and value not in TRUE + FALSE:
            self.wrong(name, "must be 1 or 0")
            return default
        return value in TRUE if value else default

    def whole(self, name: str, default: int, *, least: int, most: int) -> int:
        """Return a whole number between `least` and `most`."""
        value = self.text(name)
        if not value:
            return default
        if not (value.isascii() and value.isdigit() and least <= int(value[:18]) <= most):
            self.wrong(name, f"must be a whole number from {least} to {most}")
            return default
        return int(value)

    def number(self, name: str, default: float, *, least: float, most: float) -> float:
        """Return a number between `least` and `most`, which may have a fraction."""
        value = self.text(name)
        if not value:
            return default
        try:
            number = float(value)
        except ValueError:
            number = float("nan")
        # Comparisons with "not a number" are false.
        if not least <= number <= most:
            self.wrong(name, f"must be a number from {least:g} to {most:g}")
            return default
        return number

    def items(self, name: str, check: Check, *, needed: bool = False) -> list[str]:
        """Return a list that is separated by commas."""
        value = self.text(name, None if needed else "")
        items = [item.strip() for item in value.split(",") if item.strip()]
        if value and not items:
            self.wrong(name, "has nothing but commas")
        for place, item in enumerate(items, start=1):
            if sentence := check(item):
                self.wrong(name, sentence if len(items) == 1 else f"item {place} {sentence}")
                break
        return items

    def wrong(self, name: str, sentence: str) -> None:
        """Note what is wrong with a setting; what was noted first stays."""
        self.problems.setdefault(name, sentence)

    def is_right(self, *names: str) -> bool:
        """Tell whether nothing is wrong with these settings so far."""
        return not self.problems.keys() & set(names)

    def unknown(self) -> list[str]:
        """Return a sentence for each name in `.env`, or formerly ours, that is no setting."""
        in_file = dotenv_values(self._file).keys() if self._file.is_file() else set()
        renamed = [
            f"{old} is called {new} now" for old, new in RENAMED.items() if os.environ.get(old)
        ]
        ours = self._names | {f"{name}_FILE" for name in self._names}
        return renamed + list(_misspelt(set(in_file) - ours - RENAMED.keys(), ours))

    def finish(self) -> None:
        """End the process if a setting is wrong, naming each."""
        for name, new in RENAMED.items():
            if os.environ.get(name) and not os.environ.get(new):
                self.wrong(name, f"is called {new} now")
        if self.problems:
            lines = [f"  {name} {sentence}." for name, sentence in sorted(self.problems.items())]
            where = self._file if self._file.is_file() else f"the environment; no {self._file}"
            self.stop("\n".join([f"Settings are missing or wrong (from {where}):", *lines]))

    def stop(self, text: str) -> None:
        """End the process with a text for the operator."""
        sys.exit(f"{text}\nSee docs/operating.md. To try the timesheet out, run: make demo")


def _misspelt(names: Iterable[str], ours: set[str]) -> Iterable[str]:
    """Yield a sentence for each name that is nearly one of ours."""
    for name in sorted(names):
        if near := difflib.get_close_matches(name, ours, n=1, cutoff=0.8):
            yield f"{name} in .env is no setting. Is {near[0]} meant?"
