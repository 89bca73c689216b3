"""Work patterns: which tasks a person works on, on which days, and how long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from sandbox.seed_data.organisation import SeedTask
from sandbox.seed_data.people import ADA_ODD_WEEK, ADA_SEVERAL_ENTRIES, ADA_THIS_WEEK
from sandbox.seed_data.plans import PersonPlan, WorkPattern
from sandbox.seed_data.random_streams import random_stream
from sandbox.seed_data.task_names import ODD_NAMES

# Each adds up to forty hours.
FULL_WEEKS = (
    (480, 480, 480, 480, 480),
    (510, 450, 480, 495, 465),
    (480, 525, 465, 480, 450),
    (450, 480, 540, 480, 450),
)
QUARTER = 15


@dataclass(frozen=True)
class WorkStint:
    """Time on one task on one day."""

    seed_task: SeedTask
    weekday: int
    minutes: int


def stints_of_week(
    person: PersonPlan, seed_tasks: Sequence[SeedTask], weeks_back: int
) -> Iterator[WorkStint]:
    """Yield the stints of a person's week; Ada's current week stays nearly empty for typing in."""
    by_name = {seed_task.task.name: seed_task for seed_task in reversed(seed_tasks)}
    if (person.slug, weeks_back) == ("ada", 0):
        yield from (WorkStint(by_name[name], day, minutes) for name, day, minutes in ADA_THIS_WEEK)
        return
    rng = random_stream("hours", person.slug, weeks_back)
    routine = [by_name[name] for name in _routine_of_week(person, weeks_back)] or _random_routine(
        person, seed_tasks, weeks_back
    )
    for weekday, minutes in enumerate(_day_minutes(person.work_pattern, rng)):
        appointments = [
            appointment
            for appointment in person.appointments
            if minutes and weekday in appointment.weekdays
        ]
        yield from (
            WorkStint(by_name[appointment.task], weekday, appointment.minutes)
            for appointment in appointments
        )
        left = minutes - sum(appointment.minutes for appointment in appointments)
        parts = min(rng.randint(*person.tasks_a_day), len(routine), left // 60)
        if parts:
            sizes = _parts(rng, left, parts)
            yield from _day(
                rng,
                routine,
                weekday,
                sizes,
                _entries_of_longest_task(rng, person, weeks_back, weekday),
            )


def _routine_of_week(person: PersonPlan, weeks_back: int) -> tuple[str, ...]:
    return ODD_NAMES if (person.slug, weeks_back) == ("ada", ADA_ODD_WEEK) else person.routine


def _random_routine(
    person: PersonPlan, seed_tasks: Sequence[SeedTask], weeks_back: int
) -> list[SeedTask]:
    appointment_tasks = {appointment.task for appointment in person.appointments}
    possible_tasks = [
        seed_task for seed_task in seed_tasks if seed_task.task.name not in appointment_tasks
    ]
    favourites = random_stream("favourites", person.slug).sample(
        possible_tasks, min(12, len(possible_tasks))
    )
    return random_stream("routine", person.slug, weeks_back).sample(
        favourites, min(9, len(favourites))
    )


def _day_minutes(work_pattern: WorkPattern, rng: Random) -> list[int]:
    days = [*rng.choice(FULL_WEEKS), 0, 0]
    match work_pattern:
        case "none":
            return [0] * 7
        case "little":
            return [90, *(rng.choice((0, 0, 0, 60, 120)) for _ in range(4)), 0, 0]
        case "half":
            return [240] * 5 + [0, 0]
        case "patchy":
            return [minutes if rng.random() < 0.6 else 0 for minutes in days]
        case "long" if rng.random() < 0.6:
            days[rng.choice((5, 6))] = rng.choice((90, 120, 210))
    return days


def _parts(rng: Random, minutes: int, parts: int) -> list[int]:
    """Split the minutes into parts of at least half an hour, the largest first."""
    quarters = minutes // QUARTER
    parts = min(parts, quarters // 2)
    cuts = sorted(rng.sample(range(1, quarters - parts), parts - 1))
    edges = pairwise([0, *cuts, quarters - parts])
    return sorted(((high - low + 1) * QUARTER for low, high in edges), reverse=True)


def _entries_of_longest_task(rng: Random, person: PersonPlan, weeks_back: int, weekday: int) -> int:
    if person.slug == "ada":
        day, entries = ADA_SEVERAL_ENTRIES.get(weeks_back, (None, 1))
        return entries if day == weekday else 1
    return 2 if rng.random() < 0.1 else 1


def _day(
    rng: Random, routine: Sequence[SeedTask], weekday: int, sizes: Sequence[int], entries: int
) -> Iterator[WorkStint]:
    longest, *shorter = sizes
    first = routine[0] if entries > 1 else rng.choice(routine)
    other_tasks = rng.sample(
        [seed_task for seed_task in routine if seed_task is not first], len(shorter)
    )
    yield from (WorkStint(first, weekday, part) for part in _parts(rng, longest, entries))
    for seed_task, minutes in zip(other_tasks, shorter, strict=True):
        yield WorkStint(seed_task, weekday, minutes)
