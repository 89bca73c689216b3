"""Titles of other people's tasks: read with the viewer's own token, and cached for the viewer."""

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

# How long a title is cached, and how long that Asana did not answer.
TITLE_CACHED = timedelta(minutes=5)
FAILURE_CACHED = timedelta(seconds=20)


@dataclass(frozen=True)
class Title:
    """What Asana tells the viewer about a task. Both fields are empty if it did not answer."""

    name: str = ""
    # Whether Asana does not show the task to the viewer.
    hidden: bool = False


# Titles by gid of the task, each with the moment until when it is cached.
CachedTitles = dict[str, tuple[Title, datetime]]


def titles_for(
    asana: Client, viewer: User, tasks: Collection[str], now: datetime
) -> dict[str, Title]:
    """Read the titles of these tasks, by gid, in at most one batch of requests.

    Titles that do not fit into the batch are missing. Errors of Asana leave a title empty.
    """
    key = f"titles:{viewer.pk}"
    stored: CachedTitles = cache.get(key, {})
    titles = {gid: entry for gid, entry in stored.items() if entry[1] > now}
    if missing := sorted(set(tasks) - set(titles))[:MAX_IN_FLIGHT]:
        reads = [_reader(gid) for gid in missing]
        outcomes = asana.gather_outcomes(reads, at_once=MAX_IN_FLIGHT)
        titles |= _titles(zip(missing, outcomes, strict=True), now)
        cache.set(key, titles, TITLE_CACHED.total_seconds())
    return {gid: titles[gid][0] for gid in tasks if gid in titles}


def _titles(outcomes: Iterable[tuple[str, Task | AsanaError]], now: datetime) -> CachedTitles:
    titles: CachedTitles = {}
    for gid, outcome in outcomes:
        if isinstance(outcome, (NotFound, Forbidden)):
            titles[gid] = Title(hidden=True), now + TITLE_CACHED
        elif isinstance(outcome, AsanaError):
            titles[gid] = Title(), now + FAILURE_CACHED
        else:
            titles[gid] = Title(outcome.name or _("Untitled task")), now + TITLE_CACHED
    return titles


def _reader(gid: str) -> Callable[[Client], Task]:
    return lambda client: client.get_task(gid)
