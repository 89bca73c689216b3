"""Photos of people: whose a viewer may ask for, where they are read, and what is not served."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from accounts.asana.rate_limit import READS_AT_ONCE
from accounts.connections import rate_limiter
from accounts.connections.rate_limiter import ConnectionRateLimiter
from accounts.connections.service import client_for
from accounts.models import Connection, User
from accounts.photos import service
from accounts.photos.views import NO_PHOTO
from tests.support.pages import page
from tests.support.people import BEN, WORKSPACE, YUI


def photo_of(browser, gid: str, viewer: User | None = None):
    """Ask for a photo with the key that a page of the viewer has."""
    key = service.key_of(viewer or browser.user, gid)
    return browser.get(reverse("photo", args=[key]))


def test_a_photo_is_served_as_asana_has_it_and_kept_by_the_browser_alone(ada, sandbox):
    response = photo_of(ada, BEN)
    assert response.status_code == 200
    assert response.content.startswith(b"\x89PNG")
    assert response.headers["Content-Type"] == "image/png"
    assert response.headers["Cache-Control"] == "private, max-age=86400"
    asked = len(sandbox.requests())
    assert photo_of(ada, BEN).content == response.content
    assert len(sandbox.requests()) == asked


def test_without_a_photo_the_picture_is_transparent(ada):
    response = photo_of(ada, YUI)
    assert (response.status_code, response.content) == (200, NO_PHOTO)
    assert response.headers["Cache-Control"] == "private, max-age=600"


def test_a_key_works_for_the_viewer_alone_whose_page_had_it(ada, ben):
    assert photo_of(ben, BEN).status_code == 200
    assert photo_of(ben, BEN, viewer=ada.user).status_code == 404


def test_while_asana_is_down_pages_have_initials(ada, sandbox):
    sandbox.faults({"kind": "status", "status": 503, "path": "/users/"})
    assert photo_of(ada, BEN).content == NO_PHOTO


def test_photos_have_room_beside_a_batch_in_the_background_and_are_asked_for_again_otherwise(
    ada, monkeypatch
):
    monkeypatch.setattr(rate_limiter, "MAX_WAIT_SECONDS", 0)
    connection = Connection.objects.get(user=ada.user)
    limiter = ConnectionRateLimiter(connection.pk)
    with client_for(connection) as asana:
        batch = asana.session.in_background().reads_at_once
    with limiter.slot(reads=READS_AT_ONCE):
        response = photo_of(ada, BEN)
        assert (response.status_code, response.content) == (200, NO_PHOTO)
        assert response.headers["Cache-Control"] == "private, max-age=0"
    with limiter.slot(reads=batch, cost=2 * batch, background=True):
        assert photo_of(ada, BEN).content.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "address",
    [
        "http://photos.example.com/1.png",
        "https://127.0.0.1/1.png",
        "https://169.254.169.254/latest",
        "https://[::1]/1.png",
        "https://localhost/1.png",
        "file:///etc/passwd",
        "",
    ],
)
def test_a_photo_is_no_way_into_our_own_network(address: str, settings):
    settings.ASANA_URL = "https://app.asana.com"
    assert not service.is_public(address)


@pytest.mark.parametrize(
    "address", ["https://s3.amazonaws.com/photos/1.png", "https://a.example/x"]
)
def test_photos_may_lie_on_any_public_server(address: str):
    assert service.is_public(address)


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"<svg onload=alert(1)>", ""),
        (b"<html>", ""),
        (b"", ""),
    ],
)
def test_only_pictures_without_scripts_are_served(start: bytes, kind: str):
    assert service.content_type(start) == kind


def test_a_page_shows_photos_over_initials(mia, manages):
    manages(mia, BEN)
    html = page(mia.get(f"/{WORKSPACE}/team/{mia.week}/"))
    assert re.search(
        r'data-initials="P0"[^<]*<img src="/photos/1201000000000002:[\w-]+/" alt=""', html
    )
    assert f"/photos/{mia.user.gid}:" in html
