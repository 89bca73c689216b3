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
    "ok": gettext_lazy("Working"),
    "failing": gettext_lazy("Failing"),
    "missing": gettext_lazy("Not running"),
    "unreachable": gettext_lazy("Not responding"),
    "unknown": gettext_lazy("Unknown"),
}
STATES = {
    State.QUEUED: gettext_lazy("Queued"),
    State.IN_DOUBT: gettext_lazy("Checking"),
    State.CONFLICT: gettext_lazy("Conflict"),
    State.RESTORED: gettext_lazy("Needs review after a restore"),
}
ISSUES = {
    HealthIssue.PAUSED: gettext_lazy(
        "Nothing is being saved to Asana, because this database was restored or copied and "
        "some changes may be in Asana already. Run manage.py after_restore."
    ),
    HealthIssue.CACHE: gettext_lazy(
        "The cache isn’t working. Pages are slower, and reminders and digests are on hold. "
        "Check that the service in CACHE_URL is running. If it’s the database, run "
        "manage.py createcachetable."
    ),
    HealthIssue.QUEUE: gettext_lazy(
        "The worker’s queue isn’t working. Unsynced changes still reach Asana, a few "
        "seconds later. Check that the service in QUEUE_URL is running."
    ),
    HealthIssue.WORKER: gettext_lazy(
        "No worker is running, so queued changes aren’t retried and reminders aren’t sent. "
        "No hours are lost. Start one with manage.py worker."
    ),
    HealthIssue.VERSIONS: gettext_lazy(
        "A worker is running a different version from this site. Restart it."
    ),
    HealthIssue.UNREACHABLE: gettext_lazy(
        "Asana isn’t responding. Changes are queued and will be saved once it’s back. If "
        "this continues, check this server’s network, ASANA_URL and status.asana.com."
    ),
    HealthIssue.FAILING: gettext_lazy(
        "Asana is returning errors. Changes are queued and will be saved once it recovers. "
        "See status.asana.com for updates."
    ),
    HealthIssue.STUCK: gettext_lazy(
        "A change has been unsynced for more than an hour. Check the cause under Unsynced "
        "changes, then retry or discard it."
    ),
    HealthIssue.CLOCK: gettext_lazy(
        "This server’s clock and Asana’s differ by %(seconds)d seconds. A difference of two"
        " minutes or more makes it harder to tell whether Asana received a change. "
        "Synchronize the clock with NTP."
    ),
    HealthIssue.DISK_SPACE: gettext_lazy(
        "The database’s disk has less than 500 MB free. When it’s full, no hours can be "
        "saved. Free up some space."
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
        "%(failed)d of %(total)d requests to Asana since %(since)s failed. See details "
        "below. Failed changes are queued and will be retried."
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
        return _("Unknown")
    seconds = round(abs(offset))
    if seconds == 0:
        return _("In sync")
    if offset > 0:
        phrase = ngettext("%(n)d second ahead", "%(n)d seconds ahead", seconds)
    else:
        phrase = ngettext("%(n)d second behind", "%(n)d seconds behind", seconds)
    return phrase % {"n": seconds}


def meaning(status: int) -> str:
    """Say what a status of Asana's answer means for the request; 0 is no answer."""
    if status == 0:
        return _("No response")
    if status == 429:
        return _("Rate limited by Asana")
    if status >= 500:
        return _("Asana server error")
    if status == 401:
        return _("Token rejected: refreshed, or the person has to reconnect")
    if status == 402:
        return _("Not included in the workspace’s Asana plan")
    return _("Successful") if status < 400 else _("Rejected")
