"""Saves everybody's time tracking entries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from random import Random

from sandbox.models import Category, Entry
from sandbox.seed_data.bulk import at, gids, save
from sandbox.seed_data.organisation import Firm, Work
from sandbox.seed_data.plans import PersonPlan
from sandbox.seed_data.random_streams import chance
from sandbox.seed_data.work_patterns import Stint, week

# Weeks back: the archived category is on older entries only.
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


def save_entries(firm: Firm, works: Sequence[Work], categories: Sequence[Category]) -> None:
    by_person: Mapping[str, list[Work]] = defaultdict(list)
    for work in works:
        for slug in work.loggers:
            by_person[slug].append(work)
    entries = [
        entry
        for back in reversed(range(firm.plan.weeks))
        for person in firm.plan.people
        for entry in _week(firm, person, by_person[person.slug], categories, back)
    ]
    entries.sort(key=lambda entry: (entry.entered_on, entry.created_at))
    for entry, gid in zip(entries, gids("entry"), strict=False):
        entry.gid = gid
    save(entries)


def _week(
    firm: Firm,
    person: PersonPlan,
    works: Sequence[Work],
    categories: Sequence[Category],
    back: int,
) -> Iterator[Entry]:
    monday = firm.monday - timedelta(weeks=back)
    loggable = [work for work in works if work.is_open_after(monday + timedelta(days=6))]
    usable = [c for c in categories if back >= ARCHIVED_CATEGORY_UNTIL or not c.is_archived]
    rng = chance("entries", person.slug, back)
    for stint in week(person, loggable, back):
        day = monday + timedelta(days=stint.weekday)
        if day <= firm.today and not person.is_off((day - firm.monday).days):
            entry = _entry(rng, stint, day, usable)
            entry.created_by = firm.people[person.slug]
            # Made later than now, it would look like an entry that somebody just typed.
            entry.created_at = min(at(day, 15, rng.randrange(180)), at(firm.today, 0))
            yield entry


def _entry(rng: Random, stint: Stint, day: date, categories: Sequence[Category]) -> Entry:
    work = stint.work
    billable = "notApplicable"
    if work.projects:
        billable = "billable" if work.is_billable and rng.random() < 0.85 else "nonBillable"
    workspace = work.task.workspace_id
    possible = [category for category in categories if category.workspace_id == workspace]
    return Entry(
        task=work.task,
        duration_minutes=stint.minutes,
        entered_on=day,
        description=rng.choice(NOTES) if rng.random() < 0.25 else "",
        billable_status=billable,
        attributable_to=rng.choice(work.projects) if work.projects else None,
        category=rng.choice(possible) if possible and rng.random() < 0.5 else None,
    )
