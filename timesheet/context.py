"""What the frame around every page needs."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from timesheet.services.standing import standing_of


def standing(request: HttpRequest) -> dict[str, object]:
    """How the person's edits stand, read only where a page shows it."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {}
    return {"standing": SimpleLazyObject(lambda: standing_of(user))}
