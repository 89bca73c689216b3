"""Whether what people were told about the approval of weeks was so in Asana."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from bench.torture.ledger import NEW_STATUS, Ledger, Ruling, WeekSight
from bench.torture.locks import TOLERANCE, Episode, Locks
from bench.torture.write_log import StatusWrite

if TYPE_CHECKING:
    from bench.torture.oracle import Findings, Oracle

# Seconds before the request of a page at which it may have been read.
READ_BEFORE = 1.0
# As a person reads it where it is not known which manager decided.
SOMEBODY = "Your manager"


class Rulings:
    """Checks the decisions of a run, and how weeks were shown."""

    def __init__(self, oracle: Oracle, ledgers: Iterable[Ledger], names: Mapping[str, str]) -> None:
        """`ledgers` are those of each person and workspace; `names` are people's, by gid."""
        self.oracle, self.ledgers, self.names = oracle, list(ledgers), names
        self.locks: Locks = oracle.locks
        self.findings: Findings = oracle.findings

    def check(self) -> None:
        """Check everything."""
        for ledger in self.ledgers:
            for ruling in ledger.rulings:
                if problem := self._problem(ruling):
                    self._report(ruling, problem, self.findings.misreported)
            for sight in ledger.weeks:
                self._check_sight(ledger, sight)
            self._check_end(ledger)

    def _report(self, ruling: Ruling, problem: str, found: list[str]) -> None:
        episodes = self.locks.episodes(ruling.user, ruling.workspace)
        story = ", ".join(
            f"{episode.start - ruling.sent_at:+.2f} {episode.status} by {episode.by}"
            for episode in episodes
            if episode.overlaps(ruling.sent_at - 60, ruling.answered_at + 60)
        )
        took = ruling.answered_at - ruling.sent_at
        found.append(
            f"{ruling.action} of {ruling.user} by {ruling.by} {problem}; it was told after "
            f"{took:.2f} s: {ruling.said!r}; Asana: {story}"
        )

    def _problem(self, ruling: Ruling) -> str:
        """Return what was untrue about a decision; empty if nothing was."""
        match ruling.outcome:
            case "done":
                return self._problem_of_done(ruling)
            case "changed":
                return self._problem_of_changed(ruling)
            case "refused":
                is_made = any(self._writes_of(ruling))
                return "was shown as refused, and was made" if is_made else ""
            case "unsaved":
                return "" if self._was_unsaved(ruling) else "was refused, and all was saved"
            case "hours":
                return "" if self._have_changed(ruling) else "was refused, and no hours changed"
            case "unknown":
                return ""
        return "got an answer that means nothing" if ruling.said else ""

    def _problem_of_done(self, ruling: Ruling) -> str:
        made = [
            episode
            for episode in self._episodes(ruling)
            if episode.status == NEW_STATUS[ruling.action] and episode.by == ruling.by
        ]
        if not made:
            return "was shown as done, and was not done by them"
        if ruling.action != "submit":
            return ""
        for slot in self.oracle.slots:
            request = slot.request
            is_here = self.locks.workspaces.get(slot.effect.place[0]) == ruling.workspace
            if request.user != ruling.user or not is_here or not request.accepted:
                continue
            is_before = request.answered_at < ruling.sent_at
            if is_before and made[-1].start + TOLERANCE < slot.resolved_at < float("inf"):
                story = self.oracle.story(request.user, slot.effect.place, ruling.sent_at)
                late = slot.resolved_at - made[-1].start
                problem = f"was done {late:.2f} s before {slot} was. {story}"
                if not self.oracle.was_done_too_late(slot):
                    return problem
                self._report(ruling, problem, self.findings.late)
        return ""

    def _problem_of_changed(self, ruling: Ruling) -> str:
        found = [one for one in self._episodes(ruling) if one.status == ruling.status]
        if not found:
            return f"was refused for being {ruling.status}, which it was not"
        if ruling.name and all(self.names.get(one.by) != ruling.name for one in found):
            return f"was shown as decided by {ruling.name}"
        return ""

    def _episodes(self, ruling: Ruling) -> Iterator[Episode]:
        for episode in self.locks.episodes(ruling.user, ruling.workspace):
            if episode.overlaps(ruling.sent_at, ruling.answered_at):
                yield episode

    def _writes_of(self, ruling: Ruling) -> Iterator[StatusWrite]:
        """Yield the writes in Asana that a decision may have made."""
        for write in self.locks.statuses:
            if (write.user, write.workspace) != (ruling.user, ruling.workspace):
                continue
            is_same = write.by == ruling.by and write.status == NEW_STATUS[ruling.action]
            if is_same and ruling.sent_at <= write.arrived_at <= ruling.answered_at:
                yield write

    def _was_unsaved(self, ruling: Ruling) -> bool:
        undos = self.oracle.undoing.undos[ruling.user]
        if any(undo.request.sent_at < ruling.answered_at for undo in undos):
            # The changes that it makes are not known one by one.
            return True
        if any(
            slot.request.user == ruling.user
            and slot.request.sent_at <= ruling.answered_at
            and slot.resolved_at >= ruling.sent_at - READ_BEFORE
            for slot in self.oracle.slots
        ):
            return True
        # What Asana has is not saved for the app before it has learnt that.
        return any(
            not seen[-1].cell.is_settled
            for ledger in self.ledgers
            if ledger.user == ruling.user
            for sights in ledger.sights.values()
            if (seen := [sight for sight in sights if sight.shown_at <= ruling.answered_at])
        )

    def _have_changed(self, ruling: Ruling) -> bool:
        return any(
            write.user == ruling.user and write.at <= ruling.answered_at
            for write in self.oracle.writes
        )

    # Pages

    def _check_sight(self, ledger: Ledger, sight: WeekSight) -> None:
        episodes = [
            episode
            for episode in self.locks.episodes(ledger.user, ledger.workspace)
            if episode.overlaps(sight.asked_at - READ_BEFORE, sight.shown_at)
        ]
        found = [episode for episode in episodes if episode.status == sight.status]
        if not found:
            self.findings.misreported.append(
                f"the week of {ledger.user} was shown as {sight.status}, and was "
                f"{', '.join(episode.status for episode in episodes)}"
            )
        elif sight.name and not self._may_be_by(ledger, sight.name, found):
            self.findings.misreported.append(
                f"the week of {ledger.user} was shown as {sight.status} by {sight.name}, and was "
                f"by {', '.join(self.names.get(episode.by, episode.by) for episode in found)}"
            )

    def _may_be_by(self, owner: Ledger, name: str, episodes: Iterable[Episode]) -> bool:
        """Return whether one of the statuses may be by a person of this name, or by `SOMEBODY`.

        Asana tells the app that a week has a status, and not who set it. Where several managers
        asked for the same and some got no clear answer, it may be by any of these.
        """
        return any(
            name in (SOMEBODY, self.names.get(episode.by))
            or self._may_have_set(owner, name, episode.status)
            for episode in episodes
        )

    def _may_have_set(self, owner: Ledger, name: str, status: str) -> bool:
        """Return whether a manager asked for a status of a week and got no clear answer."""
        return any(
            self.names.get(ruling.by) == name
            and ruling.outcome in ("unknown", "")
            and (ruling.user, ruling.workspace) == (owner.user, owner.workspace)
            and NEW_STATUS[ruling.action] == status
            for ledger in self.ledgers
            for ruling in ledger.rulings
        )

    def _check_end(self, ledger: Ledger) -> None:
        """In the end each page shows what Asana has, and who decided."""
        last = self.locks.episodes(ledger.user, ledger.workspace)[-1]
        if not ledger.weeks:
            return
        sight = ledger.weeks[-1]
        name = self.names.get(last.by, "") if last.status in ("APPROVED", "REJECTED") else ""
        is_untrue = name and not (sight.name and self._may_be_by(ledger, sight.name, [last]))
        if sight.status != last.status or is_untrue:
            self.findings.misreported.append(
                f"in the end the week of {ledger.user} is {last.status} by {last.by}, and is shown "
                f"as {sight.status} by {sight.name or 'nobody'}"
            )
