"""What a browser is told to keep itself from, whatever is asked for."""

from __future__ import annotations

import pytest
from django.test import Client

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "status"), [("/sign-in/", 200), ("/", 302), ("/healthz", 200), ("/nothing/", 404)]
)
def test_every_answer_has_them(path, status):
    answer = Client().get(path)
    assert answer.status_code == status
    assert {name: answer[name] for name in EVERYWHERE} == EVERYWHERE
    assert "geolocation=()" in answer["Permissions-Policy"]
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.django_db
def test_files_have_them_too():
    answer = Client().get("/static/icon.svg")
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
