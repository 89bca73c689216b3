"""Addresses: each leads to one view."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """Every route of the site, with those of what is included."""
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from routes(pattern, route)


def test_no_address_is_registered_twice():
    times = Counter(routes(get_resolver()))
    assert times
    assert [route for route, number in times.items() if number > 1] == []
