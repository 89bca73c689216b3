"""The token of a connection: when it is renewed, by whom, and what ends it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.utils import timezone

from accounts.asana.errors import (
    AppRefused,
    RateLimited,
    Unauthorized,
    Unavailable,
    Unreachable,
)
from accounts.connections.tokens import ConnectionToken
from accounts.models import Connection

NEW = {"access_token": "new-access", "expires_in": 3600}
INVALID = {"error": "invalid_grant", "error_description": "The `refresh_token` was invalid."}


def soon(seconds):
    return timezone.now() + timedelta(seconds=seconds)


def test_a_token_with_time_left_is_used_as_it_is(connect_ada, odd_asana):
    assert ConnectionToken(connect_ada(expires_at=soon(90))).token() == "old-access"
    assert odd_asana.forms == []


def test_a_token_is_renewed_before_it_ends(connect_ada, odd_asana):
    odd_asana.answers(NEW)
    bearer = ConnectionToken(connect_ada(expires_at=soon(59)))
    assert bearer.token() == "new-access"
    assert bearer.token() == "new-access"
    assert len(odd_asana.forms) == 1


def test_a_renewal_keeps_the_old_refresh_token_when_no_new_one_comes(connect_ada, odd_asana):
    odd_asana.answers(NEW)
    ConnectionToken(connect_ada()).token()
    found = Connection.objects.get()
    assert (found.access_token, found.refresh_token) == ("new-access", "old-refresh")
    assert timedelta(minutes=59) < found.expires_at - timezone.now() <= timedelta(hours=1)
    assert found.renewing_until is None


def test_a_renewal_takes_the_new_refresh_token(connect_ada, odd_asana):
    odd_asana.answers({**NEW, "refresh_token": "new-refresh"})
    ConnectionToken(connect_ada()).token()
    assert Connection.objects.get().refresh_token == "new-refresh"


def test_a_rejected_token_is_renewed(connect_ada, odd_asana):
    odd_asana.answers(NEW)
    bearer = ConnectionToken(connect_ada(expires_at=soon(3000)))
    assert bearer.renew("old-access") == "new-access"


def test_a_token_that_someone_else_renewed_is_taken_from_the_row(connect_ada, odd_asana):
    bearer = ConnectionToken(connect_ada())
    ours = Connection.objects.get()
    ours.access_token = "newer-access"
    ours.save()
    assert bearer.renew("old-access") == "newer-access"
    assert odd_asana.forms == []


def test_a_refused_refresh_ends_the_connection_in_asanas_words(connect_ada, odd_asana):
    odd_asana.answers(INVALID, 400)
    with pytest.raises(Unauthorized):
        ConnectionToken(connect_ada()).token()
    found = Connection.objects.get()
    assert (found.state, found.problem) == ("needs_reconnecting", INVALID["error_description"])


def test_an_ended_connection_asks_asana_nothing(connect_ada, odd_asana):
    with pytest.raises(Unauthorized, match="ended before"):
        ConnectionToken(connect_ada(state="needs_reconnecting", problem="ended before")).token()
    assert odd_asana.forms == []


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({"error": "invalid_client"}, 400, AppRefused),
        (b"Bad Gateway", 502, Unavailable),
        ({"errors": [{"message": "slow down"}]}, 429, RateLimited),
    ],
)
def test_trouble_at_asana_ends_nothing(connect_ada, odd_asana, body, status, error):
    odd_asana.answers(body, status)
    with pytest.raises(error):
        ConnectionToken(connect_ada()).token()
    found = Connection.objects.get()
    assert (found.state, found.renewing_until) == ("healthy", None)


def test_an_unreachable_asana_ends_nothing(connect_ada, settings):
    settings.ASANA_URL = "http://127.0.0.1:9"
    with pytest.raises(Unreachable):
        ConnectionToken(connect_ada()).token()
    found = Connection.objects.get()
    assert (found.state, found.access_token) == ("healthy", "old-access")


def test_a_personal_token_cannot_be_renewed(connect_ada):
    bearer = ConnectionToken(connect_ada(method="token", refresh_token="", expires_at=None))
    assert bearer.token() == "old-access"
    with pytest.raises(Unauthorized):
        bearer.renew("old-access")
    assert Connection.objects.get().state == "needs_reconnecting"


@pytest.mark.parametrize("field", ["access_token", "refresh_token"])
def test_a_token_under_a_lost_key_needs_its_person(connect_ada, settings, field):
    connect_ada()
    sealed = Connection.objects.values_list(field, flat=True)[0]
    settings.TOKEN_KEYS = [Fernet.generate_key().decode()]
    # The other one is readable: each of the two must be noticed.
    other = {"access_token", "refresh_token"} - {field}
    Connection.objects.update(**dict.fromkeys(other, "readable"))
    with pytest.raises(Unauthorized) as caught:
        ConnectionToken(Connection.objects.get()).token()
    assert sealed.ciphertext not in str(caught.value)
    assert Connection.objects.get().state == "needs_reconnecting"


def test_a_lease_that_nobody_gave_back_is_taken_over(connect_ada, odd_asana):
    odd_asana.answers(NEW)
    bearer = ConnectionToken(connect_ada(renewing_until=soon(0.15)))
    assert bearer.token() == "new-access"


def test_who_waited_in_vain_does_not_ask_again(connect_ada, odd_asana, monkeypatch):
    bearer = ConnectionToken(connect_ada(renewing_until=soon(5)))
    give_up = lambda _seconds: Connection.objects.update(renewing_until=None)  # noqa: E731
    monkeypatch.setattr("accounts.connections.tokens.time.sleep", give_up)
    with pytest.raises(Unreachable):
        bearer.token()
    assert odd_asana.forms == []


def test_a_connection_made_anew_meanwhile_is_not_overwritten(connect_ada, odd_asana, monkeypatch):
    bearer = ConnectionToken(connect_ada())

    def connects_anew(_refresh_token):
        found = Connection.objects.get()
        found.access_token, found.renewing_until = "anew", None
        found.save()
        raise Unauthorized("invalid", 400)

    monkeypatch.setattr("accounts.sign_in.oauth.refresh", connects_anew)
    with pytest.raises(Unauthorized):
        bearer.token()
    found = Connection.objects.get()
    assert (found.state, found.access_token) == ("healthy", "anew")


def test_a_connection_ended_meanwhile_stays_ended(connect_ada, odd_asana):
    bearer = ConnectionToken(connect_ada())
    Connection.objects.all().delete()
    with pytest.raises(Unauthorized):
        bearer.token()
    assert not Connection.objects.exists()


def test_who_comes_just_after_a_renewal_does_not_renew_again(connect_ada, odd_asana, monkeypatch):
    bearer = ConnectionToken(connect_ada(expires_at=soon(3000)))
    clock = timezone.now

    def renewed_meanwhile():
        monkeypatch.setattr(timezone, "now", clock)
        theirs = Connection.objects.get()
        theirs.access_token = "newer-access"
        theirs.save()
        return clock()

    # The clock is read between reading the row and claiming it.
    monkeypatch.setattr(timezone, "now", renewed_meanwhile)
    assert bearer.renew("old-access") == "newer-access"
    assert odd_asana.forms == []
