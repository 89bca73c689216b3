"""No token and no secret is shown where things are shown: in reprs, logs, pages of errors."""

from __future__ import annotations

import logging
from typing import Any

import msgspec
import pytest
from django.conf import settings as django_settings
from django.db.models import Model
from django.test import Client
from django.urls import path

from accounts.asana.transport import FixedToken
from accounts.connections.tokens import ConnectionToken
from accounts.encrypted_field import EncryptedText
from accounts.models import AsanaApp, Connection
from accounts.sign_in.oauth import Grant, Tokens
from accounts.sign_in.token_response import TokenResponse

TOKEN, REFRESH, SECRET = "1/1234:the-token", "1/1234:the-refresh-token", "the-secret-of-the-app"


def shown(thing: object) -> str:
    """What a log or an f-string would make of it, and of a row also what a dump would."""
    return f"{thing!r} {thing} {vars(thing) if isinstance(thing, Model) else ''}"


@pytest.fixture
def things(connect_ada):
    connection = connect_ada(access_token=TOKEN, refresh_token=REFRESH)
    answer = {"access_token": TOKEN, "refresh_token": REFRESH}
    return {
        "connection": Connection.objects.get(pk=connection.pk),
        "unsaved connection": Connection(access_token=TOKEN, refresh_token=REFRESH),
        "app": AsanaApp(client_id="1234", client_secret=SECRET),
        "tokens": Tokens(TOKEN, REFRESH, 3600),
        "grant": Grant(TOKEN, REFRESH, 3600, "1", "Ada", "ada@example.com"),
        "answer": msgspec.convert(answer, TokenResponse),
        "sealed": EncryptedText.encrypt(SECRET),
        "fixed bearer": FixedToken(TOKEN),
        "bearer": ConnectionToken(connection),
    }


def test_no_repr_shows_one(things):
    for name, thing in things.items():
        for secret in (TOKEN, REFRESH, SECRET):
            assert secret not in shown(thing), name


def broken(request):
    token = Connection.objects.get().access_token
    refresh_token = Connection.objects.get().refresh_token
    raise RuntimeError(f"the mistake of the tests, {len(token) + len(refresh_token)}")


class Pages:
    urlpatterns = [path("broken/", broken)]
    handler500 = "accounts.error_views.server_error"


@pytest.fixture
def asks(settings, connect_ada):
    """The answer to a page that breaks while it holds tokens."""
    connect_ada(access_token=TOKEN, refresh_token=REFRESH)
    settings.ROOT_URLCONF = Pages

    def asks(**environment: Any) -> str:
        browser = Client(raise_request_exception=False)
        browser.cookies["sessionid"] = browser.cookies["__Host-sessionid"] = "key-of-a-session"
        answer = browser.get("/broken/?code=the-code", **environment)
        assert answer.status_code == 500
        return str(answer.content.decode())

    return asks


def test_a_mistake_of_ours_tells_neither_page_nor_log(asks, caplog):
    caplog.set_level(logging.DEBUG)
    html = asks()
    assert "the mistake of the tests" in caplog.text
    for secret in (TOKEN, REFRESH, "key-of-a-session"):
        assert secret not in html
        assert secret not in caplog.text


def test_a_developers_page_hides_them_too(asks, settings):
    settings.DEBUG = True
    settings.ASANA_CLIENT_SECRET = SECRET
    settings.EMAIL = {"EMAIL_HOST_PASSWORD": "password-of-mail"}
    settings.EMAIL_HOST_PASSWORD = "password-of-mail"
    settings.QUEUE_URL = "postgres://me:password-of-bell@db/timesheet"
    settings.CACHES = {**settings.CACHES, "other": {"LOCATION": "redis://:password-of-cache@c"}}
    html = asks(
        SECRET_KEY="key-of-the-environment",
        TOKEN_KEYS="keys-of-the-environment",
        DATABASE_URL="postgres://me:password-of-db@db/timesheet",
        EMAIL_URL="smtp://me:password-of-mail@mail",
        ASANA_CLIENT_SECRET=SECRET,
    )
    assert "the mistake of the tests" in html
    assert "QUEUE_URL" in html
    secrets = [TOKEN, REFRESH, SECRET, "password-of-mail", "password-of-bell", "password-of-cache"]
    secrets += ["password-of-db", "key-of-the-environment", "keys-of-the-environment"]
    secrets += ["key-of-a-session"]
    secrets += [django_settings.SECRET_KEY, *django_settings.TOKEN_KEYS]
    assert [secret for secret in secrets if secret in html] == []
