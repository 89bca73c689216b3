"""Sends saved reports on their schedules, and stops when the owner may no longer see them.

Each recipient's own access is checked before each email. At most one email is sent for a due time.
"""

from __future__ import annotations

import logging
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.urls import reverse
from django.utils import timezone

from accounts.asana.errors import AsanaError
from accounts.workspaces.allowed import is_allowed
from timesheet.domain import mail_schedule
from timesheet.domain.date_range import BadQuery
from timesheet.domain.pivot import percent, pivot
from timesheet.models import MailKind, ReportSchedule
from timesheet.reminders.outgoing import absolute, send_email
from timesheet.reminders.sending import MaybeSent, NotSent, is_address
from timesheet.reminders.subscriptions import Subscription
from timesheet.reports import labels
from timesheet.reports.caveats import caveats
from timesheet.reports.costs import NO_AMOUNTS
from timesheet.scheduled_reports.reading import (
    NoAccess,
    NotConnected,
    ReadReport,
    read_report,
    report_of,
    same_report,
)

logger = logging.getLogger(__name__)

MOST_TRIES = 5
# Groups that an email lists; the file has all.
MOST_GROUPS = 25


def send_due(now: datetime) -> None:
    """Send what is due, also what became due while no worker was running."""
    schedules = ReportSchedule.objects.filter(stopped="").select_related("view__user")
    for schedule in schedules:
        due = due_time(schedule, now)
        if not is_allowed(schedule.view.workspace_gid) or not _is_due(schedule, due, now):
            continue
        if _claim(schedule, due, now):
            with timezone.override(_zone(schedule)):
                _send(schedule, due, now)


def due_time(schedule: ReportSchedule, now: datetime) -> datetime:
    """Return the last time that the report was due, in UTC."""
    if schedule.frequency == ReportSchedule.Frequency.MONTHLY:
        return mail_schedule.last_first_of_month(now, schedule.at, _zone(schedule))
    return mail_schedule.last_due(now, schedule.weekday, schedule.at, _zone(schedule))


