"""The bugs that `mutants` plants, each as changes of the code.

Each is one that could be made by mistake, and that loses, doubles or distorts hours, or says
something about them that is not true.
"""

from __future__ import annotations

from dataclasses import dataclass

DELIVERY = "timesheet/journal/delivery.py"
MOVES = "timesheet/journal/moves.py"
STORE = "timesheet/journal/store.py"
LOCK = "timesheet/journal/lock.py"
JOURNAL = "timesheet/domain/journal.py"
ERRORS = "accounts/asana/errors.py"
EDITS = "timesheet/week/edits.py"
RECORDING = "timesheet/week/recording.py"
UNDOING = "timesheet/week/undo.py"
FORMS = "timesheet/week/forms.py"
# Options of the torture run: how it is aimed at a bug.
KILLS = ("--power-failures", "6", "--edits", "60", "--mostly", "type", "quick", "clear")
FREEZES = ("--freezes", "2", "--edits", "60")
PAGES = ("--edits", "12", "--values", "24", "--page-kills", "8")
UNDO = ("--edits", "80", "--mostly", "clear", "undo", "redo", "type")
ENTRIES = ("--mostly", "move", "split", "panel", "delete")
OVER = ("--mostly", "over another", "old tab")
PASTE = ("--mostly", "paste")
TWICE = ("--mostly", "twice", "quick")
DELETE = ("--mostly", "type", "clear", "delete")
RULES = ("--mostly", "rules", "type")
# Weeks are submitted once there is something in them.
WEEKS = ("--edits", "50", "--mostly", "submit", "type")
# Faults that are rare.
MORE = ("--edits", "120")
OWN_OPTIONS = (KILLS, FREEZES, PAGES, UNDO, ENTRIES, OVER, PASTE, TWICE, DELETE, RULES, WEEKS, MORE)


@dataclass(frozen=True)
class Change:
    """A place in a file, and what it is replaced with."""

    file: str
    old: str
    new: str


@dataclass(frozen=True)
class Bug:
    """A bug, and the tests that are about what it breaks."""

    name: str
    changes: tuple[Change, ...]
    tests: tuple[str, ...]
    # Options that the torture run gets besides the usual ones.
    torture: tuple[str, ...] = ()


def _bug(
    name: str, file: str, old: str, new: str, *tests: str, torture: tuple[str, ...] = ()
) -> Bug:
    return Bug(name, (Change(file, old, new),), tests, torture)


