"""Testing, refreshing, revoking and removing a connection, and what the audit log has of it."""

from __future__ import annotations

import pytest
import requests

from accounts.asana.errors import Unauthorized, Unreachable
from accounts.connections.service import CannotRenew, check, disconnect, refresh, remove, revoke
from accounts.models import Connection, Event, User
from tests.support.pages import page
from tests.support.people import ADA

STUDIO = "1200000000000001"


@pytest.fixture
def omar(db):
    return User.objects.create_user("1201000000000004", "Omar Haddad", "omar@example.com")


@pytest.fixture
def connection(client, walk):
    """Ada's, made by signing in; her browser is `client`."""
    client.get(walk())
    return Connection.objects.get()


@pytest.fixture
def token(connect_ada, asana):
    personal = {"method": "token", "access_token": "sandbox-ada"}
    return connect_ada(**personal, refresh_token="", expires_at=None)


def now_is():
    found = Connection.objects.get()
    return found.state


def is_active(asana, token):
    answer = requests.post(f"{asana.url}/-/token_info", data={"token": token}, timeout=60)
    return answer.json()["active"]


def written_down(*, last=1):
    """What was done, by whom, to whom, and with what outcome, the newest first."""
    return [
        (event.action, event.actor_name, event.subject_name, event.workspace_gid, event.after)
        for event in Event.objects.all()[:last]
    ]


def test_a_test_that_goes_well_changes_nothing(connection, omar, asana):
    asana.forget_requests()
    check(connection, omar, workspace=STUDIO)
    assert [request["path"] for request in asana.requests()] == ["/api/1.0/users/me"]
    event = ("connection_tested", "Omar Haddad", "Ada Lindqvist", STUDIO, {"works": True})
    assert written_down() == [event]


def test_a_test_finds_out_that_a_connection_has_ended(connection, omar, asana):
    asana.revoke_tokens(ADA)
    with pytest.raises(Unauthorized):
        check(connection, omar, workspace=STUDIO)
    assert now_is() == "needs_reconnecting"
    tested, failed = written_down(last=2)
    assert tested[4]["works"] is False
    assert failed[:3] == ("connection_failed", "Asana", "Ada Lindqvist")


def test_a_test_without_an_answer_ends_nothing(token, omar, settings):
    settings.ASANA_URL = "http://127.0.0.1:9"
    with pytest.raises(Unreachable):
        check(token, omar)
    assert now_is() == "healthy"
    assert written_down()[0][4] == {"works": False, "reason": "Asana didn’t respond"}


@pytest.mark.parametrize("method", ["token", "oauth"])
def test_what_works_again_is_healthy_again(connection, connect_ada, omar, method):
    if method == "token":
        Connection.objects.update(method="token", access_token="sandbox-ada", refresh_token="")
    Connection.objects.update(state="needs_reconnecting", problem="Not Authorized")
    check(Connection.objects.get(), omar)
    assert now_is() == "healthy"


def test_a_token_that_is_still_refused_needs_reconnecting_as_before(token, omar):
    Connection.objects.update(state="needs_reconnecting", access_token="gone")
    with pytest.raises(Unauthorized):
        check(Connection.objects.get(), omar)
    assert now_is() == "needs_reconnecting"
    assert "connection_failed" not in {event[0] for event in written_down(last=5)}


def test_refreshing_gets_another_token_whatever_the_old_one_is_good_for(connection, omar):
    refresh(connection, omar, workspace=STUDIO)
    found = Connection.objects.get()
    assert found.access_token != connection.access_token
    assert written_down()[0][:2] == ("connection_refreshed", "Omar Haddad")


def test_refreshing_heals_what_can_be_renewed_again(connection, omar, asana):
    Connection.objects.update(state="needs_reconnecting", problem="a hiccup")
    refresh(Connection.objects.get(), omar)
    assert now_is() == "healthy"


def test_a_personal_token_cannot_be_refreshed(token, omar):
    with pytest.raises(CannotRenew):
        refresh(token, omar)
    assert now_is() == "healthy"
    assert written_down() == []