def _zone(schedule: ReportSchedule) -> ZoneInfo:
    try:
        return ZoneInfo(schedule.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def _is_due(schedule: ReportSchedule, due: datetime, now: datetime) -> bool:
    if not mail_schedule.is_still_due(due, now, schedule.changed_at):
        return False
    if schedule.sent_for != due:
        return True
    if schedule.tries == 0 or schedule.tries >= MOST_TRIES or schedule.tried_at is None:
        return False
    return now >= schedule.tried_at + mail_schedule.retry_delay(schedule.tries)


def _claim(schedule: ReportSchedule, due: datetime, now: datetime) -> bool:
    """Record a try, unless another worker has. `tries` is 0 once all is sent."""
    is_new = schedule.sent_for != due
    tries = 1 if is_new else schedule.tries + 1
    claimed = ReportSchedule.objects.filter(
        pk=schedule.pk, sent_for=schedule.sent_for, tries=schedule.tries
    ).update(
        sent_for=due,
        tries=tries,
        tried_at=now,
        sent_to=[] if is_new else schedule.sent_to,
    )
    schedule.refresh_from_db()
    return bool(claimed)


def _send(schedule: ReportSchedule, due: datetime, now: datetime) -> None:
    view = schedule.view
    # Where it is sent late, "this week" is the one in which it was due.
    day = due.astimezone(_zone(schedule)).date()
    try:
        report = report_of(view.query, day)
    except BadQuery:
        _stop(schedule, ReportSchedule.StopReason.UNREADABLE)
        return
    try:
        owners = read_report(view.user.gid, view.workspace_gid, report, now)
    except NoAccess:
        _stop(schedule, ReportSchedule.StopReason.NO_ACCESS)
        return
    except NotConnected:
        # They may reconnect within the next tries.
        if schedule.tries >= MOST_TRIES:
            _stop(schedule, ReportSchedule.StopReason.NOT_CONNECTED)
        return
    except AsanaError as error:
        logger.warning("the report %s was not read: %s", schedule, error)
        return
    results = [_send_to(gid, schedule, owners, now) for gid in schedule.recipients]
    if all(results):
        schedule.tries = 0
        schedule.save(update_fields=["tries"])


def _stop(schedule: ReportSchedule, reason: str) -> None:
    logger.warning("the report %s is stopped: %s", schedule, reason)
    schedule.stopped = reason
    schedule.save(update_fields=["stopped"])
    _tell_owner(schedule)


def _tell_owner(schedule: ReportSchedule) -> None:
    """Email the owner that their report is no longer sent, and why; its schedule says it too."""
    view = schedule.view
    subscription = Subscription(view.user.gid, view.workspace_gid, MailKind.REPORT)
    if not (view.user.is_active and is_address(view.user.email) and subscription.is_wanted):
        return
    address = absolute(reverse("report_schedule", args=[view.workspace_gid, view.slug]))
    context: dict[str, object] = {"view": view, "schedule": schedule, "address": address}
    try:
        send_email(view.user, "report_stopped", context, subscription=subscription)
    except (NotSent, MaybeSent) as error:
        logger.warning("the owner of the report %s may not know that it stopped: %s", view, error)


def _send_to(gid: str, schedule: ReportSchedule, owners: ReadReport, now: datetime) -> bool:
    """Send the email to one recipient, at most once; return False if it is to be tried again."""
    view = schedule.view
    subscription = Subscription(gid, view.workspace_gid, MailKind.REPORT)
    if gid in schedule.sent_to or not subscription.is_wanted:
        return True
    try:
        read = same_report(gid, view.workspace_gid, owners, now)
    except (AsanaError, NoAccess, NotConnected) as error:
        # The next try stops the report if the owner has lost access since the first reading.
        logger.warning("the report %s was not checked for %s: %r", schedule, gid, error)
        return False
    if read is None or not is_address(read.user.email):
        logger.warning("the report %s is not for %s", schedule, gid)
        return True
    schedule.sent_to = [*schedule.sent_to, gid]
    schedule.save(update_fields=["sent_to"])
    try:
        context = email_context(schedule, read)
        send_email(read.user, "report", context, subscription=subscription, by=view.user)
    except NotSent as error:
        logger.warning("the report %s was not sent to %s: %s", schedule, gid, error)
        schedule.sent_to = [each for each in schedule.sent_to if each != gid]
        schedule.save(update_fields=["sent_to"])
        return False
    except MaybeSent as error:
        # Rather no email than the same one twice.
        logger.warning("the report %s to %s is in doubt: %s", schedule, gid, error)
    return True


def email_context(schedule: ReportSchedule, read: ReadReport) -> dict[str, object]:
    """Return the context of the email: figures, caveats, and links to the report and its file."""
    report, report_data = read.report, read.report_data
    whole = pivot(report_data.entries, report.by)
    costs = read.costs if read.costs is not None and read.costs.any else None
    amounts = costs.by_group(report_data.entries, report.by) if costs else {}
    fixed = report.within(report.span)
    address = absolute(reverse("reports", args=[schedule.view.workspace_gid]))
    file = absolute(reverse("export_xlsx", args=[schedule.view.workspace_gid]))
    query = urlencode(fixed.query_pairs)
    return {
        "view": schedule.view,
        "owner": schedule.view.user,
        "days": labels.days(report.span),
        "heading": labels.grouped(report.by, None),
        "groups": [
            (
                labels.label(report.by, group.key, report_data.names),
                group.figure,
                percent(group.figure.minutes, whole.total.minutes),
                amounts.get((group.key,)),
            )
            for group in whole.groups[:MOST_GROUPS]
        ],
        "more": max(len(whole.groups) - MOST_GROUPS, 0),
        "total": whole.total,
        "costs": costs,
        "total_amounts": sum(amounts.values(), NO_AMOUNTS),
        "lacks_rates": any(each.adds_up and each.unknown for each in amounts.values()),
        "caveats": caveats(report_data, read.costs),
        "address": f"{address}?{query}",
        "file": f"{file}?{query}",
    }
