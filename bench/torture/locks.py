"""What locked hours when: the statuses of weeks in Asana, and the rules of workspaces."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bench.torture.ledger import RuleChange
from bench.torture.write_log import StatusWrite

LOCKING = ("SUBMITTED", "APPROVED")
T = TypeVar("T")
NEVER = float("inf")
# Seconds between two clocks of this machine, as they are read by two processes.
TOLERANCE = 0.05


@dataclass(frozen=True)
class Episode:
    """A time during which a week had a status, which a person gave it by a write."""

    status: str
    # A gid; empty for a week that nobody has decided about.
    by: str
    start: float
    end: float

    def overlaps(self, start: float, end: float) -> bool:
        """Return whether it was so at some time between two times."""
        return self.start <= end + TOLERANCE and start - TOLERANCE < self.end


class Locks:
    """The statuses of all weeks, and the rules of all workspaces, over time."""

    def __init__(
        self,
        statuses: Iterable[StatusWrite] = (),
        rules: Iterable[RuleChange] = (),
        workspaces: Mapping[str, str] | None = None,
    ) -> None:
        """`workspaces` has the workspace of each task, by gids."""
        self.workspaces = workspaces or {}
        self.statuses = list(statuses)
        weeks: dict[tuple[str, str], list[StatusWrite]] = defaultdict(list)
        for write in self.statuses:
            weeks[write.user, write.workspace].append(write)
        self._episodes = {week: list(_episodes(writes)) for week, writes in weeks.items()}
        self._rules: dict[str, list[RuleChange]] = defaultdict(list)
        for change in rules:
            self._rules[change.workspace].append(change)

    def episodes(self, user: str, workspace: str) -> list[Episode]:
        """Return the statuses that a person's week had, in order."""
        return self._episodes.get((user, workspace), [Episode("DRAFT", "", 0, NEVER)])

    def had_status(self, user: str, status: str, start: float, end: float) -> bool:
        """Return whether a week of a person had a status at some time between two times."""
        return any(
            episode.status == status and episode.overlaps(start, end)
            for (owner, _workspace), episodes in self._episodes.items()
            if owner == user
            for episode in episodes
        )

    def was_locked(self, user: str, task: str, start: float, end: float) -> bool:
        """Return whether the week of a task was locked all the time between two times."""
        if task not in self.workspaces:
            return False
        episodes = self.episodes(user, self.workspaces[task])
        during = [episode for episode in episodes if episode.overlaps(start, end)]
        return all(episode.status in LOCKING for episode in during)

    def may_have_been_ruled_out(self, days: Iterable[str], start: float, end: float) -> bool:
        """Return whether a rule may have locked one of these days between two times."""
        return any(
            change.lock_date >= day and change.sent_at <= end and start <= ended_at
            for changes in self._rules.values()
            for change, (_began_at, ended_at) in _in_force(changes)
            for day in days
        )

    def was_ruled_out(self, task: str, day: str, start: float, end: float) -> bool:
        """Return whether a rule locked a day all the time between two times."""
        changes = self._rules.get(self.workspaces.get(task, ""), [])
        return any(
            change.lock_date >= day
            and change.answered_at <= start
            and (following is None or end <= following.sent_at)
            for change, following in _with_next(changes)
        )


def _with_next(items: Sequence[T]) -> Iterator[tuple[T, T | None]]:
    """Yield each item with the one after it, None for the last."""
    return zip(items, [*items[1:], None], strict=False)


def _episodes(writes: list[StatusWrite]) -> Iterator[Episode]:
    yield Episode(writes[0].was, "", 0, writes[0].at)
    for write, following in _with_next(writes):
        end = following.at if following else NEVER
        yield Episode(write.status, write.by, write.at, end)


def _in_force(
    changes: list[RuleChange],
) -> Iterator[tuple[RuleChange, tuple[float, float]]]:
    """Yield each change with the longest time during which it may have been in force."""
    for change, following in _with_next(changes):
        yield change, (change.sent_at, following.answered_at if following else NEVER)
