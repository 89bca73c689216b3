"""Signing in, by Asana's own page or with a personal token, and signing out."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from accounts import audit, problems
from accounts.access import sign_in_required
from accounts.asana.errors import AppRefused, AsanaError, Unauthorized
from accounts.audit import PersonRef
from accounts.connections.service import Deactivated, connect, connect_with_token
from accounts.forms import TokenForm
from accounts.http import SignedInRequest, problem_response
from accounts.models import Action, User
from accounts.problems import Problem
from accounts.setup import app_check
from accounts.setup.app_check import Finding
from accounts.sign_in import oauth, throttle
from accounts.sign_in.asana_app import credentials, redirect_uri
from accounts.sign_in.messages import deactivated, sign_in_failed, too_many_attempts

NEXT = "sign_in_next"
# Where a person turned back, or their browser lost the way, nobody was refused.
NOT_REFUSED = ("cancelled", "state_lost")

# What says that somebody tries what is not theirs; the others are Asana's word, or the person's.
# Not a lost state, of which Asana is not asked: any page of the web can send a browser here with a
# made-up one, and would shut everybody out who shares its network.
_COUNTED = ("code_refused", "unexpected")


def _limited(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Turns those away, before Asana is asked, of whom too many were refused."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        until = throttle.closed_until(now)
        if until is not None:
            seconds = math.ceil((until - now).total_seconds())
            # Without the address that was asked for, which of a way back holds a code.
            return problem_response(request, too_many_attempts(seconds), next_page="")
        return view(request)

    return guarded


@require_GET
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    return _render_sign_in(request, TokenForm(), _own(request, request.GET.get("next")))


@require_GET
@never_cache
@_limited
def start_sign_in(request: HttpRequest) -> HttpResponse:
    request.session[NEXT] = _own(request, request.GET.get("next"))
    if credentials() is None:
        return problem_response(request, problems.not_set_up())
    return oauth.begin(request, redirect_uri())


@require_GET
@never_cache
@_limited
def finish_sign_in(request: HttpRequest) -> HttpResponse:
    next_page = _own(request, request.session.get(NEXT))
    try:
        user = connect(oauth.finish(request))
    except (oauth.SignInFailed, Deactivated, AsanaError) as error:
        if isinstance(error, AppRefused):
            # Asana sent the person back, so it knows the id and the address.
            app_check.tried(credentials(), Finding.WRONG_SECRET)
        if isinstance(error, oauth.SignInFailed) and error.kind in _COUNTED:
            throttle.record_refusal(timezone.now())
        _note_refusal(error)
        return problem_response(request, _problem(error), next_page=next_page)
    app_check.tried(credentials(), Finding.RIGHT)
    return _welcome(request, user, next_page)


@require_POST
@never_cache
@sensitive_post_parameters("token")
@_limited
def sign_in_with_token(request: HttpRequest) -> HttpResponse:
    form = TokenForm(request.POST)
    next_page = _own(request, request.POST.get("next"))
    if not form.is_valid():
        return _render_sign_in(request, form, next_page)
    try:
        user = connect_with_token(form.cleaned_data["token"])
    except Unauthorized as error:
        throttle.record_refusal(timezone.now())
        _note_refusal(error)
        form.add_error("token", _("Asana does not know this token. Nothing was connected."))
        return _render_sign_in(request, form, next_page)
    except (Deactivated, AsanaError) as error:
        _note_refusal(error)
        return problem_response(request, _problem(error), next_page=next_page)
    return _welcome(request, user, next_page)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    messages.success(request, _("Signed out."))
    return redirect("sign_in")


@require_POST
@sign_in_required
def sign_out_everywhere(request: SignedInRequest) -> HttpResponse:
    request.user.end_sessions()
    audit.record(Action.SIGNED_OUT_EVERYWHERE, request.user)
    logout(request)
    messages.success(request, _("Signed out in every browser."))
    return redirect("sign_in")


def _render_sign_in(request: HttpRequest, form: TokenForm, next_page: str) -> HttpResponse:
    status = 422 if form.errors else 200
    if form.errors:
        form.fields["token"].widget.attrs["autofocus"] = True
    context = {"form": form, "next": next_page, "is_set_up": credentials() is not None}
    return render(request, "sign_in/sign_in.html", context, status=status)


def _problem(error: oauth.SignInFailed | Deactivated | AsanaError) -> Problem:
    if isinstance(error, oauth.SignInFailed):
        return sign_in_failed(error.kind, error.words)
    if isinstance(error, Deactivated):
        return deactivated()
    failed = problems.problem_for(error, undone=_("Nothing was connected."))
    return replace(failed, action="sign_in")


def _note_refusal(error: oauth.SignInFailed | Deactivated | AsanaError) -> None:
    """Not where Asana failed: then nobody was refused."""
    match error:
        case Deactivated():
            _refused(error.user, "switched off")
        case Unauthorized():
            _refused(throttle.STRANGER, "unknown token")
        case oauth.SignInFailed() if error.kind not in NOT_REFUSED:
            _refused(throttle.STRANGER, error.kind)


def _refused(who: User | PersonRef, reason: str) -> None:
    audit.record(Action.SIGN_IN_REFUSED, who, after={"reason": reason})


def _welcome(request: HttpRequest, user: User, next_page: str) -> HttpResponse:
    login(request, user)
    # Django keeps the key where the same person signs in again.
    request.session.cycle_key()
    audit.record(Action.SIGNED_IN, user)
    request.session.pop(NEXT, None)
    # Signing in is silent where the browser is signed in at Asana: always say as whom.
    who = {"name": user, "email": user.email}
    said = _("Signed in as %(name)s (%(email)s).") if user.email else _("Signed in as %(name)s.")
    messages.success(request, said % who)
    return redirect(next_page)


def _own(request: HttpRequest, address: str | None) -> str:
    """The address when it is one of ours, else the start page."""
    hosts = {request.get_host()}
    if address and url_has_allowed_host_and_scheme(
        address, hosts, require_https=request.is_secure()
    ):
        return address
    return resolve_url(settings.LOGIN_REDIRECT_URL)
