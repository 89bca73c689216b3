"""The keys of the session, and our cookies beside it."""

from __future__ import annotations

from collections.abc import Container

# The gid of the workspace that the person last visited.
LAST_WORKSPACE = "workspace"
# The cookie in which `time-zone.js` keeps the browser's time zone.
ZONE_COOKIE = "zone"


def runs_scripts(cookies: Container[str]) -> bool:
    """Tell whether a browser runs our scripts, by a cookie of theirs; only they refresh a page."""
    return ZONE_COOKIE in cookies
