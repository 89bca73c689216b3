"""People, pages and Asanas for the tests of accounts."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

import pytest
import requests
from django.http import HttpResponse
from django.urls import include, path
from django.utils import timezone

from accounts.access import asana_required
from accounts.models import Connection, User


@asana_required
def hello(request):
    """A page that needs Asana, as a page of the timesheet does."""
    return HttpResponse(f"Hello {request.asana.get_user().name}")


def start_page(request):
    return HttpResponse("The start page")


def broken_page(request):
    raise RuntimeError("the 500 of the tests")


class Pages:
    """The addresses of these tests: ours, and as little of the timesheet as they need."""

    urlpatterns = [
        path("", start_page, name="home"),
        path("hello/", hello, name="hello"),
        path("broken/", broken_page),
        path("", include("accounts.urls")),
    ]
    handler400 = "accounts.error_views.bad_request"
    handler403 = "accounts.error_views.forbidden"
    handler404 = "accounts.error_views.not_found"
    handler500 = "accounts.error_views.server_error"


@pytest.fixture(autouse=True)
def pages(settings):
    settings.ROOT_URLCONF = Pages
    settings.PUBLIC_URL = "http://testserver"


@pytest.fixture
def ada(db):
    return User.objects.create_user("1001", "Ada Lindqvist", "ada@example.com")


@pytest.fixture
def connect_ada(ada):
    """Gives Ada a connection; by default a healthy one whose access token has just ended."""

    def connect(**given):
        fields = {
            "method": "oauth",
            "access_token": "old-access",
            "refresh_token": "old-refresh",
            "expires_at": timezone.now() - timedelta(seconds=1),
        }
        return Connection.objects.create(user=ada, **{**fields, **given})

    return connect


@dataclass
class OddAsana:
    """Answers every request with what it was told to: what a sound Asana never, or rarely, says."""

    url: str = ""
    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0
    forms: list[dict[str, str]] = field(default_factory=list)

    def answers(self, body, status=200, headers=None):
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.status, self.headers = status, headers or {}


@pytest.fixture
def odd_asana(settings):
    odd = OddAsana()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.answer()

        def do_POST(self):
            form = self.rfile.read(int(self.headers["Content-Length"])).decode()
            odd.forms.append(dict(parse_qsl(form)))
            self.answer()

        def answer(self):
            time.sleep(odd.pause)
            self.send_response(odd.status)
            for name, value in odd.headers.items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(BrokenPipeError):
                self.wfile.write(odd.body)

        def log_message(self, *_arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
    odd.url = f"http://127.0.0.1:{server.server_port}"
    settings.ASANA_URL = odd.url
    yield odd
    server.shutdown()
    server.server_close()


@pytest.fixture
def asana(sandbox, settings):
    """The local Asana over HTTP, sound and quiet, with our address for coming back."""
    settings.ASANA_URL = sandbox.url
    sandbox.settings(redirect_uris=["http://testserver/sign-in/callback/"])
    return sandbox


@pytest.fixture
def walk(db, client, asana):
    """Ada's browser on its way: to Asana, its page of consent, and to where that sends her."""

    def walked(person="ada", decision="allow", **query):
        to = client.get("/sign-in/asana/", query)["Location"]
        answer = requests.post(
            to, data={"person": person, "decision": decision}, allow_redirects=False, timeout=60
        )
        return answer.headers["Location"].removeprefix("http://testserver")

    return walked
