"""What pages are compared with: the same bytes ready-made, a plain template, and a plain write.

They pass through the same middleware as all pages.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from bench.pages.shape import DAYS, QUERIES, ROWS

READY_PAGE = Path(os.environ.get("BENCH_READY_PAGE", ""))

# As a cell of a week is: about 900 bytes, with values in a dozen places.
TEMPLATE = """<!doctype html><title>{{ request.user.name }}</title><table>{% for row in rows %}<tr>
{% for cell in row %}<td id="{{ cell.task }}-{{ cell.day }}" data-day="{{ cell.day }}">
<div class="cell" id="cell-{{ cell.task }}-{{ cell.day }}" data-seen="{{ cell.seen }}"
 data-state="{% if cell.minutes %}value{% else %}empty{% endif %}">
<input id="hours-{{ cell.task }}-{{ cell.day }}" name="hours:{{ cell.task }}:{{ cell.day }}"
 value="{{ cell.minutes }}" aria-labelledby="name-{{ cell.task }} day-{{ cell.day }}">
<a href="entries/?task={{ cell.task }}&amp;day={{ cell.day }}">{{ cell.minutes }}</a>
{{ filler }}</div></td>{% endfor %}</tr>{% endfor %}</table>"""
FILLER = "x" * 400


def count_queries(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Add the number of queries of this thread to each response; a middleware."""

    def respond(request: HttpRequest) -> HttpResponse:
        count = 0

        def counted(execute: Callable[..., Any], *args: Any) -> Any:
            nonlocal count
            count += 1
            return execute(*args)

        with connection.execute_wrapper(counted):
            response = get_response(request)
        response.headers[QUERIES] = str(count)
        return response

    return respond


def ready(_request: HttpRequest) -> HttpResponse:
    """Return the bytes of a week page that was stored before."""
    return HttpResponse(READY_PAGE.read_bytes())


def template(request: HttpRequest) -> HttpResponse:
    """Render a plain template of a week's size, for the signed-in person."""
    cell = {"task": 1205000000000001, "day": "2026-11-23", "seen": "1300=90", "minutes": 90}
    context = {"rows": [[cell] * DAYS] * ROWS, "filler": FILLER}
    return HttpResponse(_compiled().render(context, request))


@functools.cache
def _compiled() -> Any:
    return engines["django"].from_string(TEMPLATE)


def write(request: HttpRequest) -> HttpResponse:
    """Make one UPDATE."""
    get_user_model().objects.filter(pk=request.user.pk).update(email=F("email"))
    return HttpResponse()


urlpatterns = [
    path("bench/ready/", ready),
    path("bench/template/", template),
    path("bench/write/", write),
    path("", include("timesheet.urls")),
]
