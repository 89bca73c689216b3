"""Turns a workspace's reporting connection on and off, and tests it.

It is the token of one account, a service account's or a manager's, that the pages about other
people read with instead of each manager's own. It is off until an admin has seen whose token it is
and what it shows. `reader` reads with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.core.cache import cache
from django.db import transaction
from django.db.models import Count

from accounts import audit
from accounts.asana import listings
from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, Forbidden, NotFound, Refused
from accounts.asana.records import ApprovalStatusRecord, AsanaUser
from accounts.audit import PersonRef
from accounts.connections import reader
from accounts.connections.service import client_for, client_with_token, end
from accounts.encrypted_field import EncryptedText, Unreadable
from accounts.models import Action, Connection, Event, ManagedPerson, Manager, User

# How long an admin has, after checking a token, to turn it on.
OFFER_CACHED_SECONDS = 900
# For how many people we check whether the account sees their hours.
MAX_PEOPLE_SAMPLED = 20
# Among how many weeks we look for one of another person. One page of Asana's list.
MAX_WEEKS_SAMPLED = 100


class NotInWorkspace(Exception):
    """The account of the token is not in the workspace. `name` is its name or gid."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class OfferExpired(Exception):
    """There is no recently checked token that could be turned on."""


@dataclass(frozen=True)
class HoursSample:
    """What an account sees of other people."""

    # How many people were checked, and of how many of them the account sees hours.
    asked: int
    shown: int
    # Whether it sees the approval status of another person's week.
    weeks: bool


@dataclass(frozen=True)
class AccountOffer:
    """A checked token that an admin may turn on."""

    account: AsanaUser
    sight: HoursSample
    token: EncryptedText


@dataclass(frozen=True)
class Days:
    """The days in which to look for hours, both included."""

    start: date
    end: date


# Turning it on


def check(token: str, by: User, workspace: str, days: Days) -> AccountOffer:
    """Find out whose token it is and what it shows, and cache it for `turn_on`.

    Raises `NotInWorkspace` or an `AsanaError`: `Unauthorized` for a token that Asana does not know.
    """
    with client_with_token(token) as asana:
        account, sample = _sample(asana, workspace, days)
    offer = AccountOffer(account, sample, EncryptedText.encrypt(token))
    cache.set(_cache_key(by, workspace), offer, OFFER_CACHED_SECONDS)
    return offer


def pending_offer(by: User, workspace: str) -> AccountOffer | None:
    """Return the token that this admin checked last, within the last 15 minutes."""
    offer: AccountOffer | None = cache.get(_cache_key(by, workspace))
    return offer


def turn_on(by: User, workspace: str, account: str) -> AccountOffer:
    """Use the checked token, if it is that of this `account` (a gid); it replaces any other.

    Raises `OfferExpired`.
    """
    offer = pending_offer(by, workspace)
    if offer is None or offer.account.gid != account:
        raise OfferExpired
    try:
        token = offer.token.decrypt()
    except Unreadable as error:
        raise OfferExpired from error
    before = last_turned_on(workspace) if reader.reporting_connection_of(workspace) else None
    with transaction.atomic():
        _save_connection(token, workspace, offer.account.name)
        audit.record(
            Action.REPORTING_ON,
            by,
            workspace=workspace,
            to=_person_ref(offer.account),
            before=before.after if before else None,
            after={"account": _label(offer.account), "email": offer.account.email or ""},
        )
    cache.delete(_cache_key(by, workspace))
    return offer


def turn_off(by: User, workspace: str) -> AsanaUser | None:
    """Delete the reporting connection and return whose it was; None where it was off already."""
    account = account_of(workspace)
    if account is None:
        return None
    with transaction.atomic():
        if connection := reader.reporting_connection_of(workspace):
            end(connection)
        User.objects.filter(gid=reader.reporting_user_gid(workspace)).delete()
        audit.record(
            Action.REPORTING_OFF,
            by,
            workspace=workspace,
            to=_person_ref(account),
            before={"account": _label(account)},
        )
    return account


def _save_connection(token: str, workspace: str, name: str) -> None:
    owner, _created = User.objects.update_or_create(
        gid=reader.reporting_user_gid(workspace), defaults={"name": name[:255], "is_active": False}
    )
    # A new row, because caches are keyed by it, see `Reader.key`.
    if before := reader.reporting_connection_of(workspace):
        end(before)
    Connection.objects.create(user=owner, method=Connection.Method.TOKEN, access_token=token)


# While it is on


