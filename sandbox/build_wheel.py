"""Puts the server into the wheel: in the package, so that none of your modules is taken for its."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PLACE = "asana_sandbox/server/sandbox"
SUFFIXES = (".py", ".html", ".css")
# The demo starts the timesheet, which isn't in this package.
LEFT_OUT = ("demo.py", "demo_weeks.py", "build_wheel.py", "package", "examples")


class ServerHook(BuildHookInterface[Any]):
    """Adds the server's files."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Tell hatchling where each file goes."""
        root = Path(self.root)
        for file in root.rglob("*"):
            path = file.relative_to(root)
            if file.suffix in SUFFIXES and path.parts[0] not in LEFT_OUT:
                build_data["force_include"][str(file)] = f"{PLACE}/{path.as_posix()}"
