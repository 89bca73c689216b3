"""Signing in, through Asana or with a personal token, and signing out."""

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
from django.views.decorators.http import require_POST, require_safe

from accounts import audit, problems
from accounts.access import sign_in_required
from accounts.asana.errors import AppRefused, AsanaError, Unauthorized
from accounts.audit import PersonRef
from accounts.connections.service import Deactivated, NotMember, connect, connect_with_token
from accounts.forms import TokenForm
from accounts.http import SignedInRequest, problem_response
from accounts.models import Action, RefusedSignIn, User
from accounts.problems import Problem
from accounts.setup import app_check
from accounts.setup.app_check import Finding
from accounts.sign_in import oauth, pending, throttle
from accounts.sign_in.asana_app import credentials, redirect_uri
from accounts.sign_in.messages import (
    deactivated,
    not_a_member,
    sign_in_failed,
    tokens_turned_off,
    too_many_attempts,
)
from accounts.sign_in.pending import PendingSignIns
from accounts.workspaces import allowed

NEXT = "sign_in_next"
# Characters: a cookie has little room.
MAX_ADDRESS = 500
# The person turned back, or their browser lost its session: nobody refused them.
_NOT_REFUSALS = ("cancelled", "state_lost")

# Failures that suggest an attack. A lost state is not one of them: any website can send a browser
# here with an invented state, and could block everybody in the browser's network.
_SUSPICIOUS = ("code_refused", "unexpected")


def _throttled(
    way: RefusedSignIn.Way,
) -> Callable[[Callable[[HttpRequest], HttpResponse]], Callable[[HttpRequest], HttpResponse]]:
    """Refuse requests from a network with too many refusals this way, before asking Asana."""

    def throttled(
        view: Callable[[HttpRequest], HttpResponse],
    ) -> Callable[[HttpRequest], HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest) -> HttpResponse:
            now = timezone.now()
            until = throttle.blocked_until(way, now)
            if until is not None:
                seconds = math.ceil((until - now).total_seconds())
                # Without the requested address: that of a callback contains a code.
                return problem_response(request, too_many_attempts(seconds), next_page="")
            return view(request)

        return guarded

    return throttled


@require_safe
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show the sign-in page."""
    return _render_sign_in(request, TokenForm(), _own_address(request, request.GET.get("next")))


@require_safe
@never_cache
@_throttled(RefusedSignIn.Way.OAUTH)
def start_sign_in(request: HttpRequest) -> HttpResponse:
    """Send the person to Asana's consent page."""
    if credentials() is None:
        return problem_response(request, problems.not_set_up())
    signing_in = pending.read(request)
    signing_in[NEXT] = _own_address(request, request.GET.get("next"))[:MAX_ADDRESS]
    return pending.keep(redirect(oauth.begin(signing_in, redirect_uri())), signing_in)


@require_safe
@never_cache
@_throttled(RefusedSignIn.Way.OAUTH)
def finish_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in the person whom Asana has sent back."""
    signing_in = pending.read(request)
    return pending.keep(_finish(request, signing_in), signing_in)


def _finish(request: HttpRequest, signing_in: PendingSignIns) -> HttpResponse:
    next_page = _own_address(request, signing_in.get(NEXT))
    try:
        user = connect(oauth.finish(signing_in, request.GET))
    except (oauth.SignInFailed, Deactivated, NotMember, AsanaError) as error:
        if isinstance(error, AppRefused):
            # Asana sent the person back, so the id and the address are right.
            app_check.record_sign_in(credentials(), Finding.WRONG_SECRET)
        if isinstance(error, oauth.SignInFailed) and error.kind in _SUSPICIOUS:
            throttle.record_refusal(RefusedSignIn.Way.OAUTH, timezone.now())
        _audit_refusal(error)
        return problem_response(request, _problem(error), next_page=next_page)
    app_check.record_sign_in(credentials(), Finding.RIGHT)
    return _log_in(request, user, next_page)


@require_POST
@never_cache
@sensitive_post_parameters("token")
@_throttled(RefusedSignIn.Way.TOKEN)
def sign_in_with_token(request: HttpRequest) -> HttpResponse:
    """Sign in the owner of a personal access token, unless these are turned off."""
    if not settings.PERSONAL_TOKENS:
        return problem_response(request, tokens_turned_off())
    form = TokenForm(request.POST)
    next_page = _own_address(request, request.POST.get("next"))
    if not form.is_valid():
        return _render_sign_in(request, form, next_page)
    try:
        user = connect_with_token(form.cleaned_data["token"])
    except Unauthorized as error:
        throttle.record_refusal(RefusedSignIn.Way.TOKEN, timezone.now())
        _audit_refusal(error)
        form.add_error("token", _("Asana doesn’t accept this token."))
        return _render_sign_in(request, form, next_page)
    except (Deactivated, NotMember, AsanaError) as error:
        _audit_refusal(error)
        return problem_response(request, _problem(error), next_page=next_page)
    return _log_in(request, user, next_page)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign the person out in this browser."""
    logout(request)
    messages.success(request, _("Signed out."))
    return _redirect_signed_out()


