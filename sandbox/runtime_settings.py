"""The switches of the sandbox: what tests and the demo can change while it runs."""

from __future__ import annotations

import threading
from typing import Annotated, Any, Literal

import msgspec

SECONDS = Annotated[int, msgspec.Meta(ge=1, le=10_000_000)]


class Switches(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    plan: Literal["none", "time_tracking", "timesheets"] = "timesheets"
    strict_list_fields: bool = False
    rotate_refresh_tokens: bool = False
    access_token_seconds: SECONDS = 3600
    offset_seconds: SECONDS = 900
    requests_per_minute: Annotated[int, msgspec.Meta(ge=0)] | None = None
    lock_approved: bool = True
    redirect_uris: tuple[Annotated[str, msgspec.Meta(pattern="^https?://.")], ...] = ()


class _Board:
    """The switches as they are, and as they were at the start."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._start = self.current = Switches()

    def start_with(self, redirect_uris: tuple[str, ...]) -> None:
        self._start = self.current = Switches(redirect_uris=redirect_uris)

    def change(self, changes: dict[str, Any]) -> Switches:
        """Raises `msgspec.ValidationError` and changes nothing if one of them is no good."""
        with self._lock:
            wanted = {**msgspec.to_builtins(self.current), **changes}
            self.current = msgspec.convert(wanted, Switches)
            return self.current

    def reset(self) -> Switches:
        self.current = self._start
        return self.current


board = _Board()


def switches() -> Switches:
    return board.current
