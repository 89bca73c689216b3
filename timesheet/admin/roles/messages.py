"""Messages about roles."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

KNOWN_ELSEWHERE = gettext_lazy(
    "%(name)s also uses this timesheet in another workspace, and this would reach them there too. "
    "Nothing was changed. An admin of both workspaces can do it."
)