def test_revoking_ends_the_permission_and_says_who_did_it(connection, omar, asana, client):
    tokens = (connection.access_token, connection.refresh_token)
    assert revoke(connection, omar, workspace=STUDIO) == "nothing"
    found = Connection.objects.get()
    assert (found.state, found.access_token, found.refresh_token) == ("revoked", "", "")
    assert [is_active(asana, token) for token in tokens] == [False, False]
    revoked = ("connection_revoked", "Omar Haddad", "Ada Lindqvist", STUDIO, {"left": "nothing"})
    assert written_down() == [revoked]
    answer = client.get("/hello/")
    assert answer.status_code == 401
    assert "Omar Haddad revoked this connection." in page(answer)
    assert "Revoked" in page(client.get("/connection/"))


def test_who_was_revoked_can_connect_again(connection, omar, client, walk):
    revoke(connection, omar)
    assert "Hello Ada" in page(client.get(walk(next="/hello/"), follow=True))
    assert now_is() == "healthy"


def test_a_renewal_under_way_does_not_bring_a_revoked_connection_back(connection, omar, asana):
    with pytest.raises(Unauthorized):
        check(_revoked_meanwhile(connection, omar), omar)
    assert now_is() == "revoked"


def _revoked_meanwhile(connection, omar):
    seen = Connection.objects.get()
    revoke(connection, omar)
    return seen


def test_revoking_while_asana_is_down_deletes_the_tokens_all_the_same(connection, omar, asana):
    asana.faults({"method": "POST", "path": "/-/oauth_revoke", "kind": "drop_before"})
    assert revoke(connection, omar) == "unknown"
    assert Connection.objects.get().access_token == ""


def test_a_personal_token_stays_good_in_asana(token, omar):
    assert revoke(token, omar) == "token"
    assert now_is() == "revoked"


def test_a_revoked_connection_is_not_tested(token, omar, asana):
    revoke(token, omar)
    asana.forget_requests()
    with pytest.raises(Unauthorized):
        check(Connection.objects.get(), omar)
    assert asana.requests() == []


def test_removing_leaves_the_audit_log_only(connection, omar):
    assert remove(connection, omar, workspace=STUDIO) == "nothing"
    assert not Connection.objects.exists()
    removed = ("connection_removed", "Omar Haddad", "Ada Lindqvist", STUDIO, {"left": "nothing"})
    assert written_down() == [removed]


def test_a_person_who_disconnects_is_written_down(connection):
    disconnect(connection)
    assert written_down()[0][:3] == ("disconnected", "Ada Lindqvist", "Ada Lindqvist")


# Signing in


def test_signing_in_is_written_down_and_connecting_too_where_it_is_new(client, walk):
    client.get(walk())
    assert [event[0] for event in written_down(last=9)] == ["signed_in", "connected"]
    client.get(walk())
    assert [event[0] for event in written_down(last=1)] == ["signed_in"]
    assert Event.objects.filter(action="connected").count() == 1


def test_a_refused_token_is_written_down_without_it(client, asana, db):
    client.post("/sign-in/token/", {"token": "a-wrong-one"})
    assert written_down() == [
        ("sign_in_refused", "not signed in", "", "", {"reason": "unknown token"})
    ]


def test_who_is_switched_off_is_written_down_by_name(connection, client, walk):
    User.objects.update(is_active=False)
    client.get(walk())
    event = ("sign_in_refused", "Ada Lindqvist", "", "", {"reason": "switched off"})
    assert written_down() == [event]


def test_who_turns_back_was_not_refused(client, walk):
    client.get(walk(decision="deny"))
    assert written_down() == []


def test_signing_out_everywhere_is_written_down(connection, client):
    client.post("/sign-out/everywhere/")
    assert written_down()[0][:2] == ("signed_out_everywhere", "Ada Lindqvist")


def test_no_token_is_ever_in_the_audit_log(connection, omar, asana):
    tokens = (connection.access_token, connection.refresh_token)
    asana.revoke_tokens(ADA)
    with pytest.raises(Unauthorized):
        check(connection, omar)
    revoke(connection, omar)
    log = str([(event.before, event.after) for event in Event.objects.all()])
    assert not any(token in log for token in tokens)
