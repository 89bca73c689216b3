"""The admins' page of the shared reporting account, which managers' pages read with; off by
default."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts.access import admin_required
from accounts.asana.errors import AsanaError, Unauthorized
from accounts.connections import reader, reporting
from accounts.connections.reporting import Days, HoursSample
from accounts.http import ManagerRequest
from accounts.problems import problem_for
from timesheet.admin.reporting_connection.forms import ReportingForm
from timesheet.core import clock

# The last days in which an account is tested for hours of others that it can see.
SAMPLE_LENGTH = timedelta(days=28)


@require_safe
@never_cache
@admin_required
def reporting_connection(request: ManagerRequest, workspace: str) -> HttpResponse:
    """Shows whether the account is on and whose it is, and the form for a token."""
    return _page(request, workspace, ReportingForm())


@require_POST
@never_cache
@sensitive_post_parameters("token")
@admin_required
def check_reporting(request: ManagerRequest, workspace: str) -> HttpResponse:
    """Checks the token, and goes on to a page that shows whose it is before it is turned on."""
    form = ReportingForm(request.POST)
    if not form.is_valid():
        return _page(request, workspace, form)
    try:
        reporting.check(form.cleaned_data["token"], request.user, workspace, _days())
    except reporting.NotInWorkspace as error:
        sentence = _("This token belongs to %(name)s, who isn’t in this workspace.")
        form.add_error("token", sentence % {"name": error.name})
    except Unauthorized:
        form.add_error("token", _("Asana doesn’t recognize this token."))
    except AsanaError as error:
        form.add_error("token", problem_for(error, undone=_("Nothing was changed.")).sentence)
    else:
        return redirect("confirm_reporting", workspace=workspace)
    return _page(request, workspace, form)


@require_safe
@never_cache
@admin_required
def confirm_reporting(request: ManagerRequest, workspace: str) -> HttpResponse:
    """Shows whose token was checked, and what turning it on shows to whom."""
    offer = reporting.pending_offer(request.user, workspace)
    if offer is None:
        return _expired(request, workspace)
    context = {
        "workspace": workspace,
        "offer": offer,
        "managers": reporting.managers_of(workspace),
        "before": reporting.account_of(workspace),
    }
    return render(request, "admin/reporting_connection/confirm.html", context)


@require_POST
@admin_required
def turn_on_reporting(request: ManagerRequest, workspace: str) -> HttpResponse:
    """Turns the account on, if its token is the one that was checked last."""
    try:
        offer = reporting.turn_on(request.user, workspace, request.POST.get("account", ""))
    except reporting.OfferExpired:
        return _expired(request, workspace)
    sentence = _(
        "Shared reporting account turned on. Managers now see their people’s hours through "
        "the account of %(name)s."
    )
    messages.success(request, sentence % {"name": offer.account.name})
    return redirect("reporting_connection", workspace=workspace)


@require_POST
@admin_required
def turn_off_reporting(request: ManagerRequest, workspace: str) -> HttpResponse:
    """Turns the account off and deletes its token here."""
    account = reporting.turn_off(request.user, workspace)
    if account is None:
        messages.info(request, _("The shared reporting account was already off."))
    else:
        sentence = _(
            "Shared reporting account turned off. Managers now see what Asana shows them "
            "with their own accounts. We’ve deleted the token here, but it still works in "
            "Asana until %(name)s or an Asana admin deletes it."
        )
        messages.success(request, sentence % {"name": account.name})
    return redirect("reporting_connection", workspace=workspace)


@require_POST
@admin_required
def test_reporting(request: ManagerRequest, workspace: str) -> HttpResponse:
    """Tests the account, and says of how many people it sees hours."""
    try:
        sample = reporting.test(request.user, workspace, _days())
    except reporting.NotInWorkspace as error:
        sentence = _("%(name)s is no longer in this workspace. Replace the token.")
        messages.error(request, sentence % {"name": error.name})
    except Unauthorized:
        sentence = _("Asana no longer accepts the token. Replace it or turn this off.")
        messages.error(request, sentence)
    except AsanaError as error:
        messages.error(request, problem_for(error, undone=_("Nothing was changed.")).sentence)
    else:
        _show_sample(request, sample)
    return redirect("reporting_connection", workspace=workspace)


def _show_sample(request: ManagerRequest, sample: HoursSample | None) -> None:
    if sample is None:
        messages.info(request, _("The shared reporting account is off."))
        return
    sentence = ngettext(
        "The account works. It can see hours of %(shown)d of %(asked)d person.",
        "The account works. It can see hours of %(shown)d of %(asked)d people.",
        sample.asked,
    )
    level = messages.SUCCESS if sample.shown else messages.WARNING
    counts = {"asked": sample.asked, "shown": sample.shown}
    messages.add_message(request, level, sentence % counts)


def _page(request: ManagerRequest, workspace: str, form: ReportingForm) -> HttpResponse:
    connection = reader.reporting_connection_of(workspace)
    context = {
        "workspace": workspace,
        "form": form,
        "connection": connection,
        "works": connection is not None and reader.is_working(connection),
        "account": reporting.account_of(workspace),
        "turned": reporting.last_turned_on(workspace),
        "managers": reporting.managers_of(workspace),
    }
    status = 422 if form.errors else 200
    return render(request, "admin/reporting_connection/detail.html", context, status=status)


def _expired(request: ManagerRequest, workspace: str) -> HttpResponse:
    sentence = _("This check has expired or was replaced by another token. Paste the token again.")
    messages.error(request, sentence)
    return redirect("reporting_connection", workspace=workspace)


def _days() -> Days:
    return Days(clock.today() - SAMPLE_LENGTH, clock.today())
