"""Setting this installation up, step by step."""

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
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import HAS_CODE, setup_required
from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, RateLimited
from accounts.asana.records import Workspace
from accounts.audit import PersonRef
from accounts.forms import AppForm, CodeForm
from accounts.http import SetupRequest
from accounts.models import AllowedWorkspace, AsanaApp, User
from accounts.problems import problem_for
from accounts.setup import app_check
from accounts.setup import messages as setup_messages
from accounts.setup import service as setting
from accounts.setup.app_check import Finding
from accounts.setup.service import SetupState
from accounts.sign_in import asana_app
from accounts.workspaces import allowed


@require_GET
@never_cache
@setup_required
def set_up(request: SetupRequest) -> HttpResponse:
    return _page(request, _form())


@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters("code")
def enter_code(request: HttpRequest) -> HttpResponse:
    if not setting.is_open():
        return redirect("set_up")
    form = CodeForm(request.POST if request.method == "POST" else None, label_suffix="")
    status = 200 if request.method == "GET" else 422
    if form.is_valid():
        try:
            setting.check_code(form.cleaned_data["code"])
        except setting.WrongCode:
            form.add_error("code", _("This is not the code. Print it once more, and type it anew."))
        except setting.TooManyTries:
            status = 429
            form.add_error("code", _("Too many wrong codes. Try again in a quarter of an hour."))
        else:
            # Whoever knew the session before must not come in with it.
            request.session.cycle_key()
            request.session[HAS_CODE] = True
            return redirect("set_up")
    return render(request, "setup/code.html", {"form": form}, status=status)


@require_POST
@never_cache
@sensitive_post_parameters("client_secret")
@setup_required
def save_app(request: SetupRequest) -> HttpResponse:
    if settings.ASANA_CLIENT_ID:
        said = _("The client id and the secret come from the environment. Nothing was changed.")
        messages.error(request, said)
        return redirect("set_up")
    form = _form(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    given = form.cleaned_data
    asana_app.save(_actor(request), given["client_id"], given["client_secret"])
    messages.success(request, _("The client id and the secret are saved."))
    return _check(request)


@require_POST
@never_cache
@setup_required
def check_app(request: SetupRequest) -> HttpResponse:
    return _check(request)


@require_POST
@never_cache
@setup_required
def choose_workspaces(request: SetupRequest) -> HttpResponse:
    """`workspace` are those that are ticked, of all that Asana shows to whoever chooses."""
    if request.asana is None:
        messages.error(request, _("Sign in first, then choose. Nothing was changed."))
        return redirect("set_up")
    shown = request.asana.get_user().workspaces
    try:
        allowed.choose_allowed(_actor(request), shown, request.POST.getlist("workspace"))
    except allowed.NoneLeft:
        messages.error(request, _("Choose at least one workspace. Nothing was changed."))
        return redirect("set_up")
    names = ", ".join(str(one) for one in AllowedWorkspace.objects.order_by("name"))
    messages.success(request, _("This timesheet is for %(names)s now.") % {"names": names})
    if _can_still_enter(request):
        return redirect("set_up")
    messages.warning(request, _("From now on the set-up is open to admins of these only."))
    return redirect("home")


def _can_still_enter(request: SetupRequest) -> bool:
    """To whoever has just chosen; as far as that can be told, now that it is done."""
    if request.asana is None or not isinstance(request.user, User):
        return False
    try:
        return setting.is_admin(request.asana, request.user)
    except RateLimited:
        return False


def _check(request: SetupRequest) -> HttpResponse:
    known = asana_app.credentials()
    if known is None:
        messages.error(request, _("Enter the client id and the secret first."))
        return redirect("set_up")
    verdict = app_check.check(known, asana_app.redirect_uri())
    level = messages.SUCCESS if verdict.finding is Finding.RIGHT else messages.WARNING
    said = _("%(found)s: see step 4.") % {"found": setup_messages.explain(verdict).heading}
    messages.add_message(request, level, said)
    return redirect("set_up")


def _form(sent: Mapping[str, Any] | None = None) -> AppForm:
    known = asana_app.credentials()
    return AppForm(sent, saved_id=known.client_id if known else "")


def _actor(request: SetupRequest) -> User | PersonRef:
    user = request.user
    return user if isinstance(user, User) else PersonRef(name="set-up code")


def _page(request: SetupRequest, form: AppForm, status: int = 200) -> HttpResponse:
    known = asana_app.credentials()
    verdict = app_check.last_check(known)
    keys = setting.keys()
    address = asana_app.redirect_uri()
    places = _workspace_context(request)
    states = {
        "keys": setting.state_of_keys(keys),
        "address": setting.state_of_address(verdict),
        "app": setting.state_of_app(known, verdict),
        "check": setting.state_of_check(verdict),
        "workspaces": SetupState.DONE if places["chosen"] else SetupState.TO_DO,
        "admin": SetupState.DONE if places["admins"] else SetupState.TO_DO,
    }
    context = {
        **places,
        "states": states,
        "finished": all(state is SetupState.DONE for state in states.values()),
        "keys": keys,
        "address": address,
        "elsewhere": urlsplit(address).netloc != request.get_host() and settings.PUBLIC_URL,
        "app": known,
        "unreadable": known is None and AsanaApp.objects.exists(),
        "form": form,
        "verdict": verdict,
        "said": setup_messages.explain(verdict) if verdict else None,
        "by_code": setting.is_open(),
    }
    return render(request, "setup/setup.html", context, status=status)


def _workspace_context(request: SetupRequest) -> dict[str, Any]:
    """The workspaces that there are to choose from, and who is an admin of those that were."""
    chosen = allowed.allowed_gids()
    context: dict[str, Any] = {"chosen": chosen, "shown": [], "unshown": [], "administered": []}
    if request.asana is not None and isinstance(request.user, User):
        context |= _own_workspaces(request.asana, request.user)
    gids = [one.gid for one in context["shown"]]
    context["unshown"] = AllowedWorkspace.objects.exclude(workspace_gid__in=gids).order_by("name")
    # Asking whether the person is one has it known.
    return {**context, "admins": setting.admin_names(chosen)}


def _own_workspaces(asana: Client, user: User) -> dict[str, Any]:
    try:
        shown: list[Workspace] = asana.get_user().workspaces
        administered = setting.workspaces_administered_by(asana, user, [one.gid for one in shown])
    except AsanaError as error:
        return {"unread": problem_for(error, undone="").sentence}
    return {"shown": shown, "administered": administered}
