"""Entry by entry: what people asked for, what the journal says, and what Asana did.

Each asked-for number of minutes is used once in a cell, so every write in Asana tells which edit it
is from.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.torture.people import Person
from timesheet.models import Edit

Write = dict[str, Any]


@dataclass
class Found:
    """Sentences about what is not as it must be, one for each case."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return not (self.lost or self.doubled or self.wrong or self.stuck)


def check(people: Iterable[Person], writes: list[Write], entries: dict[str, int]) -> Found:
    """`writes` are those that took place in Asana, in order; `entries` what it has in the end, the
    minutes by gid, of these people's weeks."""
    found = Found()
    by_gid = {person.gid: person for person in people}
    edits = list(Edit.objects.select_related("user").order_by("pk"))
    direct = Counter(one for person in by_gid.values() for one in person.direct)
    _asks(found, by_gid.values(), {str(edit.edit_id): edit for edit in edits})
    _states(found, by_gid, edits)
    ours = [write for write in writes if not _taken(direct, _named(write))]
    _creates(found, edits, [write for write in ours if write["act"] == "create"])
    _changes(found, edits, ours, writes)
    _ends(found, writes, entries)
    return found


def _taken(direct: Counter[tuple[str, str, int | None]], name: tuple[str, str, int | None]) -> bool:
    """Whether this is one of the direct ones. Each counts once: what is added to theirs may come to
    minutes that were asked for before."""
    if not direct[name]:
        return False
    direct[name] -= 1
    return True


def _named(write: Write) -> tuple[str, str, int | None]:
    method = {"create": "POST", "update": "PUT", "delete": "DELETE"}[write["act"]]
    return method, write["entry"], write["minutes"]


def _asks(found: Found, people: Iterable[Person], edits: dict[str, Edit]) -> None:
    """What was taken is in the journal."""
    found.lost += [
        f"{ask.text!r} of {ask.person} in {ask.task} on {ask.day} was taken and is not written down"
        for person in people
        for ask in person.asks
        if ask.taken and ask.edit not in edits
    ]


def _states(found: Found, people: dict[str, Person], edits: Iterable[Edit]) -> None:
    """Nothing is open any more, refused without a word, or dropped without being told to."""
    last_asked: dict[tuple[str, str, str], float] = {}
    for person in people.values():
        for ask in person.asks:
            place = (person.gid, ask.task, ask.day)
            last_asked[place] = max(last_asked.get(place, 0), ask.at)
    for edit in edits:
        person = people[edit.user.gid]
        what = f"{edit.edit_id} ({edit}) of {person.name}"
        if edit.is_open:
            found.stuck.append(f"{what} is {edit.state}: {edit.reason}")
        elif edit.state == "refused" and not edit.reason:
            found.wrong.append(f"{what} was refused without a reason")
        elif edit.state == "discarded":
            written = edit.created_at.timestamp()
            place = (person.gid, edit.task_gid, edit.entered_on.isoformat())
            told = str(edit.edit_id) in person.discarded
            replaced = last_asked.get(place, 0) > written
            undone = any(at >= written - 1 for at in person.undone_at)
            if not (told or replaced or undone):
                found.lost.append(f"{what} was discarded, and nobody said so")


def _creates(found: Found, edits: Sequence[Edit], writes: Iterable[Write]) -> None:
    there: dict[tuple[str, str, str, int], list[str]] = defaultdict(list)
    for write in writes:
        there[write["user"], write["task"], write["day"], write["minutes"]].append(write["entry"])
    confirmed: dict[tuple[str, str, str, int], list[str]] = defaultdict(list)
    perhaps: Counter[tuple[str, str, str, int]] = Counter()
    for edit in edits:
        if edit.kind != "create":
            continue
        day = edit.write.fields.entered_on or edit.entered_on
        place = (edit.user.gid, edit.task_gid, str(day), edit.duration_minutes)
        if edit.state == "confirmed":
            confirmed[place].append(edit.entry_gid)
        elif edit.state == "discarded" and edit.sent_at:
            # It was in doubt when its person dropped it: it may be in Asana or not.
            perhaps[place] += 1
    for place in there.keys() | confirmed.keys():
        made, known = there[place], confirmed[place]
        found.lost += [f"create {place}: {gid} is not in Asana" for gid in set(known) - set(made)]
        found.lost += [f"create {place}: {len(known)} edits are one entry"] * (
            len(known) - len(set(known))
        )
        unknown = len(set(made) - set(known)) - perhaps[place]
        if unknown > 0:
            story = _story(edits, place[:3])
            found.doubled += [f"create {place}: {made} made, {known} known. {story}"] * unknown


