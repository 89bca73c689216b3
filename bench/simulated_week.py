"""A week of many people as numbers: when they open the page and save, and what comes of it.

Pure functions; what one action costs is measured in `bench.simulate`.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random

MINUTE, HOUR, DAY = 60, 3600, 86_400
# How many fill in the whole week on Friday; the others fill in each day in the evening.
FRIDAY_SHARE = 0.6
ROWS_MOST = 8
# Seconds from one saved cell to the next, for somebody who types.
PAUSE_BETWEEN_CELLS = (3.0, 12.0)
OPENS_PER_VISIT = (1, 3)


@dataclass(frozen=True)
class Action:
    """What a person does at a moment, in seconds since Monday 00:00."""

    at: float
    person: int
    saves: bool


@dataclass(frozen=True)
class Costs:
    """What one action of the product costs, as measured."""

    # Requests to Asana.
    open_requests: float
    save_requests: float
    # Seconds of a core in the web process.
    open_cpu: float
    save_cpu: float
    # Seconds of a thread of the worker for each edit, and for an attempt while Asana hangs.
    delivery: float
    timeout: float


@dataclass(frozen=True)
class Load:
    """What the busiest minute looks like."""

    most_requests: int
    # How many minutes of one person had more requests than a free plan allows, of all that had any.
    over_free: int
    minutes: int
    cores: float


@dataclass(frozen=True)
class Outage:
    """What becomes of an hour without Asana."""

    edits: int
    people: int
    # Attempts that were in vain.
    attempts: int
    # Seconds after Asana is back, until half and until all edits were saved.
    half: float
    all: float


def week_of(people: int, random: Random) -> list[Action]:
    """Return what `people` do in a week, in order."""
    actions: list[Action] = []
    for person in range(people):
        rows = random.randint(3, ROWS_MOST)
        if random.random() < FRIDAY_SHARE:
            cells = sum(random.random() < 0.7 for _ in range(rows * 5))
            actions += _visit(person, 4 * DAY + random.gauss(15.75, 1.25) * HOUR, cells, random)
        else:
            for day in range(5):
                cells = sum(random.random() < 0.7 for _ in range(rows))
                actions += _visit(person, day * DAY + random.gauss(17, 1) * HOUR, cells, random)
    return sorted(actions, key=lambda action: action.at)


def _visit(person: int, at: float, cells: int, random: Random) -> list[Action]:
    opens = [Action(at, person, saves=False) for _ in range(random.randint(*OPENS_PER_VISIT))]
    saves = []
    for _ in range(cells):
        at += random.uniform(*PAUSE_BETWEEN_CELLS)
        saves.append(Action(at, person, saves=True))
    return opens + saves


def load(actions: Sequence[Action], costs: Costs, free_limit: int) -> Load:
    """Return the load of the busiest minute, of one person and of all."""
    requests: defaultdict[tuple[int, int], float] = defaultdict(float)
    cpu: defaultdict[int, float] = defaultdict(float)
    for action in actions:
        minute = int(action.at // MINUTE)
        sent = costs.save_requests if action.saves else costs.open_requests
        requests[action.person, minute] += sent
        cpu[minute] += costs.save_cpu if action.saves else costs.open_cpu
    over = sum(count > free_limit for count in requests.values())
    return Load(round(max(requests.values())), over, len(requests), max(cpu.values()) / MINUTE)


def busiest_hour(actions: Sequence[Action]) -> float:
    """Return when the hour with the most saved cells begins, by whole minutes."""
    minutes: Counter[int] = Counter(int(one.at // MINUTE) for one in actions if one.saves)
    first, last = min(minutes), max(minutes)
    totals = {
        start: sum(minutes[start + offset] for offset in range(60))
        for start in range(first, last + 1)
    }
    return max(totals, key=lambda start: totals[start]) * MINUTE


def outage(
    actions: Sequence[Action],
    costs: Costs,
    threads: int,
    delay_after: Callable[[int, float], timedelta],
    random: Random,
) -> Outage:
    """Return what becomes of the busiest hour without Asana, whose requests hang.

    `threads` of workers deliver; `delay_after` is the product's pause after a number of attempts.
    """
    began = busiest_hour(actions)
    ended = began + HOUR
    typed = Counter(one.person for one in actions if one.saves and began <= one.at < ended)
    last = {one.person: one.at for one in actions if one.saves and began <= one.at < ended}
    due = [
        (last[person] + delay_after(1, random.random()).total_seconds(), person, 1)
        for person in typed
    ]
    heapq.heapify(due)
    free = [began] * threads
    heapq.heapify(free)
    attempts, delivered = 0, []
    while due:
        at, person, tried = heapq.heappop(due)
        start = max(at, heapq.heappop(free))
        if start < ended:
            attempts += 1
            finish = start + costs.timeout
            pause = delay_after(tried + 1, random.random()).total_seconds()
            heapq.heappush(due, (finish + pause, person, tried + 1))
        else:
            finish = start + costs.delivery * typed[person]
            delivered.append((finish - ended, typed[person]))
        heapq.heappush(free, finish)
    edits = sum(typed.values())
    return Outage(edits, len(typed), attempts, _when(delivered, edits / 2), _when(delivered, edits))


def _when(delivered: list[tuple[float, int]], wanted: float) -> float:
    count = 0
    for seconds, edits in sorted(delivered):
        count += edits
        if count >= wanted:
            return seconds
    return 0.0
