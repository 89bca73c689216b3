"""The projects of a workspace, one project, the time of a task, and planned work."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import asana_required, manager_required, team_reader_required
from accounts.http import AsanaRequest, ManagerRequest, TeamRequest
from timesheet.core import clock
from timesheet.domain.report_entry import distinct_people
from timesheet.domain.week import Week
from timesheet.projects import loading, planned, project, selections, task_time
from timesheet.projects.alerts import alert_of, possible_recipients
from timesheet.projects.figures import ProjectsQuery
from timesheet.projects.forms import RANGES, ProjectsForm
from timesheet.projects.messages import PLAN_SORT_LABELS, SORT_LABELS
from timesheet.projects.page import sort_rows
from timesheet.projects.planned import BY_NAME, PLAN_SORTS, PlanQuery
from timesheet.reports import labels
from timesheet.reports.loading import people_of

# Batches of projects or people that a page reads before it is shown, and that each step after adds.
FIRST_BATCHES, NEXT_BATCHES = 2, 1


@require_safe
@manager_required
def projects(request: ManagerRequest, workspace: str) -> HttpResponse:
    """Shows the projects with hours, estimates and budgets; reads on in the background."""
    form = _form(request, workspace)
    query = _query(request, workspace, form)
    if "fresh" in request.GET:
        loading.load_projects(request.asana, query, fresh=True)
        return redirect(_address(workspace, form))
    batches = NEXT_BATCHES if request.htmx else FIRST_BATCHES
    page = loading.load_page(request.asana, query, form.choice, clock.now(), batches=batches)
    context = {
        "workspace": workspace,
        "form": form,
        "page": page,
        "rows": sort_rows(page.rows, form.sort),
        "title": labels.PRESETS[form.preset],
        "days": labels.days(form.span),
        "ranges": [
            (labels.PRESETS[preset], _address(workspace, form, range=preset.value), preset)
            for preset in RANGES
        ],
        "sorts": [
            (by, SORT_LABELS[by], _address(workspace, form, sort=by), by == form.sort)
            for by in page.sorts
        ],
        "here": _address(workspace, form),
        "everything": _address(workspace, form, selection="", q=""),
        "selections": [
            (each, _address(workspace, form, selection=str(each.slug), q=""))
            for each in selections.selections_of(request.user, workspace)
        ],
        "today": clock.today(),
    }
    template = "projects/_projects.html" if request.htmx else "projects/projects.html"
    return render(request, template, context)


@require_safe
@manager_required
def project_page(request: ManagerRequest, workspace: str, project_gid: str) -> HttpResponse:
    """Shows one project: its tasks with estimate against actual, its people and its budget."""
    form = _form(request, workspace)
    people = people_of(request.asana, request.user, request.membership)
    emails = {person.gid: person.email for person in people if person.email}
    query = _query(request, workspace, form)
    data = project.load_project(request.asana, query, project_gid, emails)
    today = clock.today()
    address = reverse("project_page", args=[workspace, project_gid])
    context = {
        "workspace": workspace,
        "data": data,
        "form": form,
        "bars": data.bars(Week.of(today)),
        "runs_out": data.budget.runs_out(today) if data.budget else None,
        "title": labels.PRESETS[form.preset],
        "days": labels.days(form.span),
        "ranges": [
            (labels.PRESETS[each], f"{address}?range={each.value}", each) for each in RANGES
        ],
        "alert": alert_of(request.user, workspace, project_gid),
        "people": possible_recipients(people),
        "asana_address": f"{settings.ASANA_URL}/0/{project_gid}",
    }
    return render(request, "projects/project.html", context)


@require_safe
@asana_required
def task_entries(request: AsanaRequest, workspace: str, task: str) -> HttpResponse:
    """Shows who logged what and when on a task, page by page."""
    offset = request.GET.get("offset", "")
    data = task_time.load_task_time(request.asana, task, offset)
    names = data.names
    context = {
        "workspace": workspace,
        "data": data,
        "person": request.user.gid,
        "asana_address": f"{settings.ASANA_URL}/0/0/{task}",
        "entries": [
            (entry, names[task_time.person_of(entry)], str(Week.of(entry.entered_on)))
            for entry in data.entries
        ],
    }
    return render(request, "projects/task.html", context)


@require_safe
@team_reader_required
def planned_work(request: TeamRequest, workspace: str) -> HttpResponse:
    """Shows what is planned for each person in the next weeks, against what they logged."""
    people = distinct_people(people_of(request.asana, request.user, request.membership))
    query = PlanQuery(request.reader, workspace, clock.today())
    asked = request.GET.get("sort", "")
    sort = asked if asked in PLAN_SORTS else BY_NAME
    address = reverse("planned_work", kwargs={"workspace": workspace})
    here = address if sort == BY_NAME else f"{address}?sort={sort}"
    if "fresh" in request.GET:
        planned.forget_planned(query, people)
        return redirect(here)
    batches = NEXT_BATCHES if request.htmx else FIRST_BATCHES
    context = {
        "workspace": workspace,
        "page": planned.load_planned(query, people, clock.now(), sort=sort, batches=batches),
        "this_week": Week.of(clock.today()),
        "here": here,
        "sorts": [(PLAN_SORT_LABELS[by], f"{address}?sort={by}", by == sort) for by in PLAN_SORTS],
    }
    template = "projects/_planned.html" if request.htmx else "projects/planned.html"
    return render(request, template, context)


def _form(request: ManagerRequest, workspace: str) -> ProjectsForm:
    own = list(selections.selections_of(request.user, workspace))
    return ProjectsForm.read(request.GET.dict(), clock.today(), own)


def _query(request: ManagerRequest, workspace: str, form: ProjectsForm) -> ProjectsQuery:
    return ProjectsQuery(request.user, workspace, form.span, clock.today())


def _address(workspace: str, form: ProjectsForm, **changes: str) -> str:
    pairs = form.query_pairs(**changes)
    path = reverse("projects", kwargs={"workspace": workspace})
    return f"{path}?{urlencode(pairs)}" if pairs else path
