"""A cached page is shown again only while it would be rendered alike."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection

from accounts.models import User
from timesheet.core import page_cache

pytestmark = pytest.mark.django_db

LATER = timedelta(minutes=5)
# The token of the first request.
FIRST = "token-1"
KEY = page_cache.key_of("names")


class Page:
    """A page that shows the names of all people, and counts how often it is rendered."""

    def __init__(self) -> None:
        self.rendered = 0
        self.lifetime = LATER
        self.while_rendering = lambda: None
        self.facts: object = "English"
        self.new_id = ""

    def see(self, token: str = FIRST, keys: tuple[str, ...] = ()) -> str:
        html = page_cache.page("names", self.facts, keys, token, lambda: self.render(token))
        text, self.new_id = html.decode().split("; ")
        return text

    def render(self, token: str) -> tuple[bytes, timedelta]:
        self.rendered += 1
        names = ", ".join(User.objects.order_by("name").values_list("name", flat=True))
        self.while_rendering()
        text = f"{token}: {names}, {cache.get('team')}; {page_cache.new_id()}"
        return text.encode(), self.lifetime


@pytest.fixture
def shown() -> Page:
    cache.clear()
    User.objects.create(gid="1", name="Ada")
    return Page()


def test_it_is_rendered_once(shown):
    assert shown.see() == shown.see() == "token-1: Ada, None"
    assert shown.rendered == 1


def test_what_it_was_made_from_is_asked_again_at_once(shown, django_assert_num_queries):
    """A way to a server takes longer than what is asked there."""
    shown.while_rendering = lambda: list(User.objects.filter(name="Ben"))
    shown.see(keys=("team",))
    queries = 1 if connection.vendor == "postgresql" else 2
    of_cache = int(settings.CACHE_URL.startswith("db:"))
    with django_assert_num_queries(queries + of_cache):
        shown.see(keys=("team",))
    User.objects.create(gid="2", name="Ben")
    shown.see(keys=("team",))
    assert shown.rendered == 2


def test_its_token_and_its_ids_are_new(shown):
    shown.see()
    before = UUID(shown.new_id)
    assert shown.see("token-2") == "token-2: Ada, None"
    assert UUID(shown.new_id) != before
    assert shown.rendered == 1


def test_it_shows_what_is_in_the_database_now(shown):
    shown.see()
    User.objects.update(name="Ben")
    assert shown.see() == "token-1: Ben, None"
    User.objects.create(gid="2", name="Mia")
    assert shown.see() == "token-1: Ben, Mia, None"


def test_what_changes_while_it_is_rendered_is_not_missed(shown):
    shown.while_rendering = lambda: User.objects.update(name="Ben")
    assert shown.see() == "token-1: Ada, None"
    shown.while_rendering = lambda: None
    assert shown.see() == "token-1: Ben, None"


def test_it_shows_what_is_in_the_cache_now(shown):
    shown.see(keys=("team",))
    cache.set("team", "Design")
    assert shown.see(keys=("team",)) == "token-1: Ada, Design"


def test_it_depends_on_its_facts(shown):
    shown.see()
    shown.facts = "German"
    shown.see()
    assert shown.rendered == 2


@pytest.mark.parametrize("html", [b"no page", b"\x78\x9c"])
def test_a_damaged_page_is_rendered_again(shown, html):
    shown.see()
    damaged = cache.get(KEY)
    object.__setattr__(damaged, "html", html)
    cache.set(KEY, damaged)
    assert shown.see() == "token-1: Ada, None"
    cache.set(KEY, "nonsense")
    assert shown.see() == "token-1: Ada, None"


@pytest.mark.django_db(transaction=True)
def test_a_table_that_changed_since_is_no_error(shown):
    shown.see()
    damaged = cache.get(KEY)
    outdated = page_cache.Query("SELECT no_such_column FROM accounts_user", (), b"")
    object.__setattr__(damaged, "queries", [outdated])
    cache.set(KEY, damaged)
    assert shown.see() == "token-1: Ada, None"


def test_a_page_that_must_not_be_shown_again_is_not_cached(shown):
    shown.lifetime = timedelta(0)
    shown.see()
    shown.see()
    assert shown.rendered == 2