def _story(edits: Iterable[Edit], cell: tuple[str, str, str]) -> str:
    """All edits of a cell, for whoever has to find out what went wrong."""
    return "; ".join(
        _told(edit)
        for edit in edits
        if (edit.user.gid, edit.task_gid, str(edit.entered_on)) == cell
    )


def _told(edit: Edit) -> str:
    return (
        f"{edit.pk} {edit.kind} {edit.entry_gid} to {edit.duration_minutes} {edit.text!r} count "
        f"{edit.undo_count} of step {edit.step_id}, {edit.scope} {edit.seen}, {edit.state}, tried "
        f"{edit.attempts}, sent {edit.sent_at}, closed {edit.closed_at} {edit.reason}"
    )


def _changes(
    found: Found, edits: Iterable[Edit], ours: Iterable[Write], writes: list[Write]
) -> None:
    wanted: dict[tuple[str, str, int | None], list[Edit]] = defaultdict(list)
    for edit in edits:
        if edit.kind != "create":
            minutes = edit.duration_minutes if edit.kind == "update" else None
            wanted[edit.kind, edit.entry_gid, minutes].append(edit)
    done = Counter((write["act"], write["entry"], write["minutes"]) for write in ours)
    gone = {write["entry"] for write in writes if write["act"] == "delete"}
    for key, asked in wanted.items():
        confirmed = sum(edit.state == "confirmed" for edit in asked)
        sent = sum(edit.sent_at is not None for edit in asked)
        # Whoever deletes what somebody deleted before them has what they want.
        there = confirmed if key[1] in gone and key[0] == "delete" else done[key]
        if confirmed > there or done[key] > sent:
            story = _life(key[1], edits, writes)
            found.lost += [f"{key} is confirmed, and not done: {story}"] * (confirmed - there)
            found.doubled += [f"{key} was done for {sent} edits: {story}"] * (done[key] - sent)
    _overwritten(found, wanted, ours)


def _life(gid: str, edits: Iterable[Edit], writes: Iterable[Write]) -> str:
    """All that was asked of an entry, and all that happened to it."""
    asked = "; ".join(_told(edit) for edit in edits if edit.entry_gid == gid)
    done = [
        f"{one['act']} {one['was']} to {one['minutes']}" for one in writes if one["entry"] == gid
    ]
    return f"{asked}. In Asana: {', '.join(done)}"


def _overwritten(
    found: Found,
    wanted: Mapping[tuple[str, str, int | None], list[Edit]],
    ours: Iterable[Write],
) -> None:
    for write in ours:
        if write["act"] == "create":
            continue
        asked = wanted.get((write["act"], write["entry"], write["minutes"]), [])
        if not asked:
            found.wrong.append(f"nobody asked for {write}")
        elif not any(_saw(edit, write["was"]) for edit in asked):
            found.wrong.append(f"{write} overwrote what nobody had seen")


def _saw(edit: Edit, minutes: int) -> bool:
    """Whether the edit was sent over what Asana had at that moment, as its person had seen it."""
    if edit.before is None or edit.before["duration_minutes"] != minutes:
        return False
    seen = dict(edit.seen)
    return edit.scope != "cell" or seen.get(edit.entry_gid) == minutes


def _ends(found: Found, writes: Iterable[Write], entries: dict[str, int]) -> None:
    """Asana has what its writes lead to: else they are not all there, and nothing is proved."""
    minutes: dict[str, int] = {}
    for write in writes:
        if write["act"] == "delete":
            minutes.pop(write["entry"], None)
        else:
            minutes[write["entry"]] = write["minutes"]
    if minutes != entries:
        different = {
            gid: (minutes.get(gid), entries.get(gid))
            for gid in minutes.keys() | entries.keys()
            if minutes.get(gid) != entries.get(gid)
        }
        found.wrong.append(f"writes and entries of the sandbox do not agree: {different}")
