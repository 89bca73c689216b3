"""What a request has read from the cache together is not read again, and is never out of date."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.cache import cache

from timesheet.core.request_cache import read_together

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _cached():
    cache.clear()
    cache.set("names", ["Ada"])


def test_it_takes_one_query(django_assert_num_queries):
    # Redis is no database: none at all.
    queries = int(settings.CACHE_URL.startswith("db:"))
    with django_assert_num_queries(queries), read_together(["names", "roles"], {"roles": True}):
        assert cache.get("names") == ["Ada"]
        assert cache.get("names") == ["Ada"]
        assert cache.get("roles") is True


def test_what_is_neither_cached_nor_known_is_the_default():
    with read_together(["targets"], {}):
        assert cache.get("targets", "none") == "none"


def test_what_is_known_otherwise_is_not_cached():
    with read_together(["roles"], {"roles": True}):
        pass
    assert cache.get("roles") is None


def test_what_is_cached_comes_before_what_is_known_otherwise():
    with read_together(["names"], {"names": ["Ben"]}):
        assert cache.get("names") == ["Ada"]


def test_what_is_set_or_deleted_meanwhile_counts():
    with read_together(["names", "roles"], {}):
        cache.set("roles", True)
        assert cache.get("roles") is True
        cache.delete("names")
        assert cache.get("names") is None
    assert cache.get("roles") is True
    assert cache.get("names") is None


def test_other_keys_are_read_as_always():
    with read_together(["names"], {}):
        cache.set("targets", 8)
    assert cache.get("targets") == 8
