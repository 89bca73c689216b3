"""Messages and labels of the health page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from timesheet.admin.health.service import Health
from timesheet.domain.health import OK, HealthIssue
from timesheet.domain.journal import State

CHECKS = {
    "database": gettext_lazy("Database"),
    "cache": gettext_lazy("Cache"),
    "queue": gettext_lazy("Queue"),
    "worker": gettext_lazy("Worker"),
    "asana": gettext_lazy("Asana"),
}
WORDS = {
    "ok": gettext_lazy("Works"),
    "failing": gettext_lazy("Fails"),
    "missing": gettext_lazy("None runs"),
    "unreachable": gettext_lazy("Does not answer"),
    "unknown": gettext_lazy("Not known yet"),
}
STATES = {
    State.QUEUED: gettext_lazy("Wait for Asana"),
    State.IN_DOUBT: gettext_lazy("Sent, without an answer yet"),
    State.CONFLICT: gettext_lazy("Changed in Asana too: wait for their person"),
    State.RESTORED: gettext_lazy("Checking after a restore"),
}
ISSUES = {
    HealthIssue.PAUSED: gettext_lazy(
        "Nothing is saved to Asana: this database was restored or copied, so some changes may be "
        "in Asana already. Run manage.py after_restore."
    ),
    HealthIssue.CACHE: gettext_lazy(
        "The cache doesn’t work, so pages are slower, and reminders and digests wait. Check that "
        "what CACHE_URL names is running. If it is the database, run manage.py createcachetable."
    ),
    HealthIssue.QUEUE: gettext_lazy(
        "The queue that wakes the worker doesn’t work. Unsynced changes still reach Asana, some "
        "seconds later. Check that what QUEUE_URL names is running."
    ),
    HealthIssue.WORKER: gettext_lazy(
        "No worker runs: what Asana did not take at once is not sent again, and no reminders go "
        "out. Nothing is lost. Start one: manage.py worker."
    ),
    HealthIssue.VERSIONS: gettext_lazy(
        "A worker runs another version than these pages. Restart it, so that both are the same."
    ),
    HealthIssue.UNREACHABLE: gettext_lazy(
        "Asana does not answer from here. What people type is kept and sent once it is back. If it "
        "lasts, look at this machine’s network and at ASANA_URL, and at status.asana.com."
    ),
    HealthIssue.FAILING: gettext_lazy(
        "Asana answers with an error of its own. What people type is kept and sent once it is back "
        "in order. Asana tells at status.asana.com what it knows."
    ),
    HealthIssue.STUCK: gettext_lazy(
        "An edit has been on its way to Asana for more than an hour. Look among the open edits "
        "what keeps it, then retry or discard it."
    ),
    HealthIssue.CLOCK: gettext_lazy(
        "The clock of this machine and Asana’s differ by %(seconds)d seconds. From two minutes on, "
        "what became of an edit whose answer was lost may be misjudged. Set the clock, best by NTP."
    ),
    HealthIssue.DISK_SPACE: gettext_lazy(
        "There are less than 500 MB free where the database is. Without room nothing can be saved: "
        "make some."
    ),
}


def sentences(health: Health) -> Iterator[str]:
    """Yield a message for each issue: what is wrong, and what to do about it."""
    for issue in health.issues:
        if issue is HealthIssue.ERRORS:
            yield errors(health)
        else:
            yield str(ISSUES[issue]) % {"seconds": abs(health.inputs.clock_offset or 0)}


def errors(health: Health) -> str:
    """Say how many requests to Asana failed within the last hour."""
    answers = health.inputs.answers
    since = date_format(localtime(health.hour_began), "TIME_FORMAT")
    return _(
        "%(failed)d of %(total)d requests to Asana since %(since)s failed: see below how. What was "
        "to be saved is kept and sent again."
    ) % {"failed": answers.failed, "total": answers.total, "since": since}


@dataclass(frozen=True)
class CheckLine:
    """A check as the page shows it."""

    name: str
    # The result in words.
    word: str
    good: bool


def checks(health: Health) -> Iterator[CheckLine]:
    """Yield a line for each check of `/readyz`."""
    for name, word in asdict(health.inputs.checks).items():
        yield CheckLine(str(CHECKS[name]), str(WORDS[word]), word == OK)


@dataclass(frozen=True)
class QueueLine:
    """The open edits of one state."""

    # The state in words.
    word: str
    number: int
    # When the oldest of them was typed.
    since: datetime | None


def waiting(health: Health) -> Iterator[QueueLine]:
    """Yield a line for each open state."""
    for waiting_edits in health.waiting:
        word = str(STATES[waiting_edits.state])
        yield QueueLine(word, waiting_edits.number, waiting_edits.since)


@dataclass(frozen=True)
class StatusLine:
    """How often Asana answered with one status within the last hour and the last day."""

    status: int
    meaning: str
    last_hour: int
    last_day: int


def statuses(health: Health) -> Iterator[StatusLine]:
    """Yield a line for each status of the last day."""
    last_hour = health.inputs.answers.by_status
    for status, number in health.last_day.by_status.items():
        yield StatusLine(status, meaning(status), last_hour.get(status, 0), number)


def clocks(offset: float | None) -> str:
    """Say how many seconds this machine's clock is ahead of Asana's, behind it if negative."""
    if offset is None:
        return _("Not known yet")
    seconds = round(abs(offset))
    if seconds == 0:
        return _("The same")
    if offset > 0:
        phrase = ngettext("%(n)d second before it", "%(n)d seconds before it", seconds)
    else:
        phrase = ngettext("%(n)d second behind it", "%(n)d seconds behind it", seconds)
    return phrase % {"n": seconds}


def meaning(status: int) -> str:
    """Say what a status of Asana's answer means for the request; 0 is no answer."""
    if status == 0:
        return _("No answer")
    if status == 429:
        return _("Too many requests: Asana asked to slow down")
    if status >= 500:
        return _("An error of Asana’s own")
    if status == 401:
        return _("A token was not accepted: it was renewed, or the person must reconnect")
    if status == 402:
        return _("Not in the workspace’s plan")
    return _("Done") if status < 400 else _("Refused")
