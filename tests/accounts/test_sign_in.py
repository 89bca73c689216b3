"""The page where people sign in, the way to Asana, and signing out."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from accounts.models import BrowserSession
from accounts.sign_in.pending import PendingSignIns
from tests.support.pages import page

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
    "http:///evil.example",
    "https:evil.example",
    "http:evil.example",
    "HTTPS://evil.example",
    "///evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\\/evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    " https://evil.example",
    "https://testserver@evil.example",
    "https://testserver.evil.example/",
    "https://evil.example\\@testserver/",
    "//testserver:80@evil.example",
    "ftp://testserver/",
    "JavaScript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "http://[",
]


def start(client, **query):
    return client.get("/sign-in/asana/", query)


def test_the_page_offers_both_ways_in(client, db):
    html = page(client.get("/sign-in/"))
    assert "Sign in with Asana" in html
    assert "Use a personal access token" in html


def test_the_page_has_no_inline_script_or_style(client, db):
    html = page(client.get("/sign-in/"))
    assert "style=" not in html
    assert "onclick" not in html


def test_the_way_to_asana_carries_what_asana_wants(client, db, settings):
    to = urlsplit(start(client)["Location"])
    query = {name: value for name, [value] in parse_qs(to.query).items()}
    assert f"{to.scheme}://{to.netloc}{to.path}" == f"{settings.ASANA_URL}/-/oauth_authorize"
    assert query.pop("state")
    assert len(query.pop("code_challenge")) == 43
    assert query == {
        "client_id": settings.ASANA_CLIENT_ID,
        "redirect_uri": "http://testserver/sign-in/callback/",
        "response_type": "code",
        "scope": "default",
        "code_challenge_method": "S256",
    }


@pytest.mark.parametrize("address", ELSEWHERE)
def test_an_address_elsewhere_is_forgotten(client, db, address):
    start(client, next=address)
    assert pending(client)["sign_in_next"] == "/"
    html = page(client.get("/sign-in/", {"next": address}))
    assert 'name="next" value="/"' in html
    assert "evil.example" not in html


def test_an_address_of_ours_is_kept(client, db):
    start(client, next="/1200/week/2026-W48/")
    assert pending(client)["sign_in_next"] == "/1200/week/2026-W48/"


def test_requests_for_the_sign_in_page_fill_neither_the_database_nor_the_cookie(client, db):
    for number in range(10):
        start(client, next=f"/1200/week/2026-W{number + 10}/?" + "a" * 3000)
    assert BrowserSession.objects.count() == 0
    cookie = client.cookies["signing-in"]
    assert len(cookie.value) < 3500
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_a_cookie_that_is_not_ours_is_none(client, db):
    client.cookies["signing-in"] = "made:up"
    assert start(client).status_code == 302


def pending(client):
    return PendingSignIns(client.cookies["signing-in"].value)


@pytest.mark.parametrize("path", ["/sign-in/", "/sign-in/asana/", "/sign-in/callback/"])
def test_pages_of_signing_in_are_not_kept_by_the_browser(client, db, path):
    assert "no-store" in client.get(path)["Cache-Control"]


@pytest.mark.parametrize(
    "path", ["/sign-in/token/", "/sign-out/", "/sign-out/everywhere/", "/connection/disconnect/"]
)
def test_nothing_is_changed_by_a_link(client, ada, path):
    client.force_login(ada)
    assert client.get(path).status_code == 405


def test_someone_signed_in_is_told_as_whom(client, ada):
    client.force_login(ada)
    html = page(client.get("/sign-in/"))
    assert "You’re signed in as Ada Lindqvist (ada@example.com)." in html


def test_signing_out_ends_the_session(client, ada):
    client.force_login(ada)
    response = client.post("/sign-out/", follow=True)
    assert "Signed out." in page(response)
    assert client.get("/connection/").status_code == 302


def test_signing_out_everywhere_ends_the_sessions_of_other_browsers_too(client, ada):
    other = Client()
    for browser in (client, other):
        browser.force_login(ada)
    response = client.post("/sign-out/everywhere/", follow=True)
    assert "Signed out in every browser." in page(response)
    for browser in (client, other):
        assert browser.get("/connection/").status_code == 302
    ada.refresh_from_db()
    client.force_login(ada)
    assert client.get("/connection/").status_code == 200
