"""The schedule of a saved report: when it is emailed, and to whom."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import manager_required
from accounts.http import ManagerRequest
from accounts.models import Connection, Manager, User
from accounts.workspaces.membership import cached_admins
from timesheet.core import clock
from timesheet.models import ReportSchedule, SavedView
from timesheet.reports import saved_views
from timesheet.scheduled_reports.forms import ScheduleForm


@require_http_methods(["GET", "HEAD", "POST"])
@manager_required
def report_schedule(request: ManagerRequest, workspace: str, slug: UUID) -> HttpResponse:
    """Shows and saves the schedule of one of the viewer's saved reports."""
    view = _own_view(request, workspace, slug)
    schedule = ReportSchedule.objects.filter(view=view).first()
    is_new = schedule is None
    if schedule is None:
        zone = timezone.get_current_timezone_name()
        schedule = ReportSchedule(view=view, recipients=[request.user.gid], time_zone=zone)
    data = request.POST if request.method == "POST" else None
    form = ScheduleForm(
        data, instance=schedule, people=possible_recipients(request.user, workspace)
    )
    if data is not None and form.is_valid():
        form.instance.changed_at = clock.now()
        form.instance.time_zone = timezone.get_current_timezone_name()
        form.instance.stopped = ""
        form.save()
        messages.success(request, _("Schedule saved."))
        return redirect("report_schedule", workspace=workspace, slug=slug)
    context = {"form": form, "view": view, "workspace": workspace, "is_new": is_new}
    status = 422 if data is not None else 200
    return render(request, "scheduled_reports/schedule.html", context, status=status)


@require_POST
@manager_required
def delete_schedule(request: ManagerRequest, workspace: str, slug: UUID) -> HttpResponse:
    """Stops sending a report."""
    view = _own_view(request, workspace, slug)
    ReportSchedule.objects.filter(view=view).delete()
    messages.success(request, _("“%(name)s” is no longer emailed.") % {"name": view.name})
    return redirect("saved_view", workspace=workspace, slug=slug)


def possible_recipients(user: User, workspace: str) -> list[User]:
    """Return the viewer, and the managers and admins of the workspace who are connected here.

    Whether each of them may see a report is checked again before each email.
    """
    managers = Manager.objects.filter(workspace_gid=workspace).values_list("gid", flat=True)
    connected = Connection.objects.usable().select_related("user")
    people = [each.user for each in connected]
    allowed = {user.gid, *managers, *cached_admins(people, workspace)}
    return sorted(
        (person for person in people if person.gid in allowed),
        key=lambda person: (person.name.casefold(), person.gid),
    )


def _own_view(request: ManagerRequest, workspace: str, slug: UUID) -> SavedView:
    view = saved_views.find_view(request.user, workspace, slug)
    if view is None:
        raise Http404
    return view
