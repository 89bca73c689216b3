"""Going back to a page that then shows what came of an action."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse


def redirect_with(
    request: HttpRequest, level: int, message: object, view_name: str, **address: str
) -> HttpResponse:
    """Redirect to a page that shows `message`.

    `level` is one of `django.contrib.messages`; `address` holds the arguments of the page's
    address. A lazy translation may be passed as `message`.
    """
    messages.add_message(request, level, str(message))
    return redirect(reverse(view_name, kwargs=address))
