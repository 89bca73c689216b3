"""Messages about people's capacity."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def capacity_set_message(number: int) -> str:
    """Say for how many people the capacity was set."""
    if not number:
        return _("No changes to save.")
    return ngettext(
        "Capacity set for %(number)d person.", "Capacity set for %(number)d people.", number
    ) % {"number": number}
