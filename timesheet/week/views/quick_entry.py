"""Quick add: one line becomes an entry, and what was understood is shown while it is typed."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from accounts.access import asana_required
from accounts.asana.records import EntryFields
from accounts.http import AsanaRequest
from timesheet.core import clock, formats
from timesheet.core.duration_messages import FAULTS
from timesheet.domain.cell import NEW
from timesheet.domain.entry import NO_FIELDS
from timesheet.domain.quick_entry import DateNames, QuickEntry, parse_line
from timesheet.domain.week import Week
from timesheet.sheets import policy, rows
from timesheet.sheets.messages import HOW_LONG
from timesheet.sheets.reading import Sheet
from timesheet.week import entries
from timesheet.week.edits import CellChange
from timesheet.week.forms import QuickForm


@require_GET
@asana_required
def quick(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    """The line to type; or, while it is typed, what is understood so far."""
    sheet = Sheet(request.user, workspace, week)
    if request.htmx and "line" in request.GET:
        return _read(request, sheet, request.GET["line"])
    return _page(request, sheet, request.GET.get("line", ""))


@require_POST
@asana_required
def quick_add(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    sheet = Sheet(request.user, workspace, week)
    form = QuickForm(request.POST)
    line = request.POST.get("line", "")
    understood = _understand(line)
    if understood.duration is None:
        why = FAULTS[understood.fault] if understood.fault else HOW_LONG
        return _read(request, sheet, line, why=str(why))
    if not form.is_valid():
        return _read(request, sheet, line, why=str(next(iter(form.errors.values()))[0]))
    of_day = replace(sheet, week=Week.of(understood.day))
    given = form.cleaned_data
    duration = given["instead"] or understood.duration
    change = CellChange(
        edit_id=given["edit"],
        step=given["edit"],
        task=given["task"],
        day=understood.day,
        text=formats.show(duration.minutes),
        duration=duration,
        seen=(),
        entry=NEW,
        fields=EntryFields(description=given["note"]) if given["note"] else NO_FIELDS,
    )
    answer = entries.add_entry(request.asana, of_day, change, clock=clock.now, today=clock.today())
    pending = answer.results[0].cell.pending
    if answer.failed and pending:
        return _read(request, sheet, line, why=pending.reason, instead=pending.instead)
    said = _("%(time)s added on %(day)s.") % {
        "time": formats.show(duration.minutes),
        "day": date_format(understood.day, "l, j F"),
    }
    messages.success(request, pending.reason if pending else said)
    page = redirect("week", workspace=workspace, week=of_day.week)
    return HttpResponseClientRedirect(page.url) if request.htmx else page


def _understand(line: str) -> QuickEntry:
    weekdays = {
        str(name).casefold().rstrip("."): place + 1
        for names in (WEEKDAYS, WEEKDAYS_ABBR)
        for place, name in names.items()
    }
    relative = {_("today").casefold(): 0, _("yesterday").casefold(): -1}
    return parse_line(line, DateNames(weekdays, relative), today=clock.today())


def _read(
    request: AsanaRequest, sheet: Sheet, line: str, *, why: str = "", instead: str = ""
) -> HttpResponse:
    """`instead` is the time that the rules would take."""
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
    understood = _understand(line)
    found = rows.guess_tasks(request.asana, sheet, understood.words) if line.strip() else []
    return {
        "sheet": sheet,
        "line": line,
        "quick": understood,
        "tasks": found,
        "why": why,
        "instead": instead,
        "note": request.POST.get("note", ""),
        "rules": policy.rules_for(request.user, sheet.workspace),
    }
