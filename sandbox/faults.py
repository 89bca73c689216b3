"""Faults on demand: rules that say which requests are slow, fail or get no response."""

from __future__ import annotations

import random
import re
import threading
from collections import Counter
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec

FAULT_PATHS = ("/api/", "/-/oauth_token", "/-/oauth_revoke", "/-/token_info")
FaultKind = Literal[
    "latency",
    "status",
    "drop_before",
    "drop_after",
    "hang_before",
    "hang_after",
    "truncate",
]
DEFAULT_HANG_MS = 60_000
Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]
# A day: longer times cannot be waited for everywhere.
Milliseconds = Annotated[int, msgspec.Meta(ge=0, le=86_400_000)]


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A fault rule. `path` is a regular expression searched for in the path; *before* and *after*
    refer to the execution of the request.
    """

    kind: FaultKind
    method: str | None = None
    path: str = ""
    probability: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1
    times: Count | None = None
    ms: Milliseconds | None = None
    status: Annotated[int, msgspec.Meta(ge=200, le=599)] | None = None
    retry_after: Count | None = None
    body: str | None = None
    seed: int | None = None

    def __post_init__(self) -> None:
        try:
            re.compile(self.path)
        except re.error as error:
            raise ValueError(f"{self.path} is no regular expression: {error}") from error
        if self.kind == "status" and self.status is None:
            raise ValueError("A rule of the kind status needs a status")
        if self.kind == "latency" and self.ms is None:
            raise ValueError("A rule of the kind latency needs ms")

    @property
    def hang_seconds(self) -> float:
        """Return how long a hanging request waits."""
        return (DEFAULT_HANG_MS if self.ms is None else self.ms) / 1000


class Fault(msgspec.Struct, frozen=True):
    """What happens to one request: a delay in seconds, then perhaps a rule."""

    delay: float = 0
    rule: Rule | None = None


@dataclass
class _ActiveRule:
    rule: Rule
    random: random.Random
    times_left: int | None

    def fires(self, method: str, path: str) -> bool:
        """Return whether the rule applies to this request, and count it."""
        rule = self.rule
        if rule.method and rule.method.upper() != method:
            return False
        if self.times_left == 0 or not re.search(rule.path, path):
            return False
        if self.random.random() >= rule.probability:
            return False
        if self.times_left is not None:
            self.times_left -= 1
        return True


_lock = threading.Lock()
_active: list[_ActiveRule] = []
_fired: Counter[str] = Counter()


def replace_rules(rules: Any) -> None:
    """Replace all rules; raises `msgspec.ValidationError` and changes nothing if one is invalid."""
    parsed = msgspec.convert(rules, list[Rule])
    active = [_ActiveRule(rule, random.Random(rule.seed), rule.times) for rule in parsed]  # noqa: S311
    with _lock:
        _active[:] = active


def clear_rules() -> None:
    """Remove all rules."""
    replace_rules([])


def active_rules() -> list[dict[str, Any]]:
    """Return the rules, with the number of times left."""
    with _lock:
        return [{**msgspec.to_builtins(active.rule), **_times_left(active)} for active in _active]


def _times_left(active: _ActiveRule) -> dict[str, int]:
    return {} if active.times_left is None else {"times": active.times_left}


def fired_counts() -> dict[str, int]:
    """Return how often each kind of fault happened; statuses are counted one by one."""
    with _lock:
        return dict(sorted(_fired.items()))


def clear_fired() -> None:
    """Forget how often faults happened."""
    with _lock:
        _fired.clear()


def pick_fault(method: str, path: str) -> Fault:
    """Return the fault of a request: latencies add up, of other kinds the first rule wins."""
    if not path.startswith(FAULT_PATHS):
        return Fault()
    delay = 0.0
    with _lock:
        for active in _active:
            if not active.fires(method, path):
                continue
            status = active.rule.status if active.rule.kind == "status" else None
            _fired[str(status or active.rule.kind)] += 1
            if active.rule.kind != "latency":
                return Fault(delay, active.rule)
            delay += (active.rule.ms or 0) / 1000
    return Fault(delay)