@require_POST
@sign_in_required
def sign_out_everywhere(request: SignedInRequest) -> HttpResponse:
    """Sign the person out in every browser."""
    request.user.end_sessions()
    audit.record(Action.SIGNED_OUT_EVERYWHERE, request.user)
    logout(request)
    messages.success(request, _("Signed out in every browser."))
    return _redirect_signed_out()


def _redirect_signed_out() -> HttpResponse:
    """Redirect to the sign-in page, and let the browser delete the pages that it has stored.

    Not what is in its local storage: changes that were not sent are sent after the next sign-in.
    """
    response = redirect("sign_in")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _render_sign_in(request: HttpRequest, form: TokenForm, next_page: str) -> HttpResponse:
    status = 422 if form.errors else 200
    if form.errors:
        form.fields["token"].widget.attrs["autofocus"] = True
    context = {
        "form": form,
        "next": next_page,
        "is_set_up": credentials() is not None,
        "personal_tokens": settings.PERSONAL_TOKENS,
    }
    return render(request, "sign_in/sign_in.html", context, status=status)


def _problem(error: oauth.SignInFailed | Deactivated | NotMember | AsanaError) -> Problem:
    if isinstance(error, oauth.SignInFailed):
        return sign_in_failed(error.kind, error.words)
    if isinstance(error, Deactivated):
        return deactivated()
    if isinstance(error, NotMember):
        return not_a_member(allowed.allowed_names())
    problem = problems.problem_for(error, undone=_("Nothing was connected."))
    return replace(problem, action="sign_in")


def _audit_refusal(error: oauth.SignInFailed | Deactivated | NotMember | AsanaError) -> None:
    """Add a refused sign-in to the audit log. Where Asana failed, nobody was refused."""
    match error:
        case Deactivated():
            _record_refusal(error.user, "switched off")
        case NotMember():
            _record_refusal(PersonRef(error.gid, error.name), "not a member")
        case Unauthorized():
            _record_refusal(throttle.STRANGER, "unknown token")
        case oauth.SignInFailed() if error.kind not in _NOT_REFUSALS:
            _record_refusal(throttle.STRANGER, error.kind)


def _record_refusal(by: User | PersonRef, reason: str) -> None:
    audit.record(Action.SIGN_IN_REFUSED, by, after={"reason": reason})


def _log_in(request: HttpRequest, user: User, next_page: str) -> HttpResponse:
    login(request, user)
    # Django keeps the session key when the same person signs in again.
    request.session.cycle_key()
    audit.record(Action.SIGNED_IN, user)
    # Asana asks nothing where the browser is signed in there, so always say who signed in.
    message = _("Signed in as %(name)s (%(email)s).") if user.email else _("Signed in as %(name)s.")
    messages.success(request, message % {"name": user, "email": user.email})
    return redirect(next_page)


def _own_address(request: HttpRequest, address: str | None) -> str:
    """Return the address if it is on this site, otherwise the start page."""
    hosts = {request.get_host()}
    if address and url_has_allowed_host_and_scheme(
        address, hosts, require_https=request.is_secure()
    ):
        return address
    return resolve_url(settings.LOGIN_REDIRECT_URL)
