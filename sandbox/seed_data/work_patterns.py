"""How a person's week falls: which tasks, on which days, how long. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from sandbox.seed_data.organisation import Work
from sandbox.seed_data.people import ADA_ODD_WEEK, ADA_SEVERAL_ENTRIES, ADA_THIS_WEEK
from sandbox.seed_data.plans import Habit, PersonPlan
from sandbox.seed_data.random_streams import chance
from sandbox.seed_data.task_names import ODD_NAMES

# Each comes to forty hours, so that a full week is full.
FULL_WEEKS = (
    (480, 480, 480, 480, 480),
    (510, 450, 480, 495, 465),
    (480, 525, 465, 480, 450),
    (450, 480, 540, 480, 450),
)
QUARTER = 15


@dataclass(frozen=True)
class Stint:
    work: Work
    weekday: int
    minutes: int


def week(person: PersonPlan, works: Sequence[Work], back: int) -> Iterator[Stint]:
    """Ada's current week stays nearly empty: there is room to type in, whatever the weekday."""
    by_name = {work.task.name: work for work in reversed(works)}
    if (person.slug, back) == ("ada", 0):
        yield from (Stint(by_name[name], day, minutes) for name, day, minutes in ADA_THIS_WEEK)
        return
    rng = chance("hours", person.slug, back)
    usual = [by_name[name] for name in _wanted(person, back)] or _by_chance(person, works, back)
    for weekday, minutes in enumerate(_day_minutes(person.habit, rng)):
        fixed = [a for a in person.appointments if minutes and weekday in a.weekdays]
        yield from (Stint(by_name[a.task], weekday, a.minutes) for a in fixed)
        left = minutes - sum(a.minutes for a in fixed)
        wanted = min(rng.randint(*person.tasks_a_day), len(usual), left // 60)
        if wanted:
            sizes = _parts(rng, left, wanted)
            yield from _day(rng, usual, weekday, sizes, _several(rng, person, back, weekday))


def _wanted(person: PersonPlan, back: int) -> tuple[str, ...]:
    return ODD_NAMES if (person.slug, back) == ("ada", ADA_ODD_WEEK) else person.routine


def _by_chance(person: PersonPlan, works: Sequence[Work], back: int) -> list[Work]:
    fixed = {appointment.task for appointment in person.appointments}
    free = [work for work in works if work.task.name not in fixed]
    favourites = chance("favourites", person.slug).sample(free, min(12, len(free)))
    return chance("routine", person.slug, back).sample(favourites, min(9, len(favourites)))


def _day_minutes(habit: Habit, rng: Random) -> list[int]:
    days = [*rng.choice(FULL_WEEKS), 0, 0]
    match habit:
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


def _parts(rng: Random, minutes: int, wanted: int) -> list[int]:
    """The minutes in that many parts, each of half an hour at least, the largest first."""
    quarters = minutes // QUARTER
    wanted = min(wanted, quarters // 2)
    cuts = sorted(rng.sample(range(1, quarters - wanted), wanted - 1))
    edges = pairwise([0, *cuts, quarters - wanted])
    return sorted(((high - low + 1) * QUARTER for low, high in edges), reverse=True)


def _several(rng: Random, person: PersonPlan, back: int, weekday: int) -> int:
    if person.slug == "ada":
        day, entries = ADA_SEVERAL_ENTRIES.get(back, (None, 1))
        return entries if day == weekday else 1
    return 2 if rng.random() < 0.1 else 1


def _day(
    rng: Random, usual: Sequence[Work], weekday: int, sizes: Sequence[int], several: int
) -> Iterator[Stint]:
    longest, *shorter = sizes
    first = usual[0] if several > 1 else rng.choice(usual)
    others = rng.sample([work for work in usual if work is not first], len(shorter))
    yield from (Stint(first, weekday, part) for part in _parts(rng, longest, several))
    for work, minutes in zip(others, shorter, strict=True):
        yield Stint(work, weekday, minutes)