def last_turned_on(workspace: str) -> Event | None:
    """Return when and by whom it was last turned on, with the account as the event's subject.

    None where it never was.
    """
    events = Event.objects.filter(workspace_gid=workspace, action=Action.REPORTING_ON)
    event: Event | None = events.first()
    return event


def account_of(workspace: str) -> AsanaUser | None:
    """Return the account of the reporting connection; None while it is off."""
    connection, event = reader.reporting_connection_of(workspace), last_turned_on(workspace)
    if connection is None:
        return None
    if event is None:
        return AsanaUser("", str(connection.user))
    return AsanaUser(event.subject_gid, event.subject_name, event.after.get("email"))


def test(by: User, workspace: str, days: Days) -> HoursSample | None:
    """Find out what the account sees now, and mark a connection that works as healthy.

    Returns None while it is off. Raises `NotInWorkspace` or `AsanaError`.
    """
    connection, account = reader.reporting_connection_of(workspace), account_of(workspace)
    if connection is None or account is None:
        return None
    reader.forget_fitness(connection)
    sample: HoursSample | None = None
    try:
        with client_for(connection, workspace) as asana:
            _account, sample = _sample(asana, workspace, days)
        Connection.objects.filter(pk=connection.pk).update(
            state=Connection.TokenState.HEALTHY, problem=""
        )
    finally:
        state = "healthy" if sample else "failed"
        audit.record(
            Action.CONNECTION_TESTED,
            by,
            workspace=workspace,
            to=_person_ref(account),
            after={"account": _label(account), "state": state},
        )
    return sample


def managers_of(workspace: str) -> list[Manager]:
    """Return the workspace's managers who have people, with their `number` of people."""
    managers = Manager.objects.filter(workspace_gid=workspace, people__isnull=False)
    return list(managers.annotate(number=Count("people")).order_by("name", "gid"))


def _sample(asana: Client, workspace: str, days: Days) -> tuple[AsanaUser, HoursSample]:
    me = asana.get_user()
    if workspace not in {mine.gid for mine in me.workspaces}:
        raise NotInWorkspace(me.name or me.gid)
    people = [gid for gid in _some_people(asana, workspace) if gid != me.gid][:MAX_PEOPLE_SAMPLED]
    start, end = days.start, days.end
    hours = [listings.entries(workspace, start=start, end=end, user=gid, limit=1) for gid in people]
    weeks = replace(listings.timesheets(workspace, start=start, end=end), limit=MAX_WEEKS_SAMPLED)
    timesheets, *entries = asana.gather_lists([weeks, *hours])
    if isinstance(timesheets, Refused) and timesheets.status == 400:
        # Some workspaces need the `user`: see `timesheet.team.statuses`.
        timesheets = _weeks_by_person(asana, workspace, people, days)
    for result in (timesheets, *entries):
        if isinstance(result, AsanaError) and not isinstance(result, Forbidden | NotFound):
            raise result
    shown = sum(isinstance(result, list) and bool(result) for result in entries)
    statuses = timesheets if isinstance(timesheets, list) else []
    sees_weeks = any(week.user and week.user.gid != me.gid for week in statuses)
    return AsanaUser(me.gid, me.name, me.email), HoursSample(len(people), shown, sees_weeks)


def _weeks_by_person(
    asana: Client, workspace: str, people: Sequence[str], days: Days
) -> list[ApprovalStatusRecord] | AsanaError:
    """Read the weeks of each person by themself; return the first error if nobody's are shown."""
    answers = asana.gather_lists(
        [listings.timesheets(workspace, start=days.start, end=days.end, user=gid) for gid in people]
    )
    shown = [answer for answer in answers if not isinstance(answer, AsanaError)]
    if answers and not shown:
        error: AsanaError = answers[0]
        return error
    return [record for records in shown for record in records]


def _some_people(asana: Client, workspace: str) -> Sequence[str]:
    """Return the gids of people with a manager; where there are none, of all in the workspace."""
    managed = ManagedPerson.objects.filter(manager__workspace_gid=workspace)
    if gids := list(managed.order_by("gid").values_list("gid", flat=True).distinct()):
        return gids
    memberships = asana.list_all(listings.memberships(workspace))
    return [membership.user.gid for membership in memberships if membership.is_active]


def _cache_key(by: User, workspace: str) -> str:
    return f"reporting-offer:{by.pk}:{workspace}"


def _person_ref(account: AsanaUser) -> PersonRef:
    return PersonRef(account.gid, account.name)


def _label(account: AsanaUser) -> str:
    return f"{account.name} ({account.gid})"
