"""Faults on demand: rules that say which requests are slow, fail or get no answer."""

from __future__ import annotations

import random
import re
import threading
from collections import Counter
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec

FAULTY = ("/api/", "/-/oauth_token", "/-/oauth_revoke", "/-/token_info")
Kind = Literal[
    "latency",
    "status",
    "drop_before",
    "drop_after",
    "hang_before",
    "hang_after",
    "truncate",
]
DEFAULT_HANG_MS = 60_000
Count = Annotated[int, msgspec.Meta(ge=0)]


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """`path` is searched for in the whole path. *before* and *after* are meant of the execution."""

    kind: Kind
    method: str | None = None
    path: str = ""
    probability: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1
    times: Count | None = None
    ms: Count | None = None
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
        return (DEFAULT_HANG_MS if self.ms is None else self.ms) / 1000


class Fault(msgspec.Struct, frozen=True):
    """What befalls one request."""

    delay: float = 0
    rule: Rule | None = None


@dataclass
class _Live:
    rule: Rule
    chance: random.Random
    left: int | None

    def fires(self, method: str, path: str) -> bool:
        rule = self.rule
        if rule.method and rule.method.upper() != method:
            return False
        if self.left == 0 or not re.search(rule.path, path):
            return False
        if self.chance.random() >= rule.probability:
            return False
        if self.left is not None:
            self.left -= 1
        return True


_lock = threading.Lock()
_live: list[_Live] = []
_fired: Counter[str] = Counter()


def put(rules: Any) -> None:
    """Raises `msgspec.ValidationError` and changes nothing if one of them is no good."""
    wanted = msgspec.convert(rules, list[Rule])
    live = [_Live(rule, random.Random(rule.seed), rule.times) for rule in wanted]  # noqa: S311
    with _lock:
        _live[:] = live


def clear() -> None:
    put([])


def told() -> list[dict[str, Any]]:
    """The rules, with the times that are left."""
    with _lock:
        return [{**msgspec.to_builtins(live.rule), **_left(live)} for live in _live]


def _left(live: _Live) -> dict[str, int]:
    return {} if live.left is None else {"times": live.left}


def fired() -> dict[str, int]:
    """How often a fault of each kind befell a request; statuses one by one."""
    with _lock:
        return dict(sorted(_fired.items()))


def forget_fired() -> None:
    with _lock:
        _fired.clear()


def pick(method: str, path: str) -> Fault:
    """Latencies add up; of the other kinds the first rule that fires counts."""
    if not path.startswith(FAULTY):
        return Fault()
    delay = 0.0
    with _lock:
        for live in _live:
            if not live.fires(method, path):
                continue
            status = live.rule.status if live.rule.kind == "status" else None
            _fired[str(status or live.rule.kind)] += 1
            if live.rule.kind != "latency":
                return Fault(delay, live.rule)
            delay += (live.rule.ms or 0) / 1000
    return Fault(delay)
