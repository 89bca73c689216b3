"""Messages about roles."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

KNOWN_ELSEWHERE = gettext_lazy(
    "%(name)s also uses another workspace here, and this would affect them there too. Ask "
    "someone who is an admin of both workspaces."
)
