"""Emails when a project's budget is used to some percentage: who gets them, and sending them.

A budget is read with the connection of each recipient, so that nobody learns from an email what
Asana would not show them. Nothing about the budget is stored.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q

from accounts.asana import listings
from accounts.asana.errors import AsanaError
from accounts.asana.records import AsanaUser, Project
from accounts.connections.service import client_for
from accounts.models import Connection, User
from accounts.workspaces.allowed import is_allowed
from timesheet.domain.budget import BudgetState, state_of
from timesheet.domain.report_entry import distinct_people
from timesheet.models import BudgetAlert, MailKind
from timesheet.reminders.sending import MaybeSent, NotSent, is_address
from timesheet.reminders.subscriptions import Subscription

logger = logging.getLogger(__name__)

MOST_PERCENT = 200
CHECK_EVERY = timedelta(hours=1)
# Alerts that one run of the worker checks.
MOST_CHECKS = 50


@dataclass(frozen=True)
class BudgetMail:
    """An email about a budget that has passed a threshold."""

    to: User
    workspace: str
    project: Project
    budget: BudgetState
    threshold: int
    # Who asked for the email.
    by: User

    @property
    def subscription(self) -> Subscription:
        """The recipient's subscription to this kind of email."""
        return Subscription(self.to.gid, self.workspace, MailKind.BUDGET)


# Sends an email. Raises `NotSent`, `MaybeSent`.
BudgetMailSender = Callable[[BudgetMail], None]


def alert_of(user: User, workspace: str, project: str) -> BudgetAlert:
    """Return the user's alert for a project, or an unsaved one with the defaults."""
    own: dict[str, Any] = {"user": user, "workspace_gid": workspace, "project_gid": project}
    return BudgetAlert.objects.filter(**own).first() or BudgetAlert(**own)


def possible_recipients(people: Iterable[AsanaUser]) -> tuple[AsanaUser, ...]:
    """Return those of the viewer's people who are connected here, with names that differ."""
    people = tuple(people)
    gids = [person.gid for person in people]
    connected = set(
        Connection.objects.usable().filter(user__gid__in=gids).values_list("user__gid", flat=True)
    )
    return distinct_people(person for person in people if person.gid in connected)


def store_alert(
    user: User, workspace: str, project: str, percent: int, recipients: Sequence[str]
) -> None:
    """Store an alert, or delete it if there are no recipients; it is checked again at once."""
    own: dict[str, Any] = {"user": user, "workspace_gid": workspace, "project_gid": project}
    if not recipients:
        BudgetAlert.objects.filter(**own).delete()
        return
    BudgetAlert.objects.update_or_create(
        **own,
        defaults={
            "percent": percent,
            "recipients": list(recipients),
            "notified": [],
            "checked_at": None,
        },
    )


def check_due(now: datetime, *, send_mail: BudgetMailSender) -> None:
    """Check the alerts that were not checked for an hour, and send what is due."""
    due = BudgetAlert.objects.filter(Q(checked_at=None) | Q(checked_at__lte=now - CHECK_EVERY))
    order = F("checked_at").asc(nulls_first=True)
    for alert in due.select_related("user").order_by(order)[:MOST_CHECKS]:
        claimed = BudgetAlert.objects.filter(pk=alert.pk, checked_at=alert.checked_at)
        if claimed.update(checked_at=now) and is_allowed(alert.workspace_gid):
            alert.checked_at = now
            _check(alert, send_mail)


def _check(alert: BudgetAlert, send_mail: BudgetMailSender) -> None:
    if not alert.user.is_active:
        return
    for gid in alert.recipients:
        connection = _connection_of(gid)
        if connection is None:
            # Whether the budget is still above the threshold is not known.
            continue
        try:
            mail = _mail_for(alert, connection)
        except AsanaError as error:
            logger.warning("the budget alert %s was not checked for %s: %s", alert, gid, error)
            continue
        if mail is None:
            _forget_notified(alert, gid)
        elif gid not in alert.notified:
            _send(alert, mail, send_mail)


def _connection_of(gid: str) -> Connection | None:
    """Return the connection with which a recipient can read the budget; None without one."""
    usable = Connection.objects.usable().filter(user__gid=gid)
    connection: Connection | None = usable.select_related("user").first()
    return connection


def _mail_for(alert: BudgetAlert, connection: Connection) -> BudgetMail | None:
    """Return the email for a recipient; None while the budget is below the threshold for them, and
    while there is none.

    Raises `AsanaError`, also `Refused` if Asana does not show them the project or its budget.
    """
    with client_for(connection, alert.workspace_gid) as asana:
        budgets, project = asana.gather_lists(
            [listings.budgets(alert.project_gid)],
            also=[lambda client: client.get_project(alert.project_gid)],
        )
    for answer in (project, budgets):
        if isinstance(answer, AsanaError):
            raise answer
    state = state_of(budgets[0], None, None) if budgets else None
    if state is None or state.percent is None or state.percent < alert.percent:
        return None
    return BudgetMail(
        connection.user, alert.workspace_gid, project, state, alert.percent, alert.user
    )


def _send(alert: BudgetAlert, mail: BudgetMail, send_mail: BudgetMailSender) -> None:
    """Send an email at most once: it counts as sent before it is."""
    if not is_address(mail.to.email) or not mail.subscription.is_wanted:
        return
    if not _store_notified(alert, [*alert.notified, mail.to.gid]):
        return
    try:
        send_mail(mail)
    except NotSent as error:
        logger.warning("a budget alert to %s was not sent: %s", mail.to.gid, error)
        _forget_notified(alert, mail.to.gid)
    except MaybeSent as error:
        logger.warning("a budget alert to %s is in doubt: %s", mail.to.gid, error)


def _forget_notified(alert: BudgetAlert, gid: str) -> None:
    if gid in alert.notified:
        _store_notified(alert, [each for each in alert.notified if each != gid])


def _store_notified(alert: BudgetAlert, gids: list[str]) -> bool:
    """Store who got the email; return False if the alert was changed or turned off since the check
    began. A changed one is checked again at once."""
    alert.notified = gids
    unchanged = BudgetAlert.objects.filter(pk=alert.pk, checked_at=alert.checked_at)
    return bool(unchanged.update(notified=gids))
