"""Serves the photos of people, so that browsers ask no other server for them."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from accounts.access import sign_in_required
from accounts.http import SignedInRequest
from accounts.photos import service

BROWSER_CACHED_SECONDS = 24 * 3600
# Without a photo, and after a failure.
RETRY_SECONDS = 600
# A transparent pixel, through which a page shows the initials: browsers draw a mark over a picture
# that is missing.
NO_PHOTO = bytes.fromhex(
    "47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b"
)


@require_safe
@sign_in_required
def photo(request: SignedInRequest, key: str) -> HttpResponse:
    """Serve a person's photo; without one a transparent picture, above their initials."""
    try:
        picture = service.read(request.user, key)
    except service.NotShown as error:
        raise Http404 from error
    except service.NotNow:
        return _cached(HttpResponse(NO_PHOTO, content_type="image/gif"), 0)
    if not picture:
        return _cached(HttpResponse(NO_PHOTO, content_type="image/gif"), RETRY_SECONDS)
    response = HttpResponse(picture, content_type=service.content_type(picture))
    return _cached(response, BROWSER_CACHED_SECONDS)


def _cached(response: HttpResponse, seconds: int) -> HttpResponse:
    response["Cache-Control"] = f"private, max-age={seconds}"
    return response
