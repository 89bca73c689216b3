"""The verdict: what people asked for and were shown, against what Asana did.

Nothing here reads the app's tables. Each write in Asana must answer one effect of a request that
was not answered before, over what its person had seen; each effect must take place, unless its
person discarded it, replaced it, undid it, or was shown why it can't be.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field, replace

from bench.torture.ledger import Decision, Effect, Ledger, Option, Place, Request
from bench.torture.locks import TOLERANCE, Locks
from bench.torture.people import option_of
from bench.torture.undoing import Undoing
from bench.torture.write_log import Refusal, Write

Explain = Callable[[str, Place], list[tuple[float, str]]]


@dataclass
class Findings:
    """Sentences about everything that is not as it must be, one for each case."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    misreported: list[str] = field(default_factory=list)
    # Doubles because Asana wrote later than we can wait for, with what the person was shown.
    late: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether there is no case, but for writes that came too late."""
        return not (self.lost or self.doubled or self.wrong or self.stuck or self.misreported)


@dataclass
class Slot:
    """An effect, and the write that it became."""

    request: Request
    effect: Effect
    # The id by which pages show it.
    edit: str
    write: Write | None = None
    # Why it need not take place, and since when.
    excuse: str = ""
    excused_at: float = float("inf")
    # When what replaced it was answered: from then on it must not take place.
    forbidden_after: float = float("inf")

    @property
    def resolved_at(self) -> float:
        """Since when the person need not be shown that it is open."""
        return min(self.write.at if self.write else float("inf"), self.excused_at)

    def __str__(self) -> str:
        return f"{self.request}: {self.effect.options[-1]}"


class Oracle:
    """Judges one run."""

    def __init__(
        self,
        ledgers: Iterable[Ledger],
        writes: Sequence[Write],
        refusals: Sequence[Refusal],
        entries: dict[str, int],
        *,
        latest: float,
        locks: Locks | None = None,
        explain: Explain = lambda _user, _place: [],
    ) -> None:
        """`entries` are Asana's in the end, by gid; `latest` is how many seconds after its request
        a write may take place; `locks` is what locked hours; `explain` adds to the story of a
        cell what the app did there."""
        self.locks = locks or Locks()
        self.explain = explain
        self.ledgers = _merged(ledgers)
        self.writes, self.refusals, self.entries = writes, refusals, entries
        self.latest = latest
        self.findings = Findings()
        self.slots = [
            Slot(request, effect, edit)
            for ledger in self.ledgers
            for request in ledger.requests
            for effect, edit in zip(request.effects, request.edits, strict=False)
        ]
        self.edits = {slot.edit for slot in self.slots}
        self.decisions: dict[tuple[str, Place], list[Decision]] = defaultdict(list)
        for ledger in self.ledgers:
            for decision in ledger.decisions:
                self.decisions[decision.user, decision.place].append(decision)
        self.undoing = Undoing([request for ledger in self.ledgers for request in ledger.requests])
        self.by_key: dict[tuple[object, ...], list[Slot]] = defaultdict(list)
        self.by_place: dict[tuple[str, Place], list[Slot]] = defaultdict(list)
        for slot in self.slots:
            self._add_choices(slot)
            self.by_place[slot.request.user, slot.effect.place].append(slot)
            for option in slot.effect.options:
                self.by_key[_key(option, slot.request.user)].append(slot)
        # The entries of each cell over time.
        self.cells: dict[tuple[str, Place], dict[str, int]] = defaultdict(dict)
        self.history: dict[tuple[str, Place], list[tuple[float, dict[str, int]]]] = {}
        self.where: dict[str, tuple[str, Place]] = {}

    def verdict(self) -> Findings:
        """Judge everything."""
        direct = Counter(item for ledger in self.ledgers for item in ledger.direct)
        for write in self.writes:
            key = (write.act, write.entry, write.minutes)
            if direct[key]:
                direct[key] -= 1
                self.undoing.note_other(write)
            else:
                self._judge(write)
            self._apply(write)
        from bench.torture.claims import Claims

        Claims(self).check()
        self._check_entries()
        return self.findings

    # Writes

    def _judge(self, write: Write) -> None:
        slots = [
            slot
            for slot in self.by_key[_key(write, write.user)]
            # What reached Asana before is nothing that was asked for since.
            if slot.request.sent_at <= write.arrived_at + TOLERANCE
        ]
        free = [slot for slot in slots if slot.write is None]
        # Deletions of an entry are alike: one that was refused or given up before did not come.
        over = [slot for slot in free if self._was_over(slot, write.arrived_at)]
        if self._take([slot for slot in free if slot not in over], write):
            return
        if self.undoing.claim(write):
            # Pages show the edits of an undo by ids that no request had.
            shown = {
                later.effect.cell.shown_edit
                for later in self.by_place[write.user, write.place]
                if later.effect.cell
            }
            self._add_typed_over(write, shown - self.edits)
            return
        if self._take(over, write):
            return
        if self._removes_duplicate(write):
            return
        if write.act == "update" and write.was == write.minutes:
            # The same again changes nothing.
            return
        if slots:
            story = self.story(write.user, write.place, write.at)
            self._report_write("doubled", f"{write}: {slots[0]}. {story}", write, slots[0].write)
        else:
            self._report_write("wrong", f"nobody asked for {write}", write)

    def _take(self, slots: Sequence[Slot], write: Write) -> bool:
        """Note of which of these effects a write is; return whether it is of one."""
        fitting = [slot for slot in slots if self._fits(slot.effect, write)]
        slot = next(iter(fitting or slots), None)
        if slot is None:
            return False
        slot.write = write
        self._add_typed_over(write, {slot.edit})
        self.undoing.note_done(slot.request, write)
        if not fitting:
            story = self.story(write.user, write.place, write.at)
            unseen = f"{write} was over what {slot} had not seen. {story}"
            self._report_write("wrong", unseen, write)
        return True

    def _was_over(self, slot: Slot, at: float) -> bool:
        return self._was_refused(slot, at) or self._was_given_up(slot, at)

    def _was_refused(self, slot: Slot, at: float) -> bool:
        """Return whether the person had been shown by then that an effect was refused."""
        request, place = slot.request, slot.effect.place
        if not request.accepted and request.answered_at <= at:
            return True
        return any(
            sight.cell.edit == slot.edit and sight.cell.state == "refused" and sight.shown_at <= at
            for ledger in self.ledgers
            if ledger.user == request.user
            for sight in ledger.sights.get(place, [])
        )

    def _was_given_up(self, slot: Slot, at: float) -> bool:
        """Return whether the person had undone or discarded an effect by then."""
        request = slot.request
        return any(
            undo.request.step == request.step
            and undo.request.accepted
            and request.sent_at < undo.request.sent_at
            and undo.request.answered_at <= at
            for undo in self.undoing.undos[request.user]
        ) or any(
            decision.edit == slot.edit and decision.choice == "discard" and decision.sent_at <= at
            for decision in self.decisions[request.user, slot.effect.place]
        )

    def _removes_duplicate(self, write: Write) -> bool:
        """Return whether somebody pressed the button that deletes what is there twice."""
        return write.act == "delete" and any(
            decision.choice == "remove-duplicate"
            and decision.sent_at <= write.arrived_at + TOLERANCE
            for decision in self.decisions[write.user, write.place]
        )

    def _fits(self, effect: Effect, write: Write) -> bool:
        """Return whether the write was over what its person had seen.

        Nobody can compare later than when it arrives: Asana may take its time with it.
        """
        for option in effect.options:
            if _key(option, write.user) != _key(write, write.user):
                continue
            if option.cell is not None:
                states = self.states_between(write.user, option.place, write.arrived_at, write.at)
                if option.cell not in (tuple(sorted(state.items())) for state in states):
                    continue
            if option.was is not None and option.was != write.was:
                continue
            if option.note is not None and option.note != write.description:
                continue
            return True
        return False

    def _add_choices(self, slot: Slot) -> None:
        """Add what the person chose for an edit in conflict to the ways in which it is done."""
        request, place = slot.request, slot.effect.place
        first = slot.effect.options[0]
        for decision in self.decisions[request.user, place]:
            if decision.edit != slot.edit:
                continue
            if decision.sent_at < request.sent_at or decision.choice not in ("mine", "both"):
                continue
            slot.effect.options.extend(_choices(first, decision))

    def _add_typed_over(self, write: Write, edits: Set[str]) -> None:
        """Let what was typed over a cell that showed one of these edits mean what that led to.

        Its page still had the entries from before it.
        """
        for later in self.by_place[write.user, write.place]:
            cell = later.effect.cell
            if cell is None or not cell.shown_edit or cell.shown_edit not in edits:
                continue
            after = {gid: minutes for gid, minutes in cell.entries.items() if gid != write.entry}
            if write.minutes is not None:
                after[write.entry] = write.minutes
            seen = ",".join(f"{gid}={minutes}" for gid, minutes in sorted(after.items()))
            if option := option_of(replace(cell, seen=seen), later.effect.text):
                later.effect.options.append(option)
                self.by_key[_key(option, later.request.user)].append(later)

    def is_too_late(self, write: Write | None) -> bool:
        """Return whether a write took place later than anybody waits for."""
        return write is not None and write.at - write.arrived_at > self.latest

    def was_done_too_late(self, slot: Slot) -> bool:
        """Return whether an effect was open until a write that came too late."""
        return self.is_too_late(slot.write) and slot.resolved_at < slot.excused_at

    def _report_write(
        self, kind: str, sentence: str, write: Write, other: Write | None = None
    ) -> None:
        """Note a finding about a write; one that came too late is a case of its own."""
        if self.is_too_late(write) or self.is_too_late(other):
            kind, sentence = "late", f"{sentence}; shown: {self._shown_after(write)}"
        getattr(self.findings, kind).append(sentence)

    def story(self, user: str, place: Place, start: float) -> str:
        """Tell what was asked for in a cell, shown there and written, in order.

        The times are seconds since `start`.
        """
        key = (user, place)
        events = [(slot.request.sent_at, f"asked {slot}") for slot in self.by_place[key]]
        events += [(d.sent_at, f"pressed {d.choice} of {d.edit}") for d in self.decisions[key]]
        taken = {slot.write: slot for slot in self.slots if slot.write}
        for write in self.writes:
            if write.place == place:
                by = taken[write].request.step if write in taken else self.undoing.step_of(write)
                sent = f"sent at {write.arrived_at - start:+.2f}"
                events.append((write.at, f"{write}, {sent}, of step {by or 'none'}"))
        # Undos name no cell, nor does the app write what needs a decision first.
        events += [
            (request.sent_at, f"asked {request}")
            for ledger in self.ledgers
            for request in ledger.requests
            if ledger.user == user and not request.effects
        ]
        for ledger in self.ledgers:
            sights = ledger.sights.get(place, []) if ledger.user == user else []
            events += [
                (sight.shown_at, f"shown {sight.cell}, asked for at {sight.asked_at - start:+.2f}")
                for sight in sights
            ]
        events += self.explain(user, place)
        return "; ".join(f"{at - start:+.2f} {event}" for at, event in sorted(events))

    def _shown_after(self, write: Write) -> str:
        """Return the states in which the cell was shown after a write."""
        states = [
            sight.cell.state
            for ledger in self.ledgers
            if ledger.user == write.user
            for sight in ledger.sights.get(write.place, [])
            if sight.shown_at >= write.at
        ]
        return ", ".join(dict.fromkeys(states)) or "nothing"

    def _apply(self, write: Write) -> None:
        cell = (write.user, write.place)
        before = self.where.pop(write.entry, None)
        if before:
            self.cells[before].pop(write.entry, None)
        if write.minutes is not None:
            self.cells[cell][write.entry] = write.minutes
            self.where[write.entry] = cell
        for changed in {cell, before or cell}:
            states = self.history.setdefault(changed, [(0.0, {})])
            states.append((write.at, dict(self.cells[changed])))

    def states_between(
        self, user: str, place: Place, start: float, end: float
    ) -> Iterator[dict[str, int]]:
        """Yield what a cell had in Asana at some time between two times."""
        states = self.history.get((user, place), [(0.0, {})])
        times = [at for at, _state in states]
        first = max(bisect_right(times, start) - 1, 0)
        for at, state in states[first:]:
            if at > end:
                break
            yield state

    def _check_entries(self) -> None:
        """Asana has what its writes lead to; otherwise writes are missing, and nothing is
        proved."""
        minutes = {gid: value for cell in self.cells.values() for gid, value in cell.items()}
        if minutes != self.entries:
            different = {
                gid: (minutes.get(gid), self.entries.get(gid))
                for gid in minutes.keys() | self.entries.keys()
                if minutes.get(gid) != self.entries.get(gid)
            }
            self.findings.wrong.append(f"the log and the entries of Asana differ: {different}")


def _merged(ledgers: Iterable[Ledger]) -> list[Ledger]:
    """Return one ledger for each person: their workspaces have no task in common."""
    merged: dict[str, Ledger] = {}
    for ledger in ledgers:
        whole = merged.setdefault(ledger.user, Ledger(ledger.user))
        whole.requests += ledger.requests
        whole.decisions += ledger.decisions
        whole.sights |= ledger.sights
        whole.all_saved += ledger.all_saved
        whole.direct += ledger.direct
    return list(merged.values())


def _key(write: Write | Option, user: str) -> tuple[object, ...]:
    """Return what tells writes apart: each number of minutes is used once in a cell."""
    if write.act == "create":
        return write.act, user, write.place, write.minutes
    return write.act, write.entry, write.minutes


def _choices(first: Option, decision: Decision) -> Iterator[Option]:
    """Yield the writes that "mine" or "both" may become, by what the cell was shown with."""
    shown = decision.cell.entries
    cell = tuple(sorted(shown.items()))
    minutes = first.minutes
    if minutes is not None and (decision.choice == "both" or not shown or first.act == "create"):
        yield Option("create", first.place, minutes, cell=cell, note=first.note)
    if decision.choice == "both":
        return
    for gid, was in shown.items():
        if minutes is None:
            yield Option("delete", first.place, None, gid, was=was)
            continue
        # What was added to another number is added to this one.
        more = minutes - (first.was or 0)
        for changed in {minutes, was + more}:
            yield Option("update", first.place, changed, gid, was=was, note=first.note)
    if first.entry and first.entry not in shown:
        # It was moved to another day or deleted since.
        yield Option(first.act, first.place, minutes, first.entry, note=first.note)
        if minutes is not None:
            yield Option("create", first.place, minutes, cell=cell, note=first.note)
