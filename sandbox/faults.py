"""Faults on demand: rules that say which requests are slow, fail or get no response."""

from __future__ import annotations

import random
import re
import threading
from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec

FAULT_PATHS = ("/api/", "/-/oauth_token", "/-/oauth_revoke", "/-/token_info")
FaultKind = Literal[
    "latency",
    "headers",
    "status",
    "status_after",
    "drop_before",
    "drop_after",
    "hang_before",
    "hang_after",
    "execute_late",
    "truncate",
]
# These change a request, and the next rule is looked at too.
ADDITIVE = ("latency", "headers")
DEFAULT_HANG_MS = 60_000
NEEDED = {
    ("status", "status_after"): "status",
    ("latency", "execute_late"): "ms",
    ("headers",): "headers",
}
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\xa0-\xff]*")
Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]
# A day: longer times cannot be waited for everywhere.
Milliseconds = Annotated[int, msgspec.Meta(ge=0, le=86_400_000)]


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A fault rule; *before* and *after* in its kind refer to the execution of the request."""

    kind: FaultKind
    method: str | None = None
    # A regular expression searched for in the path.
    path: str = ""
    # The gid or slug of the person whose token or code is sent.
    user: str | None = None
    # How many requests the rule lets pass before it fires.
    skip: Count = 0
    probability: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1
    times: Count | None = None
    ms: Milliseconds | None = None
    status: Annotated[int, msgspec.Meta(ge=200, le=599)] | None = None
    retry_after: Count | None = None
    headers: dict[str, str | list[str]] = {}
    body: str | None = None
    seed: int | None = None

    def __post_init__(self) -> None:
        try:
            re.compile(self.path)
        except re.error as error:
            raise ValueError(f"{self.path} is no regular expression: {error}") from error
        for kinds, name in NEEDED.items():
            if self.kind in kinds and not getattr(self, name) and getattr(self, name) != 0:
                raise ValueError(f"A rule of the kind {self.kind} needs {name}")
        for name, value in self.header_lines:
            if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
                raise ValueError(f"{name}: {value} is no header")

    @property
    def header_lines(self) -> list[tuple[str, str]]:
        """Return the headers one by one."""
        return [
            (name, value)
            for name, values in self.headers.items()
            for value in ([values] if isinstance(values, str) else values)
        ]

    @property
    def hang_seconds(self) -> float:
        """Return how long a hanging request waits."""
        return (DEFAULT_HANG_MS if self.ms is None else self.ms) / 1000


class Fault(msgspec.Struct, frozen=True):
    """What happens to one request: a delay in seconds, perhaps a rule, headers of the response."""

    delay: float = 0
    rule: Rule | None = None
    headers: tuple[tuple[str, str], ...] = ()


@dataclass
class _ActiveRule:
    rule: Rule
    random: random.Random
    times_left: int | None
    to_skip: int

    def fires(self, method: str, path: str, user: Container[str]) -> bool:
        """Return whether the rule applies to this request, and count it."""
        rule = self.rule
        if rule.method and rule.method.upper() != method:
            return False
        if self.times_left == 0 or not re.search(rule.path, path):
            return False
        if rule.user is not None and rule.user not in user:
            return False
        if self.to_skip:
            self.to_skip -= 1
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
    active = [_ActiveRule(rule, random.Random(rule.seed), rule.times, rule.skip) for rule in parsed]  # noqa: S311
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


def depend_on_user() -> bool:
    """Return whether a rule is for one person only."""
    with _lock:
        return any(active.rule.user is not None for active in _active)


def pick_fault(method: str, path: str, user: Container[str] = ()) -> Fault:
    """Return the fault of a request; `user` holds the gid and the slug of its person.

    Latencies and headers add up; of the other kinds the first rule that fires counts.
    """
    if not path.startswith(FAULT_PATHS):
        return Fault()
    with _lock:
        rules = list(_firing_rules(method, path, user))
    delay = sum((rule.ms or 0) / 1000 for rule in rules if rule.kind == "latency")
    headers = tuple(line for rule in rules for line in rule.header_lines)
    final = rules[-1] if rules and rules[-1].kind not in ADDITIVE else None
    return Fault(delay, final, headers)


def _firing_rules(method: str, path: str, user: Container[str]) -> Iterator[Rule]:
    for active in _active:
        if not active.fires(method, path, user):
            continue
        rule = active.rule
        _fired[str(rule.status if rule.kind == "status" else rule.kind)] += 1
        yield rule
        if rule.kind not in ADDITIVE:
            return
