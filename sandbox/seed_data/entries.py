"""Saves the time tracking entries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from random import Random

from sandbox.models import Category, Entry
from sandbox.seed_data.bulk import bulk_save, seed_gids, utc
from sandbox.seed_data.organisation import Organisation, SeedTask
from sandbox.seed_data.plans import PersonPlan
from sandbox.seed_data.random_streams import random_stream
from sandbox.seed_data.work_patterns import WorkStint, stints_of_week

# In weeks: the archived category is on older entries only.
ARCHIVED_CATEGORY_UNTIL = 5
NOTES = (
    "First draft, to be discussed",
    "Call with the client, longer than planned",
    "Pairing with Siobhán",
    "Corrections after the review",
    "Half of this was waiting for the build",
    'They want it "more blue"',
    "Waiting for the copy",
    "Tested on three phones 📱",
    "Prepared the meeting; wrote the notes afterwards",
    "مراجعة مع العميل",
    "Looked for the cause, found it: <br> in the title",
    "Second attempt.\nThe first one did not survive the demo.",
)


def save_entries(
    organisation: Organisation, seed_tasks: Sequence[SeedTask], categories: Sequence[Category]
) -> None:
    """Save everybody's entries."""
    by_person: Mapping[str, list[SeedTask]] = defaultdict(list)
    for seed_task in seed_tasks:
        for slug in seed_task.loggers:
            by_person[slug].append(seed_task)
    entries = [
        entry
        for weeks_back in reversed(range(organisation.plan.weeks))
        for person in organisation.plan.people
        for entry in _week(organisation, person, by_person[person.slug], categories, weeks_back)
    ]
    entries.sort(key=lambda entry: (entry.entered_on, entry.created_at))
    for entry, gid in zip(entries, seed_gids("entry"), strict=False):
        entry.gid = gid
    bulk_save(entries)


def _week(
    organisation: Organisation,
    person: PersonPlan,
    seed_tasks: Sequence[SeedTask],
    categories: Sequence[Category],
    weeks_back: int,
) -> Iterator[Entry]:
    monday = organisation.monday - timedelta(weeks=weeks_back)
    loggable = [
        seed_task for seed_task in seed_tasks if seed_task.is_open_after(monday + timedelta(days=6))
    ]
    usable = [c for c in categories if weeks_back >= ARCHIVED_CATEGORY_UNTIL or not c.is_archived]
    rng = random_stream("entries", person.slug, weeks_back)
    for stint in stints_of_week(person, loggable, weeks_back):
        day = monday + timedelta(days=stint.weekday)
        if day <= organisation.today and not person.is_off((day - organisation.monday).days):
            entry = _entry(rng, stint, day, usable)
            entry.created_by = organisation.people[person.slug]
            # An entry created after now would look like one that was just typed in.
            entry.created_at = min(utc(day, 15, rng.randrange(180)), utc(organisation.today, 0))
            yield entry


def _entry(rng: Random, stint: WorkStint, day: date, categories: Sequence[Category]) -> Entry:
    seed_task = stint.seed_task
    billable = "notApplicable"
    if seed_task.projects:
        billable = "billable" if seed_task.is_billable and rng.random() < 0.85 else "nonBillable"
    workspace = seed_task.task.workspace_id
    workspace_categories = [
        category for category in categories if category.workspace_id == workspace
    ]
    return Entry(
        task=seed_task.task,
        duration_minutes=stint.minutes,
        entered_on=day,
        description=rng.choice(NOTES) if rng.random() < 0.25 else "",
        billable_status=billable,
        attributable_to=rng.choice(seed_task.projects) if seed_task.projects else None,
        category=rng.choice(workspace_categories)
        if workspace_categories and rng.random() < 0.5
        else None,
    )
