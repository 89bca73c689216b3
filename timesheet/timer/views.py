"""The timer: its part of the header, its panel, and starting, stopping and adding."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from accounts.access import asana_required, sign_in_required
from accounts.http import AsanaRequest, SignedInRequest, problem_response
from accounts.problems import Problem
from timesheet.core import clock, formats
from timesheet.core.sessions import LAST_WORKSPACE
from timesheet.domain.week import Week
from timesheet.models import Timer
from timesheet.sheets import rows
from timesheet.sheets.sheet import Sheet
from timesheet.timer import service
from timesheet.timer.forms import FinishForm, StartForm
from timesheet.timer.messages import (
    ALREADY_ADDED,
    ANOTHER_RUNS,
    DISCARDED,
    GONE,
    NO_TIMER,
    TOO_SHORT,
    added,
    added_later,
)
from timesheet.timer.service import MeasuredTimer, NoTimer
from timesheet.week.messages import BAD_REQUEST


@require_safe
@sign_in_required
def timer(request: SignedInRequest) -> HttpResponse:
    """Show the timer that runs, those that were stopped, and where to start one."""
    return _panel(request)


@require_safe
@sign_in_required
def timer_bar(request: SignedInRequest) -> HttpResponse:
    """Show the timer in the header again, because it may have changed on another device."""
    return render(request, "timer/_bar.html")


@require_safe
@asana_required
def timer_tasks(request: AsanaRequest, workspace: str) -> HttpResponse:
    """Show the tasks that match what is typed: to start a timer on, or to choose for one."""
    query = request.GET.get("query", "")
    sheet = Sheet(request.user, workspace, Week.of(clock.today()))
    matches = rows.find_tasks(request.asana, sheet, query)
    context = {
        "workspace": workspace,
        "query": query,
        "tasks": [match for match in matches if not match.task.completed],
        "choosing": "choose" in request.GET,
    }
    template = "timer/_tasks.html" if request.htmx else "timer/tasks.html"
    return render(request, template, context)


@require_POST
@asana_required
def start_timer(request: AsanaRequest, workspace: str) -> HttpResponse:
    """Start a timer. The one that runs is stopped, and waits to be added."""
    form = StartForm(request.POST)
    if not form.is_valid():
        sentence = str(next(iter(form.errors.values()))[0])
        return problem_response(request, Problem(400, str(BAD_REQUEST), sentence))
    gid, user, timer_id = form.cleaned_data["task"], request.user, form.cleaned_data["timer"]
    task = service.known_task(request.asana, user, workspace, gid) if gid else None
    service.start(user, workspace, task, clock.now(), clock.today(), timer_id=timer_id)
    return _changed(request)


@require_POST
@sign_in_required
def stop_timer(request: SignedInRequest) -> HttpResponse:
    """Stop the timer that runs, and ask what becomes of it."""
    if not service.stop(request.user, clock.now(), clock.today()):
        return _changed(request, str(TOO_SHORT))
    return _panel(request, bar=True)


@require_POST
@sign_in_required
def resume_timer(request: SignedInRequest, timer_id: UUID) -> HttpResponse:
    """Let a stopped timer go on."""
    try:
        if service.resume(request.user, timer_id):
            return _changed(request)
    except NoTimer:
        return _gone(request, timer_id)
    return _panel(request, bar=True, said=str(ANOTHER_RUNS))


@require_POST
@sign_in_required
def discard_timer(request: SignedInRequest, timer_id: UUID) -> HttpResponse:
    """Delete a timer without an entry."""
    try:
        service.discard(request.user, timer_id)
    except NoTimer:
        return _gone(request, timer_id)
    return _changed(request, str(DISCARDED))


@require_POST
@asana_required
def add_timer(request: AsanaRequest, workspace: str, timer_id: UUID) -> HttpResponse:
    """Add a stopped timer to the week as an entry, once."""
    user, today = request.user, clock.today()
    try:
        timer = service.find(user, timer_id)
    except NoTimer:
        return _gone(request, timer_id)
    task = service.task_of(timer)
    measured = service.measure(timer, clock.now(), today)
    form = FinishForm(request.POST, days=measured.days, has_task=task is not None)
    if not form.is_valid():
        return _panel(request, form=form, timer=timer, status=422)
    given = form.cleaned_data
    if task is None or given["task"]:
        task = service.known_task(request.asana, user, timer.workspace_gid, given["task"])
    result = service.add_entry(
        request.asana,
        user,
        timer,
        task,
        given["hours"],
        given["day"],
        note=given["note"],
        clock=clock.now,
        today=today,
    )
    outcome = result.results[0]
    pending = outcome.cell.pending
    if outcome.failed and pending:
        return _panel(request, form=form, timer=timer, refusal=pending.reason, status=422)
    minutes, day, name = given["hours"].minutes, given["day"], task.name or task.gid
    if outcome.saved:
        sentence = added(minutes, name, day, today=today)
    else:
        reason = pending.reason if pending else ""
        sentence = added_later(minutes, name, day, reason, today=today)
    return _changed(request, sentence, day=day, workspace=workspace)


def _gone(request: SignedInRequest, timer_id: UUID) -> HttpResponse:
    """Say that another device was faster, or that the person has no such timer."""
    if service.was_added(request.user, timer_id):
        return _changed(request, str(ALREADY_ADDED))
    return problem_response(request, Problem(404, str(NO_TIMER), str(GONE)))


def _changed(
    request: SignedInRequest, sentence: str = "", *, day: date | None = None, workspace: str = ""
) -> HttpResponse:
    """Answer with the header's timer as it is now; `day` is the one that got an entry."""
    if not request.htmx:
        if sentence:
            messages.info(request, sentence)
        return redirect("timer")
    response = render(request, "timer/changed.html", {"said": sentence})
    changed = {"week": reverse("week", args=[workspace, Week.of(day)]) if day else ""}
    return trigger_client_event(response, "timer:changed", changed)


def _panel(
    request: SignedInRequest,
    *,
    bar: bool = False,
    said: str = "",
    form: FinishForm | None = None,
    timer: Timer | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    """Answer with the panel; `form` is the rejected one of `timer`."""
    timers = service.timers_of(request.user, clock.now(), clock.today())
    last_workspace = request.session.get(LAST_WORKSPACE, "")
    context = {
        "with_bar": bar,
        "said": said,
        "timers": timers,
        "stopped": [
            (measured, *_values(request, measured, form if _is_of(measured, timer) else None))
            for measured in timers.stopped
        ],
        "chosen": service.chosen_task(request.user, last_workspace, request.GET.get("task", "")),
        "error": refusal or (form.first_error if form else ""),
        "error_timer": timer.pk if timer else None,
        "today": clock.today(),
    }
    template = "timer/_panel.html" if request.htmx else "timer/timer.html"
    return render(request, template, context, status=status)


def _is_of(measured: MeasuredTimer, timer: Timer | None) -> bool:
    return timer is not None and measured.timer.pk == timer.pk


def _values(
    request: SignedInRequest, measured: MeasuredTimer, form: FinishForm | None
) -> tuple[int, dict[str, str]]:
    """Return the rounded minutes of a timer, and the texts of its form's fields.

    A forgotten timer suggests nothing: it asks. So does one that measured nothing.
    """
    minutes = service.rounded(request.user, measured)
    if form is not None:
        return minutes, {name: str(form.data.get(name, "")) for name in form.fields}
    asks = measured.span.is_forgotten or measured.span.is_unmeasured
    hours = "" if asks else formats.show(minutes)
    return minutes, {"hours": hours, "day": measured.span.started_on.isoformat()}
