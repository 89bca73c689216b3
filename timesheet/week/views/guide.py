"""The help page: what can be typed, the keys, and what the marks of a cell mean."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import sign_in_required
from accounts.http import SignedInRequest
from timesheet.core.formats import show
from timesheet.domain.duration import parse

# What people type, read by the parser itself so that the page never says anything else.
EXAMPLES = ("1:30", "1.5", ":30", "1h 30m", "90m", "8", "1½", "1:30+45m")


@require_safe
@sign_in_required
def guide(request: SignedInRequest) -> HttpResponse:
    """Show the help page."""
    examples = [(text, show(parse(text).minutes)) for text in EXAMPLES]
    return render(request, "week/guide.html", {"examples": examples})
