"""The faults of a run: how requests to Asana fail."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

HTML = "<!doctype html><title>Proxy</title><h1>Something in between</h1>"
ENTRIES = "time_tracking_entries"
STATUSES = "timesheet_approval_statuses"
WRITES = ("POST", "PUT", "DELETE")

# Each kind with its share in percent. What is refused in Asana's own form is added to these. A hang
# is longer than the app waits.
Kind = tuple[float, dict[str, Any]]
KINDS: dict[str, Kind] = {
    "drop_before": (13, {"kind": "drop_before"}),
    "drop_after": (15, {"kind": "drop_after"}),
    "hang_before": (3, {"kind": "hang_before", "ms": 3000}),
    "hang_after": (4, {"kind": "hang_after", "ms": 3000}),
    "429": (10, {"kind": "status", "status": 429, "retry_after": 1}),
    "500": (8, {"kind": "status", "status": 500}),
    "503": (8, {"kind": "status", "status": 503}),
    "500 after": (6, {"kind": "status_after", "status": 500}),
    "504 after": (3, {"kind": "status_after", "status": 504, "body": HTML}),
    "408 after": (5, {"kind": "status_after", "status": 408, "body": HTML}),
    "HTML 400": (1, {"kind": "status", "status": 400, "body": HTML}),
    "HTML 403": (2, {"kind": "status", "status": 403, "body": HTML}),
    "HTML 404": (1, {"kind": "status", "status": 404, "body": HTML}),
    "HTML 409 after": (2, {"kind": "status_after", "status": 409, "body": HTML}),
    "HTML 425": (1, {"kind": "status", "status": 425, "body": HTML}),
    "garbage 200": (2, {"kind": "status", "status": 200, "body": "OK"}),
    "garbage 200 after": (3, {"kind": "status_after", "status": 200, "body": HTML}),
    "truncate": (8, {"kind": "truncate"}),
}
# What Asana refuses, of all writes of entries, in percent.
REFUSALS = {400: 1.0, 402: 0.5, 403: 1.0, 404: 1.0}
# How late a write takes place, as a share of what the app waits for, and its share in percent. The
# last one is later than that: nobody can wait for every write.
LATE = {0.2: 2.0, 0.6: 2.0, 0.9: 1.5, 1.5: 0.15}


def rules(faults: float, seed: int, latest: float) -> list[dict[str, Any]]:
    """Return the sandbox's rules for a share of `faults`, from 0 to 1.

    `latest` is how many seconds after its request the app expects a write at the latest. Only the
    first rule that fires applies, so each later one needs a higher probability.
    """
    chosen, left = [], 1.0
    for name, percent, rule in _kinds(latest):
        share = faults * percent / 100
        seeded = Random(f"{seed} {name}").getrandbits(32)
        chosen.append({**rule, "probability": min(share / left, 1), "seed": seeded})
        left -= share
    return chosen if faults else []


def _kinds(latest: float) -> Iterator[tuple[str, float, dict[str, Any]]]:
    for status, percent in REFUSALS.items():
        for method in WRITES:
            rule = {"kind": "status", "status": status, "method": method, "path": ENTRIES}
            yield f"refused {status} {method}", percent * 3, rule
    for part, percent in LATE.items():
        for method in WRITES:
            late = {"kind": "execute_late", "ms": round(part * latest * 1000)}
            yield f"late {part} {method}", percent * 3, {**late, "method": method, "path": ENTRIES}
    # Decisions about weeks: refused, and made after the app has looked for them.
    decision = {"method": "PUT", "path": STATUSES}
    yield "refused decision", 5, {"kind": "status", "status": 403, **decision}
    late_decision = {"kind": "execute_late", "ms": round(0.4 * latest * 1000)}
    yield "late decision", 10, {**late_decision, **decision}
    for name, (percent, rule) in KINDS.items():
        yield name, percent * 0.9, rule
