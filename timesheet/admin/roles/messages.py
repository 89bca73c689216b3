"""Messages about roles."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

KNOWN_ELSEWHERE = gettext_lazy(
    "%(name)s is known here from another workspace too, and nobody has chosen yet which workspaces "
    "this timesheet is for. Nothing was changed. Choose them first: manage.py set_up tells where."
)
