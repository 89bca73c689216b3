"""The runtime settings: what tests and the demo can change while the sandbox runs."""

from __future__ import annotations

import threading
from typing import Annotated, Any, Literal

import msgspec

SECONDS = Annotated[int, msgspec.Meta(ge=1, le=10_000_000)]


class RuntimeSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All settings, with the values at the start."""

    # Without time tracking: none, and free, which has no task search either.
    plan: Literal["free", "none", "time_tracking", "timesheets"] = "timesheets"
    strict_list_fields: bool = False
    # As Asana's announcement of timesheets has it; by its specification both are optional.
    timesheets_need_user: bool = False
    rotate_refresh_tokens: bool = False
    access_token_seconds: SECONDS = 3600
    offset_seconds: SECONDS = 900
    requests_per_minute: Annotated[int, msgspec.Meta(ge=0)] | None = None
    searches_per_minute: Annotated[int, msgspec.Meta(ge=0)] | None = None
    # How long a task search does not see a change: 10 to 60 seconds in Asana.
    search_lag_seconds: Annotated[int, msgspec.Meta(ge=0, le=3600)] = 0
    # Asana refuses webhooks to this machine.
    local_webhooks: bool = True
    concurrent_reads: Annotated[int, msgspec.Meta(ge=0)] | None = 50
    concurrent_writes: Annotated[int, msgspec.Meta(ge=0)] | None = 15
    lock_approved: bool = True
    # How far the clock is ahead of this machine's; at most ten years either way.
    clock_offset_seconds: Annotated[int, msgspec.Meta(ge=-315_360_000, le=315_360_000)] = 0
    redirect_uris: tuple[Annotated[str, msgspec.Meta(pattern="^https?://.")], ...] = ()


class _SettingsStore:
    """The current settings, and those of the start."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._start = self.current = RuntimeSettings()

    def start_with(self, redirect_uris: tuple[str, ...], clock_offset_seconds: int) -> None:
        """Set the settings given on the command line."""
        self._start = self.current = RuntimeSettings(
            redirect_uris=redirect_uris, clock_offset_seconds=clock_offset_seconds
        )

    def change(self, changes: dict[str, Any]) -> RuntimeSettings:
        """Change some settings, or none if one is invalid; raises `msgspec.ValidationError`."""
        with self._lock:
            values = {**msgspec.to_builtins(self.current), **changes}
            self.current = msgspec.convert(values, RuntimeSettings)
            return self.current

    def replace(self, settings: RuntimeSettings) -> RuntimeSettings:
        """Replace all settings."""
        self.current = settings
        return self.current

    def reset(self) -> RuntimeSettings:
        """Restore the settings of the start."""
        self.current = self._start
        return self.current


settings_store = _SettingsStore()


def current_settings() -> RuntimeSettings:
    """Return the current settings."""
    return settings_store.current