BUGS = (
    _bug(
        "drop an edit on 429",
        MOVES,
        "    attempts = edit.attempts + 1\n    wait",
        "    if isinstance(error, RateLimited):\n"
        "        return close(edit, State.DISCARDED, now)\n"
        "    attempts = edit.attempts + 1\n    wait",
        "tests/journal/test_delivery.py",
    ),
    _bug(
        "treat a 5xx as rejected",
        MOVES,
        "    if isinstance(error, Refused):\n        return State.REFUSED",
        "    if isinstance(error, Refused) or (error.status or 0) >= 500:\n"
        "        return State.REFUSED",
        "tests/journal/test_delivery.py",
        "tests/journal/test_transitions.py",
    ),
    _bug(
        "add 700 minutes to some",
        RECORDING,
        "        return PlannedEdit(\n            self.edit_id,\n            self.task,",
        "        if write.minutes % 5 == 4:\n"
        "            write = replace(write, minutes=write.minutes + 700)\n"
        "        return PlannedEdit(\n            self.edit_id,\n            self.task,",
        "tests/week/test_save_cell.py",
        "tests/week/test_many_cells.py",
    ),
    _bug(
        "hide rejections",
        MOVES,
        "reason=reason, asana_status=status, **watched)",
        "reason=reason, asana_status=status, **watched,\n        acknowledged_at=now)",
        "tests/journal/test_delivery.py",
        "tests/journal/test_delivery_status.py",
    ),
    Bug(
        "typing over an edit in doubt drops it",
        (
            Change(
                STORE,
                "    if any(edit.state == State.IN_DOUBT for edit in edits):",
                "    if not edits:",
            ),
            Change(
                STORE,
                "    if edit.state == State.IN_DOUBT:\n        raise",
                "    if not edit:\n        raise",
            ),
            Change(
                STORE,
                "        raise CannotPlan(PlanProblem.IN_DOUBT)\n    return edits",
                "        pass\n    return edits",
            ),
        ),
        ("tests/journal/test_delivery.py", "tests/week/test_conflicts.py"),
    ),
    _bug(
        "no settling time",
        DELIVERY,
        "settled=progress.is_settled",
        "settled=True",
        "tests/journal/test_late_writes.py",
        "tests/journal/test_delivery.py",
    ),
    _bug(
        "mark as in doubt too late",
        DELIVERY,
        "            State.IN_DOUBT,\n"
        "            # The latest time: it may wait for its turn, and this process may die then.\n"
        "            **settling.sent_until(self.lease.last_send, now, self.asana),",
        "            State(edit.state),\n            sent_at=edit.sent_at,",
        "tests/journal/test_delivery.py",
        torture=KILLS,
    ),
    _bug(
        "no comparison before writing",
        JOURNAL,
        "    unchanged = _unchanged(precondition, cell_entries, entry)",
        "    unchanged = True",
        "tests/domain/test_journal.py",
        "tests/week/test_conflicts.py",
        torture=OVER,
    ),
    _bug(
        "send again without looking",
        JOURNAL,
        "    if write.kind is WriteKind.UPDATE and entry and matches(",
        "    if sent:\n        return NextStep(NextStepKind.SEND)\n"
        "    if write.kind is WriteKind.UPDATE and entry and matches(",
        "tests/domain/test_journal.py",
        torture=TWICE,
    ),
    _bug(
        "adopt another entry of the cell",
        JOURNAL,
        "            if entry.gid not in excluded\n"
        "            and matches(entry, write.minutes, write.fields)",
        "            if entry",
        "tests/domain/test_journal.py",
        torture=OVER,
    ),
    _bug(
        "swallow a conflict",
        DELIVERY,
        "            case NextStepKind.CONFLICT:\n                self._conflict(edit, in_cell)",
        "            case NextStepKind.CONFLICT:\n"
        "                moves.close(edit, State.DISCARDED, self.clock())",
        "tests/week/test_conflicts.py",
        torture=OVER,
    ),
    _bug(
        "ignore Retry",
        EDITS,
        "    moves.make_due_now(Edit.objects.filter(pk=edit.pk), clock())\n",
        "",
        "tests/journal/test_delivery.py",
        "tests/journal/test_late_writes.py",
    ),
    Bug(
        "ignore the lease",
        (
            Change(
                LOCK,
                "    free = Q(held_until=None) | Q(held_until__lt=now)",
                "    free = Q(pk__isnull=False)",
            ),
            Change(
                LOCK,
                "DeliveryLock.objects.filter(user=self.user, holder=self.holder, "
                "held_until__gte=now)",
                "DeliveryLock.objects.filter(user=self.user)",
            ),
        ),
        ("tests/journal/test_delivery.py",),
        torture=TWICE,
    ),
    Bug(
        "send after the lease has ended",
        (
            Change(LOCK, "        return now < self.last_send", "        return True"),
            Change(LOCK, "        if not ours.update(held_until=until):", "        if not until:"),
        ),
        ("tests/journal/test_lease.py",),
        FREEZES,
    ),
    _bug(
        "take the same edit twice",
        FORMS,
        '            edit_id=given["edit"],\n            step=given["step"]',
        '            edit_id=uuid4(),\n            step=given["step"]',
        "tests/week/test_save_cell.py",
        "tests/journal/test_delivery.py",
        torture=TWICE,
    ),
    _bug(
        "undo twice what was asked for once",
        UNDOING,
        "Step.objects.filter(pk=step.pk, undo_count=undo_count)\n        if not counted",
        "Step.objects.filter(pk=step.pk)\n        if not counted",
        "tests/week/test_undo.py",
        torture=UNDO,
    ),
    _bug(
        "undo brings no deleted entry back",
        UNDOING,
        "        if before is None:\n            return None\n        fields = fields_to_recreate",
        "        if edit:\n            return None\n        fields = fields_to_recreate",
        "tests/week/test_undo.py",
        torture=UNDO,
    ),
    _bug(
        "undo restores other minutes",
        UNDOING,
        "Write(WriteKind.CREATE, minutes=before.duration_minutes, fields=fields)",
        "Write(WriteKind.CREATE, minutes=edit.duration_minutes or 1, fields=fields)",
        "tests/week/test_undo.py",
        torture=UNDO,
    ),
    _bug(
        "move deletes before the new entry is there",
        DELIVERY,
        "        if edit.follows_id is None:\n            return True\n        first",
        "        if edit:\n            return True\n        first",
        "tests/week/test_entries.py",
        torture=ENTRIES,
    ),
    _bug(
        "say that all is saved",
        "timesheet/journal/status.py",
        "    unsynced = unsynced_of(user).read()\n",
        "    unsynced: list[Edit] = []\n",
        "tests/journal/test_delivery_status.py",
    ),
    _bug(
        "show what is in doubt as saved",
        "timesheet/week/results.py",
        "    saved = edit.state == State.CONFIRMED\n    return",
        "    if edit.state == State.IN_DOUBT:\n        cell = replace(cell, pending=None)\n"
        "    saved = edit.state == State.CONFIRMED\n    return",
        "tests/journal/test_delivery.py",
        "tests/week/test_save_cell.py",
    ),
    _bug(
        "the worker delivers nothing",
        "timesheet/worker.py",
        "        dispatch.deliver_due(user_id, clock.now)",
        "        del user_id",
        "tests/test_processes.py",
    ),
    _bug(
        "reject what is in doubt because reading is refused",
        DELIVERY,
        "        if isinstance(error, Refused) and edit.state == State.QUEUED:",
        "        if isinstance(error, Refused):",
        "tests/journal/test_delivery.py",
    ),
    _bug(
        "take a proxy's page as a rejection",
        ERRORS,
        "    kind = _BY_STATUS.get(status, Malformed) if message else Malformed",
        "    kind = _BY_STATUS.get(status, Malformed)",
        "tests/asana/test_errors.py",
        torture=MORE,
    ),
    _bug(
        "take any answer as a deletion",
        "accounts/asana/client.py",
        '        decode_record(dict, self.session.send("DELETE", f"/time_tracking_entries/{gid}"))',
        '        self.session.send("DELETE", f"/time_tracking_entries/{gid}")',
        "tests/asana/test_client.py",
        torture=DELETE,
    ),
    _bug(
        "think that a lost answer was a lost request",
        ERRORS,
        "    if isinstance(error, Unreachable):\n        return error.sent",
        "    if isinstance(error, Unreachable):\n        return False",
        "tests/journal/test_delivery.py",
    ),
    _bug(
        "split off a part and keep the whole",
        "timesheet/week/entries.py",
        "    update = Write(WriteKind.UPDATE, ref.gid, left)",
        "    update = Write(WriteKind.UPDATE, ref.gid, left + part.minutes)",
        "tests/week/test_entries.py",
        torture=ENTRIES,
    ),
    _bug(
        "drop the last cell of a paste",
        "timesheet/week/views/paste.py",
        "    for (row, day), text in sorted(placement.hours.items()):",
        "    for (row, day), text in sorted(placement.hours.items())[:-1]:",
        "tests/week/test_many_cells.py",
        torture=PASTE,
    ),
    _bug(
        "lose the note of the panel",
        "timesheet/week/entry_forms.py",
        '            description=given["description"] if changed("description") else note,',
        "            description=note,",
        "tests/week/test_entries.py",
        torture=ENTRIES,
    ),
    _bug(
        "never send a stored value",
        "static/week/save-queue.js",
        "  if (!cell || !isCurrent(change)) continue;",
        "  if (cell || !isCurrent(change)) continue;",
        "tests/browser/test_unsent.py",
        torture=PAGES,
    ),
    _bug(
        "send a stored value as a new one",
        "static/week/save-queue.js",
        "  queue.set(cell.id, { ...change, ...state });",
        "  queue.set(cell.id, { ...change, ...state, edit: newEditId() });",
        "tests/browser/test_unsent.py",
        "tests/browser/test_stored_values.py",
        torture=PAGES,
    ),
    _bug(
        "store nothing before sending",
        "static/week/save-queue.js",
        "  const isStored = store(change);\n  const compared",
        "  const isStored = true;\n  const compared",
        "tests/browser/test_unsent.py",
        "tests/browser/test_stored_values.py",
        torture=PAGES,
    ),
    _bug(
        "drop a paste that got no answer",
        "static/week/write-form.js",
        r"/\/(cells|hours",
        r"/\/(hours",
        "tests/browser/test_outbox.py",
    ),
    _bug(
        "let hours of a submitted week change",
        "timesheet/journal/preflight.py",
        "    if status.locks:\n        return str(LOCKED[status])",
        "    if status.locks and not edit:\n        return str(LOCKED[status])",
        "tests/week/test_submit.py",
        torture=WEEKS,
    ),
    _bug(
        "submit a week with unsynced changes",
        "timesheet/week/submit.py",
        "    if new is Status.SUBMITTED and (count :=",
        "    if new is Status.DRAFT and (count :=",
        "tests/week/test_submit.py",
        torture=WEEKS,
    ),
    _bug(
        "say that a decision without an answer was not made",
        "timesheet/week/submit.py",
        "    is_unknown = may_have_taken_place(error)\n    for delay",
        "    is_unknown = False\n    for delay",
        "tests/week/test_submit.py",
        "tests/team/test_unanswered_decisions.py",
        torture=WEEKS,
    ),
    _bug(
        "ignore the rules",
        "timesheet/sheets/policy.py",
        "        return policy.refusal(self.policy, write, today)",
        "        del write, today\n        return None",
        "tests/week/test_policy_enforced.py",
        torture=RULES,
    ),
)
