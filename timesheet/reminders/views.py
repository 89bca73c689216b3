"""Reminders: the admin's page of the schedule, the manager's button, and unsubscribing."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts import audit, problems
from accounts.access import admin_required, team_reader_required
from accounts.http import ManagerRequest, TeamRequest, problem_response
from accounts.models import Action
from accounts.problems import Problem
from timesheet.core import clock
from timesheet.domain.week import Week
from timesheet.reminders import mail, sending
from timesheet.reminders.forms import RemindersForm
from timesheet.reminders.messages import obstacle_message, remind_results
from timesheet.reminders.subscriptions import InvalidLink, Subscription
from timesheet.sheets.policy import managers_without_connection, workspace_policy_of
from timesheet.team.views import viewer_of


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def reminders(request: ManagerRequest, workspace: str) -> HttpResponse:
    """Show and save the email schedule of a workspace."""
    workspace_policy = workspace_policy_of(workspace)
    if workspace_policy.pk is None:
        workspace_policy.time_zone = timezone.get_current_timezone_name()
    data = request.POST if request.method == "POST" else None
    form = RemindersForm(data, instance=workspace_policy)
    before = form.audit_values
    if data is not None and form.is_valid():
        if form.has_changed():
            form.instance.schedule_changed_at = clock.now()
        form.save()
        was, now = audit.changed(before, form.audit_values)
        if now:
            action = Action.REMINDERS_CHANGED
            audit.record(action, request.user, workspace=workspace, before=was, after=now)
        messages.success(request, _("Saved."))
        return redirect("reminders", workspace=workspace)
    context = {
        "form": form,
        "managers_without_connection": managers_without_connection(workspace),
        "workspace": workspace,
    }
    status = 422 if data is not None else 200
    return render(request, "reminders/reminders.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@team_reader_required
def remind(request: TeamRequest, workspace: str, week: Week) -> HttpResponse:
    """Show who would get which reminder, and on POST remind the selected people."""
    if request.method != "POST":
        return _preview_reminders(request, workspace, week)
    gids = request.POST.getlist("person")
    viewer = viewer_of(request)
    try:
        with mail.mail_sender() as send_message:
            results = sending.remind(request.asana, viewer, week, gids, send_message=send_message)
    except sending.NotYourPeople:
        return problem_response(request, problems.not_your_person())
    for level, sentence in remind_results(results):
        messages.add_message(request, level, sentence)
    if not results:
        messages.warning(request, _("Select people first."))
    return redirect("team", workspace=workspace, week=week)


def _preview_reminders(request: TeamRequest, workspace: str, week: Week) -> HttpResponse:
    """Show who of the selected people would get a reminder; by default of all who are short."""
    viewer = viewer_of(request)
    selected = [text.partition(":")[0] for text in request.GET.getlist("week")]
    gids = selected or sending.short_people(request.asana, viewer, week)
    try:
        recipients = sending.recipients(request.asana, viewer, week, gids)
    except sending.NotYourPeople:
        return problem_response(request, problems.not_your_person())
    reached = [recipient for recipient in recipients if recipient.obstacle is None]
    context = {
        "workspace": workspace,
        "week": week,
        "reached": reached,
        "others": [(one.person, obstacle_message(one)) for one in recipients if one.obstacle],
        "example": mail.preview(
            sending.reminder(reached[0].person_week, viewer, week, by=viewer.user)
        )
        if reached and reached[0].person_week
        else None,
    }
    return render(request, "reminders/preview.html", context)


def _subscription_required(
    view: Callable[[HttpRequest, Subscription], HttpResponse],
) -> Callable[[HttpRequest, str], HttpResponse]:
    @wraps(view)
    def with_subscription(request: HttpRequest, token: str) -> HttpResponse:
        try:
            subscription = Subscription.read(token)
        except InvalidLink:
            sentence = _("This link is incomplete. Open it again from the email.")
            return problem_response(request, Problem(404, _("Invalid link"), sentence))
        return view(request, subscription)

    return with_subscription


# Mail programs send the POST for their user, without a cookie or a token against forgery:
# https://www.rfc-editor.org/rfc/rfc8058
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@_subscription_required
def unsubscribe(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    """Ask whether to unsubscribe, and do it on POST."""
    if request.method == "POST":
        subscription.end()
    return _subscription_page(request, subscription)


@require_POST
@_subscription_required
def subscribe_again(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    """Undo an unsubscription."""
    subscription.resume()
    return _subscription_page(request, subscription)


def _subscription_page(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    context = {"subscription": subscription, "changed": request.method == "POST"}
    return render(request, "reminders/unsubscribe.html", context)
