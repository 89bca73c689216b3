"""Compares, entry by entry, what people requested, what the journal says, and what Asana did.

People request each number of minutes once in a cell, so every write in Asana tells which edit it is
from.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.torture.people import Person
from timesheet.models import Edit

# A write as the sandbox logs it.
Write = dict[str, Any]
# The method, the gid of the entry, and its minutes.
DirectWrite = tuple[str, str, int | None]
# The person, the task, the day, and the minutes.
Created = tuple[str, str, str, int]
# The kind, the gid of the entry, and its minutes.
Changed = tuple[str, str, int | None]


@dataclass
class Findings:
    """Sentences about everything that is not as it must be, one for each case."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether there is no case."""
        return not (self.lost or self.doubled or self.wrong or self.stuck)


def check(people: Iterable[Person], writes: list[Write], entries: dict[str, int]) -> Findings:
    """Return what went wrong.

    `writes` are all writes that took place in Asana, in order; `entries` are the minutes, by gid,
    that these people's weeks have in the end.
    """
    findings = Findings()
    by_gid = {person.gid: person for person in people}
    edits = list(Edit.objects.select_related("user").order_by("pk"))
    direct = Counter(write for person in by_gid.values() for write in person.direct)
    _check_accepted(findings, by_gid.values(), {str(edit.edit_id) for edit in edits})
    _check_states(findings, by_gid, edits)
    ours = [write for write in writes if not _remove(direct, _direct_write(write))]
    _check_creates(findings, edits, [write for write in ours if write["act"] == "create"])
    _check_changes(findings, edits, ours, writes)
    _check_entries(findings, writes, entries)
    return findings


def _remove(direct: Counter[DirectWrite], write: DirectWrite) -> bool:
    """Remove a write from the direct ones; return whether it is one of them.

    Each counts once, because adding to an entry made in Asana may come to minutes that were
    requested before.
    """
    if not direct[write]:
        return False
    direct[write] -= 1
    return True


def _direct_write(write: Write) -> DirectWrite:
    method = {"create": "POST", "update": "PUT", "delete": "DELETE"}[write["act"]]
    return method, write["entry"], write["minutes"]


def _check_accepted(findings: Findings, people: Iterable[Person], edit_ids: set[str]) -> None:
    """Every edit that was accepted is in the journal."""
    findings.lost += [
        f"{requested.text!r} of {requested.person} in {requested.task} on {requested.day} was "
        "accepted and is not in the journal"
        for person in people
        for requested in person.requested
        if requested.accepted and requested.edit not in edit_ids
    ]


def _check_states(findings: Findings, people: dict[str, Person], edits: Iterable[Edit]) -> None:
    """No edit is open, was refused without a reason, or was discarded without being told to."""
    last_requested: dict[tuple[str, str, str], float] = {}
    for person in people.values():
        for requested in person.requested:
            cell = (person.gid, requested.task, requested.day)
            last_requested[cell] = max(last_requested.get(cell, 0), requested.at)
    for edit in edits:
        person = people[edit.user.gid]
        description = f"{edit.edit_id} ({edit}) of {person.name}"
        if edit.is_open:
            findings.stuck.append(f"{description} is {edit.state}: {edit.reason}")
        elif edit.state == "refused" and not edit.reason:
            findings.wrong.append(f"{description} was refused without a reason")
        elif edit.state == "discarded":
            created_at = edit.created_at.timestamp()
            cell = (person.gid, edit.task_gid, edit.entered_on.isoformat())
            by_person = str(edit.edit_id) in person.discarded
            replaced = last_requested.get(cell, 0) > created_at
            undone = any(at >= created_at - 1 for at in person.undone_at)
            if not (by_person or replaced or undone):
                findings.lost.append(f"{description} was discarded, and nobody asked for that")


def _check_creates(findings: Findings, edits: Sequence[Edit], writes: Iterable[Write]) -> None:
    """Every confirmed create made one entry, and no other entry was made."""
    in_asana: dict[Created, list[str]] = defaultdict(list)
    for write in writes:
        in_asana[write["user"], write["task"], write["day"], write["minutes"]].append(
            write["entry"]
        )
    confirmed: dict[Created, list[str]] = defaultdict(list)
    possible: Counter[Created] = Counter()
    for edit in edits:
        if edit.kind != "create":
            continue
        day = edit.write.fields.entered_on or edit.entered_on
        created = (edit.user.gid, edit.task_gid, str(day), edit.duration_minutes)
        if edit.state == "confirmed":
            confirmed[created].append(edit.entry_gid)
        elif edit.state == "discarded" and edit.sent_at:
            # It was in doubt when its person discarded it: it may be in Asana or not.
            possible[created] += 1
    for created in in_asana.keys() | confirmed.keys():
        created_gids, edit_gids = in_asana[created], confirmed[created]
        findings.lost += [
            f"create {created}: {gid} is not in Asana" for gid in set(edit_gids) - set(created_gids)
        ]
        findings.lost += [f"create {created}: {len(edit_gids)} edits are one entry"] * (
            len(edit_gids) - len(set(edit_gids))
        )
        unknown = len(set(created_gids) - set(edit_gids)) - possible[created]
        if unknown > 0:
            history = _history_of_cell(edits, created[:3])
            findings.doubled += [
                f"create {created}: {created_gids} created, {edit_gids} known. {history}"
            ] * unknown


