"""The set-up pages and their actions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import problems
from accounts.access import HAS_CODE, setup_required
from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, RateLimited
from accounts.asana.records import Workspace
from accounts.audit import PersonRef
from accounts.forms import AppForm, CodeForm
from accounts.http import SetupRequest, problem_response
from accounts.models import AllowedWorkspace, AsanaApp, User
from accounts.problems import problem_for
from accounts.setup import app_check, service
from accounts.setup import messages as setup_messages
from accounts.setup.app_check import Finding
from accounts.setup.service import SetupState
from accounts.sign_in import asana_app
from accounts.workspaces import allowed


@require_safe
@never_cache
@setup_required
def set_up(request: SetupRequest) -> HttpResponse:
    """Show the steps of the set-up."""
    return _page(request, _form())


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("code")
def enter_code(request: HttpRequest) -> HttpResponse:
    """Ask for the set-up code, and open the set-up for this session when it is right."""
    if not service.is_open():
        return redirect("set_up")
    form = CodeForm(request.POST if request.method == "POST" else None, label_suffix="")
    status = 422 if request.method == "POST" else 200
    if form.is_valid():
        try:
            service.check_code(form.cleaned_data["code"])
        except service.WrongCode:
            form.add_error(
                "code", _("Wrong code. Run the command again and enter the code it prints.")
            )
        except service.TooManyTries:
            status = 429
            form.add_error("code", _("Too many wrong codes. Try again in 15 minutes."))
        else:
            # Somebody who knows the old session key must not get in with it.
            request.session.cycle_key()
            request.session[HAS_CODE] = True
            return redirect("set_up")
    return render(request, "setup/code.html", {"form": form}, status=status)


@require_POST
@never_cache
@sensitive_post_parameters("client_secret")
@setup_required
def save_app(request: SetupRequest) -> HttpResponse:
    """Store the Asana app's client id and secret, and check them."""
    if settings.ASANA_CLIENT_ID:
        message = _(
            "The client ID and secret are set by environment variables, so you "
            "can’t change them here."
        )
        messages.error(request, message)
        return redirect("set_up")
    if not service.may_change_app(request.asana, _user(request)):
        return problem_response(request, problems.admins_of_every_workspace_only())
    form = _form(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    cleaned = form.cleaned_data
    asana_app.save(_actor(request), cleaned["client_id"], cleaned["client_secret"])
    messages.success(request, _("Client ID and secret saved."))
    return _check(request)


@require_POST
@never_cache
@setup_required
def check_app(request: SetupRequest) -> HttpResponse:
    """Check the Asana app again."""
    return _check(request)


@require_POST
@never_cache
@setup_required
def choose_workspaces(request: SetupRequest) -> HttpResponse:
    """Allow the ticked workspaces (`workspace`), of those that Asana shows to the person.

    Once some were allowed before, only those that the person is an admin of can be changed.
    """
    if request.asana is None:
        messages.error(request, _("Sign in first, then choose workspaces."))
        return redirect("set_up")
    shown = request.asana.get_user().workspaces
    if not service.is_open() and (user := _user(request)):
        gids = [workspace.gid for workspace in shown]
        own = service.workspaces_administered_by(request.asana, user, gids)
        shown = [workspace for workspace in shown if workspace.gid in own]
    try:
        allowed.choose_allowed(_actor(request), shown, request.POST.getlist("workspace"))
    except allowed.NoneLeft:
        messages.error(request, _("Choose at least one workspace."))
        return redirect("set_up")
    names = ", ".join(str(row) for row in AllowedWorkspace.objects.order_by("name"))
    messages.success(request, _("Workspaces saved: %(names)s.") % {"names": names})
    if _can_still_enter(request):
        return redirect("set_up")
    messages.warning(request, _("From now on, only admins of these workspaces can open setup."))
    return redirect("home")


def _can_still_enter(request: SetupRequest) -> bool:
    """Tell whether the person who has just chosen may still use the set-up."""
    user = _user(request)
    if request.asana is None or user is None:
        return False
    try:
        return service.is_admin(request.asana, user)
    except RateLimited:
        return False


def _check(request: SetupRequest) -> HttpResponse:
    app = asana_app.credentials()
    if app is None:
        messages.error(request, _("Enter the client ID and secret first."))
        return redirect("set_up")
    check = app_check.check(app, asana_app.redirect_uri())
    level = messages.SUCCESS if check.finding is Finding.RIGHT else messages.WARNING
    message = _("%(found)s. See step 4.") % {"found": setup_messages.explain(check).heading}
    messages.add_message(request, level, message)
    return redirect("set_up")


def _form(data: Mapping[str, Any] | None = None) -> AppForm:
    app = asana_app.credentials()
    return AppForm(data, saved_id=app.client_id if app else "")


def _actor(request: SetupRequest) -> User | PersonRef:
    return _user(request) or PersonRef(name="set-up code")


def _user(request: SetupRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _page(request: SetupRequest, form: AppForm, status: int = 200) -> HttpResponse:
    app = asana_app.credentials()
    check = app_check.last_check(app)
    keys = service.keys()
    address = asana_app.redirect_uri()
    workspaces = _workspace_context(request)
    states = {
        "keys": service.state_of_keys(keys),
        "address": service.state_of_address(check),
        "app": service.state_of_app(app, check),
        "check": service.state_of_check(check),
        "workspaces": SetupState.DONE if workspaces["chosen"] else SetupState.TO_DO,
        "admin": SetupState.DONE if workspaces["admins"] else SetupState.TO_DO,
    }
    context = {
        **workspaces,
        "states": states,
        "finished": all(state is SetupState.DONE for state in states.values()),
        "keys": keys,
        "address": address,
        "elsewhere": urlsplit(address).netloc != request.get_host() and settings.PUBLIC_URL,
        "app": app,
        "unreadable": app is None and AsanaApp.objects.exists(),
        "form": form,
        "may_change_app": service.may_change_app(request.asana, _user(request)),
        "verdict": check,
        "said": setup_messages.explain(check) if check else None,
        "by_code": service.is_open(),
    }
    return render(request, "setup/setup.html", context, status=status)


def _workspace_context(request: SetupRequest) -> dict[str, Any]:
    """Return the workspaces to choose from, those chosen, and the admins of those."""
    chosen = allowed.allowed_gids()
    context: dict[str, Any] = {"chosen": chosen, "shown": [], "unshown": [], "administered": []}
    user = _user(request)
    if request.asana is not None and user is not None:
        context |= _own_workspaces(request.asana, user)
    gids = [workspace.gid for workspace in context["shown"]]
    context["unshown"] = AllowedWorkspace.objects.exclude(workspace_gid__in=gids).order_by("name")
    # After `_own_workspaces`, which stores whether the person is an admin.
    return {**context, "admins": service.admin_names(chosen)}


def _own_workspaces(asana: Client, user: User) -> dict[str, Any]:
    try:
        shown: list[Workspace] = asana.get_user().workspaces
        administered = service.workspaces_administered_by(
            asana, user, [workspace.gid for workspace in shown]
        )
    except AsanaError as error:
        return {"unread": problem_for(error, undone="").sentence}
    return {"shown": shown, "administered": administered}
