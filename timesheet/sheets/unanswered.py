"""Decisions about weeks on their way to Asana: kept from before they are sent until it is known
whether they took effect, so that one whose answer was lost is still recorded."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import groupby

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.asana import listings
from accounts.asana.errors import AsanaError
from accounts.connections.service import client_for
from accounts.models import Connection, User
from timesheet.domain.approval import Status, read_status
from timesheet.domain.week import Week
from timesheet.models import Decision, SentDecision
from timesheet.sheets import approvals

logger = logging.getLogger(__name__)

# Seconds to wait before each look at Asana for a decision whose answer was lost. After the last one
# the page says that it is not known yet, and the worker goes on looking.
LOOK_DELAYS = (0.0, 1.0, 2.0)
# The worker leaves a decision this long to the request that sent it.
LEFT_TO_REQUEST = timedelta(seconds=30)
# After this time a decision that Asana does not show has not taken effect.
SETTLED_AFTER = timedelta(minutes=10)
# A decision of somebody without a usable connection is kept this long.
KEPT = timedelta(days=7)


def begin(
    by: User,
    workspace: str,
    week: Week,
    status: Status,
    at: datetime,
    *,
    was: Status,
    person: str = "",
    message: str = "",
    fingerprint: str = "",
) -> SentDecision:
    """Store a decision that is about to be sent. Arguments as for `record_decision`."""
    return SentDecision.objects.create(
        user=by,
        workspace_gid=workspace,
        person_gid=person or by.gid,
        week=str(week),
        status=status.value,
        was=was.value,
        message=message,
        fingerprint=fingerprint,
        at=at,
    )


@transaction.atomic
def record(sent: SentDecision) -> None:
    """Record a decision that took effect, unless another process has recorded it already."""
    deleted, _by_model = SentDecision.objects.filter(pk=sent.pk).delete()
    if deleted:
        # The same decision, sent before and without an answer, is this one.
        _same(sent).filter(user=sent.user).delete()
        approvals.record_decision(
            sent.user,
            sent.workspace_gid,
            Week.parse(sent.week),
            Status(sent.status),
            sent.at,
            was=Status(sent.was),
            person=sent.person_gid,
            message=sent.message,
            fingerprint=sent.fingerprint,
        )


def drop(sent: SentDecision) -> None:
    """Forget a decision that did not take effect."""
    SentDecision.objects.filter(pk=sent.pk).delete()


def settle(
    workspace: str, week: Week, statuses: Mapping[str, Status], *, by: User, now: datetime
) -> None:
    """Record earlier decisions that took effect, now that Asana's `statuses` are known, by person.

    Those of others are left alone while the request that sent them may still record them itself.
    """
    waiting = SentDecision.objects.filter(
        Q(user=by) | Q(at__lte=now - LEFT_TO_REQUEST),
        workspace_gid=workspace,
        week=str(week),
        person_gid__in=statuses,
    )
    for sent in waiting.select_related("user").order_by("pk"):
        if statuses[sent.person_gid] == sent.status:
            record_unanswered(sent, now)


def record_unanswered(sent: SentDecision, now: datetime) -> bool:
    """Record a decision that got no answer, if it is why the week has its status; return whether.

    If somebody else is known to have given the week that status, it is dropped. While somebody
    else's decision to the same status may still get its answer, it is kept as it is.
    """
    if name_of_decider(sent):
        drop(sent)
        return False
    may_come_first = Q(at__gt=now - LEFT_TO_REQUEST) | Q(pk__lt=sent.pk)
    if _same(sent).exclude(user=sent.user).filter(may_come_first).exists():
        return False
    logger.info("decision %s got no answer and took effect", sent.pk)
    record(sent)
    return True


def name_of_decider(sent: SentDecision) -> str:
    """Return the name of another person who gave the week the same status at the same time.

    Empty where nobody else is known to have: then it was this decision, or one made in Asana.
    """
    last = Decision.objects.filter(
        workspace_gid=sent.workspace_gid, person_gid=sent.person_gid, week=sent.week
    ).last()
    if last is None or last.at < sent.at - LEFT_TO_REQUEST:
        return ""
    # People submit their own weeks and managers reopen them, to the same status.
    is_same = last.status == sent.status and last.is_own == (sent.person_gid == sent.user.gid)
    return last.by_name if is_same and last.by_gid != sent.user.gid else ""


def name_of_sender(sent: SentDecision) -> str:
    """Return the name of somebody else who is giving the week the same status; empty for nobody."""
    other = _same(sent).exclude(user=sent.user).select_related("user").first()
    return str(other.user) if other else ""


def _same(sent: SentDecision) -> QuerySet[SentDecision]:
    return SentDecision.objects.filter(
        workspace_gid=sent.workspace_gid,
        week=sent.week,
        person_gid=sent.person_gid,
        was=sent.was,
        status=sent.status,
    )


def look_up_due(now: datetime) -> None:
    """Look up the weeks whose decisions got no answer, with the connection of who decided.

    Called by the worker every minute.
    """
    waiting = SentDecision.objects.filter(at__lte=now - LEFT_TO_REQUEST).select_related("user")
    by_user = waiting.order_by("user", "workspace_gid", "pk")
    for (user, workspace), group in groupby(
        by_user, key=lambda sent: (sent.user, sent.workspace_gid)
    ):
        decisions = list(group)
        able = Connection.objects.usable().for_workspace(workspace).select_related("user")
        if connection := able.filter(user=user).first():
            _look_up(connection, decisions, now)
        else:
            _drop_old(decisions, now - KEPT)


def _look_up(connection: Connection, decisions: Iterable[SentDecision], now: datetime) -> None:
    for sent in decisions:
        start = Week.parse(sent.week).start
        user = "me" if sent.person_gid == sent.user.gid else sent.person_gid
        listing = listings.timesheets(sent.workspace_gid, start=start, end=start, user=user)
        try:
            with client_for(connection, sent.workspace_gid) as asana:
                records = asana.list_all(listing)
        except AsanaError as error:
            logger.warning("decision %s was not looked up: %s", sent.pk, error)
            _drop_old([sent], now - KEPT)
            continue
        statuses = {
            read_status(record.approval_status) for record in records if record.start_date == start
        }
        if sent.status in statuses:
            record_unanswered(sent, now)
        else:
            _drop_old([sent], now - SETTLED_AFTER)


def _drop_old(decisions: Iterable[SentDecision], before: datetime) -> None:
    for sent in decisions:
        if sent.at < before:
            logger.warning("decision %s got no answer and did not take effect", sent.pk)
            drop(sent)
