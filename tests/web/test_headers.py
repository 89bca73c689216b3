"""What a browser is told to keep itself from, whatever is asked for and whatever comes of it."""

from __future__ import annotations

import pytest
from django.http import StreamingHttpResponse
from django.test import Client
from django.urls import include, path

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Timesheet": "1",
}


def broken(request):
    raise RuntimeError("the 500 of the tests")


def stream(request):
    return StreamingHttpResponse(iter(["a,", "b"]), content_type="text/csv")


class Pages:
    """Ours, and what only a mistake or a long file makes."""

    urlpatterns = [
        path("broken/", broken),
        path("stream/", stream),
        path("", include("timesheet.urls")),
    ]
    handler404 = "accounts.error_views.not_found"
    handler500 = "accounts.error_views.server_error"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/sign-in/", 200),
        ("/", 302),
        ("/healthz", 200),
        ("/nothing/", 404),
        ("/sign-out/", 405),
        ("/broken/", 500),
        ("/stream/", 200),
        ("/static/icon.svg", 200),
        ("/static/nothing.svg", 404),
    ],
)
def test_every_answer_has_them(settings, tmp_path, path, status):
    settings.ROOT_URLCONF = Pages
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "icon.svg").write_text("<svg/>")
    answer = Client(raise_request_exception=False).get(path)
    assert answer.status_code == status
    assert {name: answer[name] for name in EVERYWHERE} == EVERYWHERE
    assert "geolocation=()" in answer["Permissions-Policy"]
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.django_db
def test_a_host_that_is_not_ours_is_rejected_too():
    answer = Client().get("/sign-in/", headers={"Host": "elsewhere.example"})
    assert answer.status_code == 400
    assert {name: answer[name] for name in EVERYWHERE} == EVERYWHERE


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_ask_by_any_host(path, asana):
    assert Client().get(path, headers={"Host": "10.1.2.3:8000"}).status_code == 200
