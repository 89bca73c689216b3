"""Starts the local Asana as a process of its own, and calls it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).parents[1]
READY = "Sandbox Asana on "
ADA = "sandbox-ada"


@dataclass
class Sandbox:
    """`get`, `post`, `put` and `delete` return the response's `data`; `call` the whole response."""

    url: str
    session: requests.Session = field(default_factory=requests.Session)

    @property
    def api(self) -> str:
        return f"{self.url}/api/1.0"

    def call(self, method: str, path: str, token: str = ADA, **given: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers |= given.pop("headers", {})
        given.setdefault("timeout", 10)
        return self.session.request(method, f"{self.api}{path}", headers=headers, **given)

    def get(self, path: str, token: str = ADA, **params: Any) -> Any:
        return _data(self.call("GET", path, token, params=params))

    def post(self, path: str, token: str = ADA, **values: Any) -> Any:
        return _data(self.call("POST", path, token, json={"data": values}))

    def put(self, path: str, token: str = ADA, **values: Any) -> Any:
        return _data(self.call("PUT", path, token, json={"data": values}))

    def delete(self, path: str, token: str = ADA) -> Any:
        return _data(self.call("DELETE", path, token))

    def reset(self) -> None:
        self._control("POST", "reset")

    def save_snapshot(self, name: str) -> None:
        """Save the present state: data, tokens and settings. A reset keeps it."""
        self._control("POST", f"snapshots/{name}")

    def restore_snapshot(self, name: str) -> None:
        """Restore a saved state; faults and logs are cleared as by a reset."""
        self._control("POST", f"snapshots/{name}/restore")

    def settings(self, **changes: Any) -> dict[str, Any]:
        """Change these settings; returns all of them."""
        return self._control("PUT", "settings", json=changes)

    def faults(self, *rules: dict[str, Any]) -> list[dict[str, Any]]:
        """Replace all fault rules; returns them."""
        return self._control("PUT", "faults", json=list(rules))

    def requests(self) -> list[dict[str, Any]]:
        return self._control("GET", "requests")

    def writes(self) -> list[dict[str, Any]]:
        """Return every write of an entry that took place, in order."""
        return self._control("GET", "writes")

    def fired(self) -> dict[str, int]:
        return self._control("GET", "faults/fired")

    def forget_requests(self) -> None:
        self._control("DELETE", "requests")

    def expire_tokens(self) -> None:
        self._control("POST", "expire_tokens")

    def revoke_tokens(self, user: str, kind: str = "oauth") -> None:
        """Revoke a person's tokens of this kind: oauth, personal or all.

        Tests usually go on reading with the personal token.
        """
        self._control("POST", "revoke_tokens", json={"user": user, "kind": kind})

    def add_data(self, **sections: list[dict[str, Any]]) -> dict[str, list[str]]:
        """Add records, such as `people=[{...}]`; returns the gids of each section."""
        return self._control("POST", "data", json=sections)

    def change_membership(self, user: str, workspace: str, **roles: bool) -> None:
        """Change a person's roles in a workspace, such as `is_admin` or `is_view_only`."""
        membership = {"user": user, "workspace": workspace, **roles}
        self._control("PUT", "memberships", json=membership)

    def _control(self, method: str, name: str, **given: Any) -> Any:
        response = self.session.request(method, f"{self.url}/sandbox/{name}", timeout=10, **given)
        assert response.ok, response.text
        return response.json()


def _data(response: requests.Response) -> Any:
    assert response.ok, f"{response.status_code} {response.text}"
    return response.json()["data"]


@contextmanager
def start_sandbox(*extra_args: str) -> Iterator[Sandbox]:
    """Start a sandbox on a free port, with a new database unless `--db` is given."""
    with tempfile.TemporaryDirectory(prefix="sandbox-") as folder:
        db = [] if "--db" in extra_args else ["--db", f"{folder}/sandbox.sqlite3"]
        command = [sys.executable, "-m", "sandbox", "--port", "0", *db, *extra_args]
        # Also if these tests are killed.
        command += ["--parent-pid", str(os.getpid())]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            try:
                assert process.stdout is not None
                line = process.stdout.readline()
                assert line.startswith(READY), f"The sandbox did not start: {line}"
                sandbox = Sandbox(line.removeprefix(READY).strip())
                with sandbox.session:
                    yield sandbox
            finally:
                process.terminate()
