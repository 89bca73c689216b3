"""Quick entry: one line becomes an entry, and how it is understood is shown while it is typed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts.access import asana_required
from accounts.asana.records import EntryFields
from accounts.http import AsanaRequest
from accounts.workspaces.membership import Membership, cached_people
from timesheet.core import clock, formats
from timesheet.core.calendar_names import date_names
from timesheet.core.duration_messages import FAULTS
from timesheet.domain.cell import NEW
from timesheet.domain.entry import NO_FIELDS
from timesheet.domain.quick_entry import QuickEntry, parse_line
from timesheet.domain.week import Week
from timesheet.sheets import rows
from timesheet.sheets.sheet import Sheet
from timesheet.web.context_processors import navigation_of
from timesheet.week import entries, palette
from timesheet.week.forms import QuickForm
from timesheet.week.messages import HOW_LONG, entry_added, entry_waits
from timesheet.week.palette import PageAccess
from timesheet.week.recording import CellChange


@require_safe
@asana_required
def quick(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    """Show the line to type, or while it is typed how it is understood so far."""
    sheet = Sheet(request.user, workspace, week)
    if request.htmx and "line" in request.GET:
        return _preview(request, sheet, request.GET["line"])
    return _page(request, sheet, request.GET.get("line", ""))


@require_POST
@asana_required
def quick_add(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    """Log the entry that the line describes."""
    sheet = Sheet(request.user, workspace, week)
    form = QuickForm(request.POST)
    line = request.POST.get("line", "")
    is_valid = form.is_valid()
    entry = _parse(line, form.cleaned_data.get("today") or clock.today(), week)
    if entry.duration is None:
        reason = FAULTS[entry.fault] if entry.fault else HOW_LONG
        return _preview(request, sheet, line, why=str(reason))
    if not is_valid:
        return _preview(request, sheet, line, why=str(next(iter(form.errors.values()))[0]))
    of_day = replace(sheet, week=Week.of(entry.day))
    given = form.cleaned_data
    duration = given["instead"] or entry.duration
    note = given["note"] or entry.note
    change = CellChange(
        edit_id=given["edit"],
        step=given["edit"],
        task=given["task"],
        day=entry.day,
        text=formats.show(duration.minutes),
        duration=duration,
        seen=(),
        entry=NEW,
        fields=EntryFields(description=note) if note else NO_FIELDS,
    )
    result = entries.add_entry(request.asana, of_day, change, clock=clock.now, today=clock.today())
    outcome = result.results[0]
    pending = outcome.cell.pending
    if outcome.failed and pending:
        return _preview(request, sheet, line, why=pending.reason, instead=pending.instead)
    if outcome.saved:
        messages.success(request, entry_added(duration.minutes, entry.day))
    else:
        why = pending.reason if pending else ""
        messages.warning(request, entry_waits(duration.minutes, entry.day, why))
    week_page = reverse("week", kwargs={"workspace": workspace, "week": of_day.week})
    page = redirect(f"{week_page}?day={entry.day.isoformat()}")
    return HttpResponseClientRedirect(page.url) if request.htmx else page


def _parse(line: str, today: date, week: Week) -> QuickEntry:
    """Read the line with the names of days in the person's language."""
    return parse_line(line, date_names(), today=today, week=week)


def _access(request: AsanaRequest) -> PageAccess:
    """Return which pages the person may open, as the header of every page has it."""
    header = navigation_of(request, request.user)
    if not header:
        return PageAccess()
    return PageAccess(header.manages, header.is_admin, header.has_people)


def _preview(
    request: AsanaRequest, sheet: Sheet, line: str, *, why: str = "", instead: str = ""
) -> HttpResponse:
    """How the line is understood; `instead` is the time that the rules would accept."""
    if not request.htmx:
        return _page(request, sheet, line, why=why, instead=instead)
    context = _context(request, sheet, line, why, instead)
    status = 422 if why else 200
    return render(request, "week/_quick_entry_preview.html", context, status=status)


def _page(
    request: AsanaRequest, sheet: Sheet, line: str, *, why: str = "", instead: str = ""
) -> HttpResponse:
    template = "week/_quick_entry.html" if request.htmx else "week/quick_entry.html"
    context = _context(request, sheet, line, why, instead)
    return render(request, template, context, status=422 if why else 200)


def _context(
    request: AsanaRequest, sheet: Sheet, line: str, why: str, instead: str
) -> dict[str, object]:
    today = clock.today()
    entry = _parse(line, today, sheet.week)
    places = palette.find_week(line, entry, sheet.workspace, sheet.week, today)
    is_entry = bool(why or entry.fault or (entry.duration and not places))
    if not is_entry:
        access = _access(request)
        if access.manages:
            membership = Membership(request.asana, request.user, sheet.workspace)
            people = cached_people(membership, request.user)
            places += palette.find_people(line, people, sheet.workspace, sheet.week)
        places += palette.find_pages(line, sheet.workspace, access)
    is_searched = line.strip() and not (places and entry.duration)
    tasks = rows.guess_tasks(request.asana, sheet, entry.words) if is_searched else []
    return {
        "is_entry": is_entry,
        "places": places,
        "sheet": sheet,
        "workspace": sheet.workspace,
        "week": sheet.week,
        "line": line,
        "today": today,
        "quick": entry,
        "tasks": tasks,
        "why": why,
        "instead": instead,
        "note": (request.POST or request.GET).get("note", ""),
        "rules": sheet.rules,
    }
