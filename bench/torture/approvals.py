"""What people and their managers do about whole weeks: submit, recall, approve, send back, reopen,
and lock days by a rule."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from bench.torture.ledger import Outcome, RuleChange, Ruling
from bench.torture.people import Cells, Person
from bench.torture.session import Session
from bench.torture.week_page import forms_of, refusals_of, text_of, week_status_of

# What the app says about a decision, each with its outcome, and with the status that the week has
# because of somebody else.
SAYINGS: tuple[tuple[str, Outcome, str], ...] = (
    (r"^Week submitted for approval", "done", "SUBMITTED"),
    (r"^Week recalled", "done", "DRAFT"),
    (r"^1 week approved", "done", "APPROVED"),
    (r"^1 week sent back", "done", "REJECTED"),
    (r"^1 week is waiting for approval again", "done", "SUBMITTED"),
    (r"This week has been recalled already|isn’t submitted", "changed", "DRAFT"),
    (r"This week has been submitted already|already waiting for approval", "changed", "SUBMITTED"),
    (r"approved this week in the meantime|already approved", "changed", "APPROVED"),
    (r"sent this week back in the meantime|was already sent back", "changed", "REJECTED"),
    (r"recalled this week\.", "changed", "DRAFT"),
    (r"already reopened this week\.", "changed", "SUBMITTED"),
    (r"already approved this week\.", "changed", "APPROVED"),
    (r"already sent this week back\.", "changed", "REJECTED"),
    (r"hours changed since you opened this page", "hours", ""),
    (r"t know yet whether", "unknown", ""),
    (r"unsynced change", "unsaved", ""),
    (r"wasn[’']t (submitted|recalled|saved)|doesn’t show you these hours", "refused", ""),
)
DECIDER = re.compile(
    r"^(.+?) (?:recalled this week\.|already (?:reopened|approved|sent) this week)"
)
MANAGER_ACTIONS = {"SUBMITTED": ("approve", "return"), "APPROVED": ("reopen",)}
FINGERPRINT = re.compile(r'name="fingerprint:\d+" value="(\w*)"')
TOAST = re.compile(r'<div class="toast-body".*?</div>', re.DOTALL)
# How many decisions of two managers are made at the same moment.
RACES = 0.25
# The last day that may be locked, as a number of days of the week.
LOCKED_DAYS = 2


@dataclass
class Company:
    """The managers of a workspace, one of whom is an admin, and its rules."""

    workspace: str
    week: str
    days: tuple[str, ...]
    managers: list[Session]
    rules: list[RuleChange] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def change_rules(self, random: Random) -> None:
        """Lock the first days of the week, or unlock them again."""
        with self._lock:
            is_locked = bool(self.rules) and self.rules[-1].lock_date != ""
            day = "" if is_locked else self.days[random.randrange(LOCKED_DAYS)]
            self._set_rule(day)

    def unlock(self) -> None:
        """Take back every rule."""
        with self._lock:
            if self.rules and self.rules[-1].lock_date:
                self._set_rule("")

    def _set_rule(self, day: str) -> None:
        sent_at = time.time()
        values = {"lock_date": day, "rounding_minutes": "0", "rounding": "nearest"}
        # Noted first: it may be in force before its answer.
        change = RuleChange(self.workspace, day, sent_at)
        self.rules.append(change)
        self.managers[0].answer("POST", f"/{self.workspace}/policy/", data=values)
        change.answered_at = time.time()


def submit(person: Person, page: str, _cells: Cells) -> bool:
    """Submit the week for approval."""
    return _decide_own(person, page, "submit")


def recall(person: Person, page: str, _cells: Cells) -> bool:
    """Take a submitted week back."""
    return _decide_own(person, page, "recall")


def decide(person: Person, page: str, _cells: Cells) -> bool:
    """Let a manager decide about the week, or two at the same moment."""
    if person.company is None or week_status_of(page).status not in ("SUBMITTED", "APPROVED"):
        return False
    number = 2 if person.random.random() < RACES else 1
    managers = person.random.sample(person.company.managers, number)
    sends = [send for manager in managers if (send := _prepare(person, manager))]
    threads = [threading.Thread(target=send) for send in sends]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return bool(sends)


def change_rules(person: Person, _page: str, _cells: Cells) -> bool:
    """Let an admin lock some days of the workspace's week, or unlock them."""
    if person.company is None:
        return False
    person.company.change_rules(person.random)
    return True


def make_editable(person: Person, page: str, cells: Cells) -> str:
    """Do what is needed to get on with a week that is locked, and return what that was."""
    is_decided = person.company is None or person.random.random() < 0.25
    if is_decided and recall(person, page, cells):
        return "recall"
    return "decide" if decide(person, page, cells) else "nothing"


def _decide_own(person: Person, page: str, action: str) -> bool:
    if not forms_of(page, f"/{action}/"):
        return False
    person.said = ""
    sent_at = time.time()
    person.post(f"{action}/", {"comment": "The week is done."} if action == "submit" else {})
    answered_at = time.time()
    # The next page says what came of it.
    person.see()
    _note(person, person.gid, action, sent_at, answered_at, person.said)
    return True


def _prepare(person: Person, manager: Session) -> Callable[[], None] | None:
    """Open the page of a person's week as a manager; return what their next click does."""
    assert person.company is not None
    team = f"/{person.workspace}/team/{person.week}/"
    page = manager.answer("GET", f"{team}{person.gid}/").text
    if forms_of(page, "/approve/"):
        action = person.random.choice(MANAGER_ACTIONS["SUBMITTED"])
    elif forms_of(page, "/reopen/"):
        action = "reopen"
    else:
        return None
    fingerprint = FINGERPRINT.search(page)
    values = {"person": person.gid}
    if fingerprint:
        values[f"fingerprint:{person.gid}"] = fingerprint[1]
    if action == "return":
        values["message"] = "Please check Friday."

    def send() -> None:
        sent_at = time.time()
        answer = manager.answer("POST", f"{team}{action}/", data=values).text
        toast = TOAST.search(answer)
        html = toast[0] if toast else answer
        lines = refusals_of(html)
        said = lines[0].partition(": ")[2] if lines else text_of(html)
        _note(person, manager.gid, action, sent_at, time.time(), said)

    return send


def _note(
    person: Person, by: str, action: str, sent_at: float, answered_at: float, said: str
) -> None:
    outcome: Outcome
    outcome, status = next(
        ((outcome, status) for words, outcome, status in SAYINGS if re.search(words, said)),
        ("", ""),
    )
    name = DECIDER.search(said)
    person.ledger.rulings.append(
        Ruling(
            by,
            person.gid,
            person.workspace,
            action,
            sent_at,
            answered_at,
            said,
            outcome,
            status,
            name[1] if name else "",
        )
    )