def _history_of_cell(edits: Iterable[Edit], cell: tuple[str, str, str]) -> str:
    """Describe all edits of a cell, to find out what went wrong."""
    return "; ".join(
        _description(edit)
        for edit in edits
        if (edit.user.gid, edit.task_gid, str(edit.entered_on)) == cell
    )


def _description(edit: Edit) -> str:
    return (
        f"{edit.pk} {edit.kind} {edit.entry_gid} to {edit.duration_minutes} {edit.text!r}, "
        f"undo count {edit.undo_count} of step {edit.step_id}, {edit.scope} {edit.seen}, "
        f"{edit.state}, tried {edit.attempts}, sent {edit.sent_at}, closed {edit.closed_at} "
        f"{edit.reason}"
    )


def _check_changes(
    findings: Findings, edits: Iterable[Edit], ours: Iterable[Write], writes: list[Write]
) -> None:
    """Every confirmed update and deletion took place, and none more often than it was sent."""
    requested: dict[Changed, list[Edit]] = defaultdict(list)
    for edit in edits:
        if edit.kind != "create":
            minutes = edit.duration_minutes if edit.kind == "update" else None
            requested[edit.kind, edit.entry_gid, minutes].append(edit)
    write_counts = Counter((write["act"], write["entry"], write["minutes"]) for write in ours)
    deleted = {write["entry"] for write in writes if write["act"] == "delete"}
    for change, change_edits in requested.items():
        kind, gid, _minutes = change
        confirmed = sum(edit.state == "confirmed" for edit in change_edits)
        sent_count = sum(edit.sent_at is not None for edit in change_edits)
        # Deleting an entry that is already deleted succeeds without a write.
        took_place = confirmed if kind == "delete" and gid in deleted else write_counts[change]
        if confirmed > took_place or write_counts[change] > sent_count:
            history = _history_of_entry(gid, edits, writes)
            findings.lost += [f"{change} is confirmed, and not done: {history}"] * (
                confirmed - took_place
            )
            findings.doubled += [f"{change} was done for {sent_count} edits: {history}"] * (
                write_counts[change] - sent_count
            )
    _check_overwritten(findings, requested, ours)


def _history_of_entry(gid: str, edits: Iterable[Edit], writes: Iterable[Write]) -> str:
    """Describe all edits of an entry, and all that happened to it in Asana."""
    requested = "; ".join(_description(edit) for edit in edits if edit.entry_gid == gid)
    history = [
        f"{write['act']} {write['was']} to {write['minutes']}"
        for write in writes
        if write["entry"] == gid
    ]
    return f"{requested}. In Asana: {', '.join(history)}"


def _check_overwritten(
    findings: Findings, requested: Mapping[Changed, list[Edit]], ours: Iterable[Write]
) -> None:
    """Every change was requested, and replaced what its person had seen."""
    for write in ours:
        if write["act"] == "create":
            continue
        edits = requested.get((write["act"], write["entry"], write["minutes"]), [])
        if not edits:
            findings.wrong.append(f"nobody requested {write}")
        elif not any(_has_seen(edit, write["was"]) for edit in edits):
            findings.wrong.append(f"{write} overwrote what nobody had seen")


def _has_seen(edit: Edit, minutes: int) -> bool:
    """Return whether the edit replaced an entry of `minutes`, as its person had seen it."""
    if edit.before is None or edit.before["duration_minutes"] != minutes:
        return False
    seen = dict(edit.seen)
    return edit.scope != "cell" or seen.get(edit.entry_gid) == minutes


def _check_entries(findings: Findings, writes: Iterable[Write], entries: dict[str, int]) -> None:
    """Asana has what its writes lead to; otherwise writes are missing, and nothing is proved."""
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
        findings.wrong.append(f"writes and entries of the sandbox do not agree: {different}")
