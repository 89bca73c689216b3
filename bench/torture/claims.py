"""Whether everything took place or is excused, and whether what people were shown was true."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bench.torture.ledger import Ledger, Place, Request, Sight
from bench.torture.locks import TOLERANCE
from bench.torture.people import ASKS_WHICH, WEEK_LOCKED
from bench.torture.undoing import Undo

if TYPE_CHECKING:
    from bench.torture.oracle import Oracle, Slot
    from bench.torture.write_log import Write

NEVER = float("inf")
# The app's own reasons, each by the words that people read.
IN_DOUBT = "may still reach Asana"
CHANGED = "Someone changed this"
OTHER_HALF = "other half of this change"
DAY_FULL = "day has 24 hours"
RULED_OUT = "are locked"
LATER = "later"


class Claims:
    """Checks the effects and the sights of a run whose writes are judged."""

    def __init__(self, oracle: Oracle) -> None:
        self.oracle = oracle
        self.findings = oracle.findings
        self.ledger_of = {ledger.user: ledger for ledger in oracle.ledgers}
        self.deleted_at = {
            write.entry: write.at for write in oracle.writes if write.act == "delete"
        }
        self.slots_of: dict[int, list[Slot]] = {}
        for slot in oracle.slots:
            self.slots_of.setdefault(id(slot.request), []).append(slot)

    def check(self) -> None:
        """Check everything."""
        for slot in self.oracle.slots:
            self._excuse(slot)
        for slot in self.oracle.slots:
            self._check_slot(slot)
        for ledger in self.oracle.ledgers:
            for request in ledger.requests:
                self._check_request(request)
            self._check_sights(ledger)
            self._check_all_saved(ledger)
        for undos in self.oracle.undoing.undos.values():
            for undo in undos:
                self._check_undo(undo)

    # What excuses an effect

    def _excuse(self, slot: Slot) -> None:
        """Find the first reason for which an effect need not take place."""
        excuses = sorted(self._excuses(slot))
        if excuses:
            slot.excused_at, slot.forbidden_after, slot.excuse = excuses[0]

    def _excuses(self, slot: Slot) -> Iterator[tuple[float, float, str]]:
        request, place = slot.request, slot.effect.place
        if not request.accepted:
            yield request.sent_at, NEVER, "not taken"
        if request.half_saved and slot is not self.slots_of[id(request)][0]:
            yield request.sent_at, NEVER, "refused"
        for sight in self._sights_of(slot):
            if sight.cell.state in ("refused", "discarded"):
                yield sight.asked_at, NEVER, sight.cell.state
        for decision in self.oracle.decisions[request.user, place]:
            is_meant = decision.edit == slot.edit
            if is_meant and decision.choice == "discard" and decision.sent_at > request.sent_at:
                yield decision.sent_at, NEVER, "discarded"
        for undo in self.oracle.undoing.undos[request.user]:
            after = undo.request.sent_at > request.sent_at
            if undo.request.step == request.step and after and undo.request.accepted:
                yield undo.request.sent_at, undo.request.answered_at, "undone"
        yield from self._deletions(slot)
        yield from self._replacements(slot)
        yield from self._other_halves(slot)

    def _deletions(self, slot: Slot) -> Iterator[tuple[float, float, str]]:
        for option in slot.effect.options:
            gone_at = self.deleted_at.get(option.entry, NEVER)
            if option.act == "delete" and gone_at <= slot.request.answered_at:
                yield gone_at, NEVER, "gone already"

    def _replacements(self, slot: Slot) -> Iterator[tuple[float, float, str]]:
        option = slot.effect.options[0]
        if option.cell is None and not option.entry:
            return
        for other in self.oracle.by_place[slot.request.user, slot.effect.place]:
            later = other.request
            if later.sent_at <= slot.request.sent_at or not later.accepted:
                continue
            over = other.effect.options[0]
            if over.cell is not None or (over.entry and over.entry == option.entry):
                yield later.sent_at, later.answered_at, "replaced"

    def _other_halves(self, slot: Slot) -> Iterator[tuple[float, float, str]]:
        if len(slot.request.effects) != 2 or not slot.request.action.startswith("entry/"):
            return
        first, second = self.slots_of[id(slot.request)]
        other = second if slot is first else first
        for decision in self.oracle.decisions[slot.request.user, other.effect.place]:
            is_meant = decision.edit == other.edit and decision.choice == "discard"
            if is_meant and decision.sent_at > slot.request.sent_at:
                yield decision.sent_at, NEVER, "its other half is discarded"
        if slot is second and first.write is None:
            yield slot.request.answered_at, NEVER, "its other half is not done"
        if slot is first:
            for sight in self._sights_of(second):
                if sight.cell.state == "refused" and OTHER_HALF in sight.cell.reason:
                    yield sight.asked_at, NEVER, "refused"
        if slot is first and second.write is None:
            # What is typed over the entry replaces the whole move or split.
            yield from self._replacements(second)

    def _sights_of(self, slot: Slot) -> Iterator[Sight]:
        """Yield the sights of a cell that tell about an effect."""
        request = slot.request
        for sight in self.ledger_of[request.user].sights.get(slot.effect.place, []):
            if sight.cell.edit == slot.edit and sight.asked_at >= request.sent_at:
                yield sight

    # The checks

    def _check_slot(self, slot: Slot) -> None:
        write = slot.write
        if write is None and slot.excused_at == NEVER:
            self.findings.lost.append(
                f"{slot} did not take place, and nobody knows why. {self._story_of(slot)}"
            )
            return
        settled_at = slot.request.settled.get(slot.effect.place, NEVER)
        if slot.resolved_at > settled_at:
            self.findings.misreported.append(
                f"{slot} was shown as done {slot.resolved_at - settled_at:.2f} s before it was. "
                + self._story_of(slot)
            )
        if write is None:
            return
        if slot.excuse in ("not taken", "refused"):
            reasons = slot.request.reasons
            self._report_late(slot, f"{slot} was shown as not saved ({reasons}), and Asana has it")
        self._check_locks(str(slot), slot.request, write)
        if write.at > slot.forbidden_after + TOLERANCE:
            self._report_late(slot, f"{slot} was {slot.excuse}, and still arrived")
        for sight in self._sights_of(slot):
            if sight.cell.state == "conflict" and write.at < sight.asked_at:
                self._report_late(slot, f"{slot} was shown as a conflict, and Asana has it")

    def _check_locks(self, asked: str, request: Request, write: Write) -> None:
        """Check that hours did not change that were locked from the request to the write."""
        locks, (task, day) = self.oracle.locks, write.place
        during = request.sent_at, write.arrived_at
        if locks.was_ruled_out(task, day, *during):
            self.findings.wrong.append(f"{asked} took place on a day that a rule locked: {write}")
        if not locks.was_locked(request.user, task, *during):
            return
        # The app knows the status from the entries of the week.
        for (user, place), _history in self.oracle.history.items():
            if user != request.user or place[0] not in self.oracle.locks.workspaces:
                continue
            is_same = locks.workspaces[place[0]] == locks.workspaces[task]
            if is_same and all(self.oracle.states_between(user, place, *during)):
                self.findings.wrong.append(f"{asked} took place in a locked week: {write}")
                return

    def _report_late(self, slot: Slot, sentence: str) -> None:
        is_late = self.oracle.is_too_late(slot.write)
        found = self.findings.late if is_late else self.findings.misreported
        found.append(f"{sentence}. {self._story_of(slot)}")

    def _story_of(self, slot: Slot) -> str:
        return self.oracle.story(slot.request.user, slot.effect.place, slot.request.sent_at)

    def _check_request(self, request: Request) -> None:
        for reason in request.reasons:
            if not self._is_true(request, reason, request.answered_at):
                self.findings.misreported.append(
                    f"{request.action} of {request.user} was not taken without a cause: {reason}"
                )
        if request.accepted and not request.effects and request.undo_count is None:
            story = self.oracle.story(request.user, self._place_in(request.action), request.sent_at)
            self.findings.wrong.append(
                f"{request.action} was taken, and cannot mean anything. {story}"
            )
        for slot in self.slots_of.get(id(request), []):
            for sight in self._sights_of(slot):
                reason = sight.cell.reason
                is_refused = sight.cell.state == "refused"
                if is_refused and not self._is_true(request, reason, sight.shown_at):
                    self.findings.misreported.append(
                        f"{request.action} of {request.user} was refused without a cause: {reason}"
                    )

    def _is_true(self, request: Request, reason: str, until: float) -> bool:
        """Return whether what a person read until then is why a request was not taken."""
        for status, words in WEEK_LOCKED.items():
            if words in reason:
                return self.oracle.locks.had_status(request.user, status, request.sent_at, until)
        places = {option.place for effect in request.effects for option in effect.options}
        if ASKS_WHICH in reason:
            # Where the page did not show it yet, one of their own edits may have added an entry.
            return not request.effects or any(
                len(state) > 1
                for place in places
                for state in self.oracle.states_between(
                    request.user, place, request.sent_at - TOLERANCE, until
                )
            )
        if IN_DOUBT in reason or reason == LATER:
            return request.undo_count is not None or self._has_others(request, places)
        if CHANGED in reason:
            return any(self._has_changed(request, place) for place in places)
        if OTHER_HALF in reason:
            return len(request.effects) > 1 or request.undo_count is not None
        if DAY_FULL in reason:
            return False
        if RULED_OUT in reason:
            days = {day for _task, day in places}
            return self.oracle.locks.may_have_been_ruled_out(days, request.sent_at, until)
        gids = {task for task, _day in places}
        for effect in request.effects:
            gids |= {option.entry for option in effect.options if option.entry}
        return any(
            refusal.at >= request.sent_at and refusal.is_about(gids)
            for refusal in self.oracle.refusals
        )

    def _has_others(self, request: Request, places: set[Place]) -> bool:
        """Return whether the cells have another request that may have been open."""
        places = places or {self._place_in(request.action)}
        for other in self.ledger_of[request.user].requests:
            if other is request or other.sent_at > request.answered_at:
                continue
            if other.undo_count is not None:
                return True
            if any(effect.place in places for effect in other.effects):
                return True
        return False

    @staticmethod
    def _place_in(action: str) -> Place:
        task, day = action.rpartition(" in ")[2].strip("()").replace("'", "").split(", ")
        return task, day

    def _has_changed(self, request: Request, place: Place) -> bool:
        start = request.sent_at - 60
        states = self.oracle.states_between(request.user, place, start, request.answered_at)
        return len(list(states)) > 1

    def _check_sights(self, ledger: Ledger) -> None:
        """What is shown as Asana's hours were its hours then; the last sights are settled."""
        for place, sights in ledger.sights.items():
            for sight in sights:
                if not sight.cell.is_settled:
                    continue
                start = sight.asked_at - 1.0
                shown = sight.cell.entries
                states = self.oracle.states_between(ledger.user, place, start, sight.shown_at)
                if shown not in list(states):
                    self.findings.misreported.append(
                        f"{ledger.user} was shown {shown} in {place}, which Asana did not have. "
                        + self.oracle.story(ledger.user, place, sight.asked_at)
                    )
            if sights and not sights[-1].cell.is_settled:
                last = sights[-1].cell
                self.findings.stuck.append(f"{place} of {ledger.user}: {last.state} {last.reason}")

    def _check_all_saved(self, ledger: Ledger) -> None:
        claims = sorted(ledger.all_saved)
        for request in ledger.requests:
            if not request.accepted:
                continue
            slots = self.slots_of.get(id(request), [])
            last = max(slots, key=lambda slot: slot.resolved_at, default=None)
            if last is None:
                continue
            done_at, is_late = last.resolved_at, self.oracle.was_done_too_late(last)
            found = self.findings.late if is_late else self.findings.misreported
            for asked_at, shown_at in claims:
                if request.answered_at < asked_at and shown_at < done_at < NEVER:
                    found.append(
                        f"{ledger.user} read that all is saved, {done_at - shown_at:.1f} s before "
                        f"{request.action} was"
                    )
                    break

    def _check_undo(self, undo: Undo) -> None:
        request = undo.request
        for done, write in undo.reversed.items():
            self._check_locks(f"{request.action} of {done}", request, write)
        if not request.accepted:
            if undo.reversed:
                self.findings.misreported.append(f"{request.action} was refused, and was done")
            return
        for done, place in self.oracle.undoing.missing(undo):
            if not self._undo_is_excused(undo, place):
                story = self.oracle.story(request.user, place, request.sent_at)
                self.findings.lost.append(
                    f"{request.action} of {request.user} left {done}. {story}"
                )

    def _undo_is_excused(self, undo: Undo, place: Place) -> bool:
        request = undo.request
        for other in self.oracle.undoing.undos[request.user]:
            after = other.request.sent_at > request.sent_at
            if after and other.request.step == request.step:
                return True
        for decision in self.oracle.decisions[request.user, place]:
            if decision.choice == "discard" and decision.sent_at > request.sent_at:
                return True
        for slot in self.oracle.by_place[request.user, place]:
            if slot.request.sent_at > request.sent_at and slot.request.accepted:
                return True
        return any(
            sight.cell.state == "refused" and sight.shown_at >= request.sent_at
            for sight in self.ledger_of[request.user].sights.get(place, [])
        )
