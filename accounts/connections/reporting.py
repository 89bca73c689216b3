"""A workspace's reporting connection: the token of one account, a service account's or a
manager's, that the pages about other people read with instead of each manager's own. It is off
until an admin turns it on, knowing whose it is and what it shows; `eyes` reads with it."""

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
from accounts.asana.errors import AsanaError, Forbidden, NotFound
from accounts.asana.records import AsanaUser
from accounts.audit import PersonRef
from accounts.connections import reader
from accounts.connections.service import client_for, client_with, end
from accounts.encrypted_field import EncryptedText, Unreadable
from accounts.models import Action, Connection, Event, ManagedPerson, Manager, User

# How long a token that was checked waits for the admin to turn it on, in seconds.
OFFER_KEPT = 900
# Of so many people it is looked whether the account is shown anything.
MOST_ASKED = 20
# And among so many weeks whether any is somebody else's.
MOST_WEEKS = 100


class NotInWorkspace(Exception):
    """The account is not in the workspace; nothing was kept."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class OfferExpired(Exception):
    """No token was checked of late that could be turned on; nothing was changed."""


@dataclass(frozen=True)
class HoursSample:
    """Of so many people who were `asked` about, the account is shown hours of `shown`; with `weeks`
    also how others' weeks stand."""

    asked: int
    shown: int
    weeks: bool


@dataclass(frozen=True)
class AccountOffer:
    """A checked token, sealed, whose it is, and what it shows."""

    account: AsanaUser
    sight: HoursSample
    sealed: EncryptedText


@dataclass(frozen=True)
class Days:
    """Those in which it is looked for hours, both included."""

    start: date
    end: date


# Turning it on


def check(token: str, by: User, workspace: str, days: Days) -> AccountOffer:
    """Looks whose token it is and what it shows, and keeps it for `turn_on`. Raises `NotHere`, or
    `AsanaError`, as `Unauthorized` for a token that Asana does not know."""
    with client_with(token) as asana:
        account, sight = _look(asana, workspace, days)
    offer = AccountOffer(account, sight, EncryptedText.encrypt(token))
    cache.set(_memory(by, workspace), offer, OFFER_KEPT)
    return offer


def pending_offer(by: User, workspace: str) -> AccountOffer | None:
    """The token that this admin had checked last, if that is not long ago."""
    offer: AccountOffer | None = cache.get(_memory(by, workspace))
    return offer


def turn_on(by: User, workspace: str, account: str) -> AccountOffer:
    """Takes the token that was checked, if it is that of this `account`, by gid, instead of one
    that was taken before. Raises `Expired`."""
    offer = pending_offer(by, workspace)
    if offer is None or offer.account.gid != account:
        raise OfferExpired
    try:
        token = offer.sealed.decrypt()
    except Unreadable as error:
        raise OfferExpired from error
    before = last_turn(workspace) if reader.reporting_connection_of(workspace) else None
    with transaction.atomic():
        _take(token, workspace, offer.account.name)
        audit.record(
            Action.REPORTING_ON,
            by,
            workspace=workspace,
            to=_who(offer.account),
            before=before.after if before else None,
            after={"account": _named(offer.account), "email": offer.account.email or ""},
        )
    cache.delete(_memory(by, workspace))
    return offer


def turn_off(by: User, workspace: str) -> AsanaUser | None:
    """Deletes the token, and tells whose it was; None where it was off already."""
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
            to=_who(account),
            before={"account": _named(account)},
        )
    return account


def _take(token: str, workspace: str, name: str) -> None:
    nobody, _new = User.objects.update_or_create(
        gid=reader.reporting_user_gid(workspace), defaults={"name": name[:255], "is_active": False}
    )
    # A new row, because what was seen is remembered by it.
    if before := reader.reporting_connection_of(workspace):
        end(before)
    Connection.objects.create(user=nobody, method=Connection.Method.TOKEN, access_token=token)


# While it is on


def last_turn(workspace: str) -> Event | None:
    """Who turned it on last, when, and whose account it is."""
    found = Event.objects.filter(workspace_gid=workspace, action=Action.REPORTING_ON)
    event: Event | None = found.first()
    return event


def account_of(workspace: str) -> AsanaUser | None:
    """Whose the reporting connection is; None while it is off."""
    connection, turned = reader.reporting_connection_of(workspace), last_turn(workspace)
    if connection is None:
        return None
    if turned is None:
        return AsanaUser("", str(connection.user))
    return AsanaUser(turned.subject_gid, turned.subject_name, turned.after.get("email"))


def test(by: User, workspace: str, days: Days) -> HoursSample | None:
    """What the account is shown now; None where it is off. A connection that works is healthy
    again. Raises `NotHere`, `AsanaError`."""
    connection, account = reader.reporting_connection_of(workspace), account_of(workspace)
    if connection is None or account is None:
        return None
    reader.forget_fitness(connection)
    sight: HoursSample | None = None
    try:
        with client_for(connection, workspace) as asana:
            _account, sight = _look(asana, workspace, days)
        Connection.objects.filter(pk=connection.pk).update(
            state=Connection.State.HEALTHY, problem=""
        )
    finally:
        state = "healthy" if sight else "failed"
        audit.record(
            Action.CONNECTION_TESTED,
            by,
            workspace=workspace,
            to=_who(account),
            after={"account": _named(account), "state": state},
        )
    return sight


def managers_of(workspace: str) -> list[Manager]:
    """Who has people to look after in the workspace, and in `number` how many."""
    found = Manager.objects.filter(workspace_gid=workspace, people__isnull=False)
    return list(found.annotate(number=Count("people")).order_by("name", "gid"))


def _look(asana: Client, workspace: str, days: Days) -> tuple[AsanaUser, HoursSample]:
    me = asana.get_user()
    if workspace not in {one.gid for one in me.workspaces}:
        raise NotInWorkspace(me.name or me.gid)
    people = [gid for gid in _some_people(asana, workspace) if gid != me.gid][:MOST_ASKED]
    start, end = days.start, days.end
    asked = [listings.entries(workspace, start=start, end=end, user=gid, most=1) for gid in people]
    weeks = replace(listings.timesheets(workspace, start=start, end=end), most=MOST_WEEKS)
    timesheets, *entries = asana.gather_lists([weeks, *asked])
    for answer in (timesheets, *entries):
        if isinstance(answer, AsanaError) and not isinstance(answer, Forbidden | NotFound):
            raise answer
    shown = sum(isinstance(answer, list) and bool(answer) for answer in entries)
    told = timesheets if isinstance(timesheets, list) else []
    others = any(one.user and one.user.gid != me.gid for one in told)
    return AsanaUser(me.gid, me.name, me.email), HoursSample(len(people), shown, others)


def _some_people(asana: Client, workspace: str) -> Sequence[str]:
    """Those whom somebody looks after here; where nobody does, those who are in the workspace."""
    reviewed = ManagedPerson.objects.filter(manager__workspace_gid=workspace)
    if chosen := list(reviewed.order_by("gid").values_list("gid", flat=True).distinct()):
        return chosen
    return [
        one.user.gid for one in asana.list_all(listings.memberships(workspace)) if one.is_active
    ]


def _memory(by: User, workspace: str) -> str:
    return f"reporting-offer:{by.pk}:{workspace}"


def _who(account: AsanaUser) -> PersonRef:
    return PersonRef(account.gid, account.name)


def _named(account: AsanaUser) -> str:
    return f"{account.name} ({account.gid})"
