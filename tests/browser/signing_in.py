"""Signing in: by the pages of OAuth as people do, and by a cookie where that is not the point."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import requests
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Page

from accounts.connections.service import connect
from accounts.models import User
from accounts.sign_in.oauth import Grant
from tests.sandbox_process import Sandbox


def sign_in_there(page: Page, first_name: str) -> None:
    """Signs in from a page with the link to it, and waits for the week and its scripts."""
    allow(page, first_name)
    page.get_by_role("heading", name="Week").wait_for()
    page.wait_for_load_state()


def allow(page: Page, first_name: str) -> None:
    """Goes from our page to Asana's, and comes back with the permission."""
    page.get_by_role("link", name="Sign in with Asana").click()
    page.get_by_role("link", name=f"Continue as {first_name}").click()
    page.get_by_role("button", name="Allow").click()


def sign_in_by_cookie(context: BrowserContext, app: str, sandbox: Sandbox, name: str) -> User:
    """Makes the person, their connection and a session, and gives the browser its cookie."""
    user = connect(grant(app, sandbox, name))
    client = Client()
    client.force_login(user)
    context.add_cookies(
        [
            {
                "name": settings.SESSION_COOKIE_NAME,
                "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
                "url": app,
                "httpOnly": True,
                "secure": settings.SESSION_COOKIE_SECURE,
            }
        ]
    )
    return user


def grant(app: str, sandbox: Sandbox, name: str) -> Grant:
    """What Asana grants to the app at `app` once this person allows it."""
    asana_app = {
        "client_id": settings.ASANA_CLIENT_ID,
        "redirect_uri": f"{app}/sign-in/callback/",
    }
    allowed = requests.post(
        f"{sandbox.url}/-/oauth_authorize",
        params={**asana_app, "response_type": "code"},
        data={"person": name.lower(), "decision": "allow"},
        allow_redirects=False,
        timeout=60,
    )
    (code,) = parse_qs(urlsplit(allowed.headers["Location"]).query)["code"]
    secret = {"client_secret": settings.ASANA_CLIENT_SECRET, "grant_type": "authorization_code"}
    answer = requests.post(
        f"{sandbox.url}/-/oauth_token", data={**asana_app, **secret, "code": code}, timeout=60
    ).json()
    person = answer["data"]
    return Grant(
        access_token=answer["access_token"],
        refresh_token=answer["refresh_token"],
        expires_in=answer["expires_in"],
        gid=person["gid"],
        name=person["name"],
        email=person["email"],
    )
