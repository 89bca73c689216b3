"""Too many refused sign-ins from one network: the next one is not even tried."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Event, RefusedSignIn, User
from accounts.request_context import network_of
from accounts.setup import service as setup
from accounts.sign_in import throttle
from tests.support.pages import page

HERE, THERE = "203.0.113.7", "198.51.100.9"


def send(browser: Client, token: str, address: str = HERE):
    return browser.post("/sign-in/token/", {"token": token}, REMOTE_ADDR=address)


def come_back(browser: Client, query: str = "code=1&state=made-up", address: str = HERE):
    return browser.get(f"/sign-in/callback/?{query}", REMOTE_ADDR=address)


@pytest.fixture
def refused(client, db, asana):
    """Ten tokens that Asana does not know."""
    for number in range(throttle.MAX_REFUSALS):
        assert send(client, f"guess-{number}").status_code == 422
    asana.forget_requests()


def test_the_eleventh_is_turned_away_and_told_when_to_try_again(client, refused, asana):
    response = send(client, "sandbox-ada")
    html = page(response)
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 15 * 60
    assert "Too many sign-ins from your network were rejected. Try again in 15 minutes." in html
    assert asana.requests() == []
    assert not User.objects.exists()


def test_wrong_tokens_block_neither_asanas_sign_in_nor_the_set_up(client, refused, settings):
    assert client.get("/sign-in/asana/", REMOTE_ADDR=HERE).status_code == 302
    assert come_back(client).status_code == 400
    assert client.get("/sign-in/", REMOTE_ADDR=HERE).status_code == 200
    right = client.post("/set-up/code/", {"code": setup.code()}, REMOTE_ADDR=HERE)
    assert right.status_code == 302


def test_wrong_set_up_codes_block_no_sign_in(client, db, asana):
    for _ in range(throttle.MAX_REFUSALS):
        client.post("/set-up/code/", {"code": "WRONG"}, REMOTE_ADDR=HERE)
    blocked = client.post("/set-up/code/", {"code": setup.code()}, REMOTE_ADDR=HERE)
    assert blocked.status_code in (422, 429)
    assert send(client, "sandbox-ada").status_code == 302


def test_refused_sign_ins_with_asana_block_that_alone(client, db, asana):
    for _ in range(throttle.MAX_REFUSALS):
        RefusedSignIn.objects.create(way="oauth", address=HERE, at=timezone.now())
    assert client.get("/sign-in/asana/", REMOTE_ADDR=HERE).status_code == 429
    assert come_back(client).status_code == 429
    assert send(client, "sandbox-ada").status_code == 302


def test_the_page_does_not_hold_the_code_of_the_way_back(client, db):
    for _ in range(throttle.MAX_REFUSALS):
        RefusedSignIn.objects.create(way="oauth", address=HERE, at=timezone.now())
    assert "the-code" not in page(come_back(client, "code=the-code&state=1"))


@pytest.mark.parametrize("query", ["code=1&state=made-up", "code=1", "error=server_error&state=x"])
def test_pages_that_send_browsers_here_with_made_up_ways_back_shut_nobody_out(
    client, db, asana, query
):
    for _ in range(throttle.MAX_REFUSALS):
        assert come_back(client, query).status_code == 400
    assert asana.requests() == []
    assert send(client, "sandbox-ada").status_code == 302


def test_a_code_that_asana_refuses_counts(client, walk):
    client.get(walk().replace("code=", "code=not-", 1))
    assert RefusedSignIn.objects.count() == 1


@pytest.mark.parametrize("text", ["", "two words"])
def test_what_never_left_the_page_does_not_count(client, db, text):
    send(client, text)
    assert not RefusedSignIn.objects.exists()


def test_who_says_no_to_asana_is_not_counted(client, walk):
    client.get(walk(decision="deny"))
    assert not RefusedSignIn.objects.exists()


def test_an_asana_that_is_down_is_nobodys_fault(client, db, settings):
    settings.ASANA_URL = "http://127.0.0.1:9"
    send(client, "sandbox-ada")
    assert not RefusedSignIn.objects.exists()


def test_other_networks_are_not_concerned(client, refused):
    assert send(client, "sandbox-ada", THERE).status_code == 302


def test_a_success_forgives_nothing(client, db, asana):
    for number in range(throttle.MAX_REFUSALS - 1):
        send(client, f"guess-{number}")
    assert send(client, "sandbox-ada").status_code == 302
    send(client, "one-more-guess")
    assert send(client, "sandbox-ada").status_code == 429


def test_after_a_quarter_of_an_hour_it_is_open_again(client, refused):
    RefusedSignIn.objects.update(at=timezone.now() - throttle.WINDOW)
    assert send(client, "sandbox-ada").status_code == 302


def test_it_opens_when_the_first_of_the_ten_is_old_enough(client, refused):
    first = RefusedSignIn.objects.earliest("pk")
    RefusedSignIn.objects.filter(pk=first.pk).update(
        at=timezone.now() - timedelta(minutes=14, seconds=5)
    )
    response = send(client, "sandbox-ada")
    assert int(response["Retry-After"]) <= 55
    assert "Try again in 1 minute." in page(response)


def test_old_ones_are_deleted(client, db, asana):
    RefusedSignIn.objects.create(address=THERE, at=timezone.now() - throttle.WINDOW)
    send(client, "guess")
    assert RefusedSignIn.objects.get().address == HERE


def limits_in_the_log():
    return Event.objects.filter(action="sign_in_refused", after__reason="too many attempts")


def test_the_audit_log_tells_it_once(client, refused):
    for _ in range(3):
        send(client, "another-guess")
    event = limits_in_the_log().get()
    assert (event.actor_name, event.address) == ("not signed in", HERE)
    assert event.after["count"] == throttle.MAX_REFUSALS


def test_where_the_address_is_not_known_nothing_is_limited(client, db, asana):
    for number in range(throttle.MAX_REFUSALS + 1):
        assert send(client, f"guess-{number}", "").status_code == 422
    assert not RefusedSignIn.objects.exists()


def test_a_proxy_says_whose_it_is(client, db, asana, settings):
    settings.PROXIES = 1
    for number in range(throttle.MAX_REFUSALS):
        made_up = f"192.0.2.{number}, {HERE}"
        client.post("/sign-in/token/", {"token": "guess"}, headers={"X-Forwarded-For": made_up})
    response = client.post("/sign-in/token/", {"token": "x"}, headers={"X-Forwarded-For": HERE})
    assert response.status_code == 429


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::"),
        ("unix:", ""),
        ("", ""),
    ],
)
def test_addresses_of_one_network_are_one(address, network):
    assert network_of(address) == network
