"""How long people stay signed in, and where they see it and end it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY
from django.test import Client
from django.utils import timezone

from accounts.models import BrowserSession, Event, User
from accounts.sessions.browser_names import name_of
from tests.support.database import read_only
from timesheet import worker

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
)
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"
)


@pytest.fixture
def ada(db) -> User:
    return User.objects.create_user("1", "Ada")


def signed_in(user: User, agent: str = FIREFOX) -> Client:
    client = Client(headers={"User-Agent": agent})
    client.force_login(user)
    # Not by a request, so that the first one has to be a visit.
    earlier = timezone.now() - timedelta(hours=2)
    BrowserSession.objects.filter(browser="").update(seen_at=earlier)
    client.get("/connection/")
    return client


def is_signed_in(client: Client) -> bool:
    return client.get("/connection/").status_code == 200


def move(**back: timedelta) -> None:
    """Makes all sessions older."""
    for row in BrowserSession.objects.all():
        values = {name: getattr(row, name) - span for name, span in back.items()}
        BrowserSession.objects.filter(pk=row.pk).update(**values)


def test_a_session_without_a_visit_ends(ada, settings):
    settings.SESSION_IDLE_HOURS = 8
    client = signed_in(ada)
    move(seen_at=timedelta(hours=7), expire_date=timedelta(hours=7))
    assert is_signed_in(client)
    # That was a visit.
    move(seen_at=timedelta(hours=7), expire_date=timedelta(hours=7))
    assert is_signed_in(client)
    move(seen_at=timedelta(hours=9))
    assert not is_signed_in(client)


def test_a_session_ends_however_often_it_is_used(ada, settings):
    settings.SESSION_IDLE_HOURS = settings.SESSION_MAX_HOURS = 24
    client = signed_in(ada)
    move(started_at=timedelta(hours=23))
    assert is_signed_in(client)
    move(started_at=timedelta(hours=2))
    assert not is_signed_in(client)


def test_changing_what_a_session_holds_does_not_prolong_its_life(ada):
    client = signed_in(ada)
    move(started_at=timedelta(hours=20))
    before = BrowserSession.objects.get().started_at
    session = client.session
    session["workspace"] = "1200"
    session.save()
    assert BrowserSession.objects.get().started_at == before


def test_signing_in_begins_a_new_life(ada):
    client = signed_in(ada)
    move(started_at=timedelta(hours=20))
    client.force_login(ada)
    session = client.session
    session.cycle_key()
    assert timezone.now() - BrowserSession.objects.get().started_at < timedelta(minutes=1)


@pytest.mark.parametrize("backend", ["django.contrib.auth.backends.ModelBackend", "gone.Backend"])
def test_an_upgrade_that_replaces_the_backend_signs_nobody_out(ada, backend):
    client = signed_in(ada)
    session = client.session
    session[BACKEND_SESSION_KEY] = backend
    session.save()
    assert client.get("/connection/").status_code == 200


def test_a_visit_is_written_once_an_hour(ada, django_assert_num_queries):
    client = signed_in(ada)
    with django_assert_num_queries(1):
        assert client.session["_auth_user_id"] == str(ada.pk)
    move(seen_at=timedelta(hours=2))
    with django_assert_num_queries(2):
        assert client.session["_auth_user_id"] == str(ada.pk)


@pytest.mark.django_db(transaction=True)
def test_a_visit_that_cannot_be_written_signs_nobody_out(ada):
    client = signed_in(ada)
    move(seen_at=timedelta(hours=2))
    with read_only():
        assert client.session["_auth_user_id"] == str(ada.pk)


def test_the_database_has_no_key_that_opens_a_session(ada):
    client = signed_in(ada)
    row = BrowserSession.objects.get()
    assert client.cookies["sessionid"].value not in (row.session_key, row.session_data)
    other = Client()
    other.cookies["sessionid"] = row.session_key
    assert not is_signed_in(other)


def test_people_see_where_they_are_signed_in_and_end_it(ada):
    here, there = signed_in(ada), signed_in(ada, IPHONE)
    signed_in(User.objects.create_user("2"), EDGE)
    html = here.get("/connection/").content.decode()
    assert "Firefox · Linux" in html
    assert "Safari · iPhone" in html
    assert "Edge" not in html
    assert html.count("This browser") == 1
    row = BrowserSession.objects.get(browser="Safari · iPhone")
    assert here.post(f"/connection/sessions/{row.session_key}/end/").status_code == 302
    assert not is_signed_in(there)
    assert is_signed_in(here)
    assert Event.objects.filter(action="signed_out_elsewhere").count() == 1


def test_nobody_ends_the_session_of_another(ada):
    ben = signed_in(User.objects.create_user("2"))
    signed_in(ada)
    row = BrowserSession.objects.get(user=ada)
    ben.post(f"/connection/sessions/{row.session_key}/end/")
    assert BrowserSession.objects.filter(pk=row.pk).exists()


def test_signing_out_everywhere_leaves_no_session(ada):
    here, _there = signed_in(ada), signed_in(ada)
    here.post("/sign-out/everywhere/")
    assert not BrowserSession.objects.filter(user=ada).exists()


@pytest.mark.django_db(transaction=True)
def test_the_worker_deletes_sessions_that_have_ended(ada):
    signed_in(ada)
    kept = signed_in(ada)
    first = BrowserSession.objects.order_by("started_at").first()
    BrowserSession.objects.filter(pk=first.pk).update(expire_date=timezone.now())
    worker._each_minute()
    assert BrowserSession.objects.count() == 1
    assert is_signed_in(kept)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox · Linux"),
        (IPHONE, "Safari · iPhone"),
        (EDGE, "Edge · Windows"),
        ("curl/8.0", ""),
        ("", ""),
    ],
)
def test_the_name_of_a_browser(agent, name):
    assert name_of(agent) == name
