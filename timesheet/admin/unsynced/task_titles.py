"""What other people's tasks are called: read with the viewer's own token, remembered for them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.utils.translation import gettext as _

from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, Forbidden, NotFound
from accounts.asana.records import Task
from accounts.asana.transport import MAX_IN_FLIGHT
from accounts.models import User

# How long it is taken what Asana told, and that it told nothing.
TOLD_KEPT = timedelta(minutes=5)
SILENCE_KEPT = timedelta(seconds=20)


@dataclass(frozen=True)
class Title:
    """What Asana tells the viewer of a task: its name, or that it is `hidden` from them; neither
    where it did not answer."""

    name: str = ""
    hidden: bool = False


KnownTitles = dict[str, tuple[Title, datetime]]


def titles_for(
    asana: Client, viewer: User, tasks: Collection[str], now: datetime
) -> dict[str, Title]:
    """Of these tasks, by gid, and in one round: as many as may be under way at the same time."""
    memory = f"titles:{viewer.pk}"
    remembered: KnownTitles = cache.get(memory, {})
    known = {gid: kept for gid, kept in remembered.items() if kept[1] > now}
    if missing := sorted(set(tasks) - set(known))[:MAX_IN_FLIGHT]:
        reads = [_reader(gid) for gid in missing]
        answers = asana.gather_outcomes(reads, at_once=MAX_IN_FLIGHT)
        known |= _told(zip(missing, answers, strict=True), now)
        cache.set(memory, known, TOLD_KEPT.total_seconds())
    return {gid: known[gid][0] for gid in tasks if gid in known}


def _told(answers: Iterable[tuple[str, Task | AsanaError]], now: datetime) -> KnownTitles:
    told: KnownTitles = {}
    for gid, answer in answers:
        if isinstance(answer, (NotFound, Forbidden)):
            told[gid] = Title(hidden=True), now + TOLD_KEPT
        elif isinstance(answer, AsanaError):
            told[gid] = Title(), now + SILENCE_KEPT
        else:
            told[gid] = Title(answer.name or _("Task without a name")), now + TOLD_KEPT
    return told


def _reader(gid: str) -> Callable[[Client], Task]:
    return lambda client: client.get_task(gid)
