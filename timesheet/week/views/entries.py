"""The panel of one cell: each of its entries with all that Asana knows of it."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from accounts.access import asana_required
from accounts.http import AsanaRequest
from timesheet.core import clock
from timesheet.domain.cell import NEW, CannotPlan
from timesheet.domain.week import Week
from timesheet.journal import store
from timesheet.sheets import messages, reading
from timesheet.sheets.reading import Sheet
from timesheet.week import entries as service
from timesheet.week.edits import CellResult, SaveResult
from timesheet.week.forms import EntryForm, MoveForm, PlaceForm, SplitForm
from timesheet.week.locked_days import on
from timesheet.week.views.cells import save
from timesheet.week.views.responses import cells_context, misplaced, status, whole_page


@require_GET
@asana_required
def entries(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    """The entries of one cell, each to be changed or deleted on its own."""
    sheet = Sheet(request.user, workspace, week)
    form = PlaceForm(request.GET, week=week)
    if sentence := form.misplaced():
        return misplaced(request, sentence)
    grid = reading.build_grid(sheet, reading.read_entries(request.asana, sheet))
    cell = grid.cell(form.cleaned_data["task"], form.cleaned_data["day"])
    template = "week/_entries.html" if request.htmx else "week/entries.html"
    context = {
        **_context(request, sheet, SaveResult((CellResult(cell),), grid)),
        "said": "",
        "typed": request.GET.get("typed"),
    }
    return render(request, template, context)


@require_POST
@asana_required
def save_entry(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    """Changes an entry, deletes it when its field is empty, or adds one more."""
    sheet = Sheet(request.user, workspace, week)
    form = EntryForm(request.POST, week=week)
    if sentence := form.misplaced():
        return misplaced(request, sentence)
    return _answer(request, sheet, save(request, sheet, [form]), form)


@require_POST
@asana_required
def move_entry(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    """Takes an entry to another task."""
    sheet = Sheet(request.user, workspace, week)
    form = MoveForm(request.POST, week=week)
    if not form.is_valid():
        return misplaced(request, form.misplaced())
    given = form.cleaned_data
    try:
        answer = service.move_entry(
            request.asana,
            sheet,
            form.entry_ref,
            given["to"],
            clock=clock.now,
            today=clock.today(),
        )
    except CannotPlan as problem:
        return _asked(request, sheet, form, str(messages.ASKS[problem.ask]))
    return _answer(request, sheet, answer, form)


@require_POST
@asana_required
def split_entry(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    """Takes a part of an entry into one of its own."""
    sheet = Sheet(request.user, workspace, week)
    form = SplitForm(request.POST, week=week)
    if not form.is_valid():
        if "part" in form.errors and len(form.errors) == 1:
            return _asked(request, sheet, form, str(form.errors["part"][0]))
        return misplaced(request, form.misplaced())
    given = form.cleaned_data
    try:
        answer = service.split_entry(
            request.asana,
            sheet,
            form.entry_ref,
            given["part"],
            clock=clock.now,
            today=clock.today(),
        )
    except CannotPlan as problem:
        return _asked(request, sheet, form, str(messages.ASKS[problem.ask]))
    return _answer(request, sheet, answer, form)


def _asked(request: AsanaRequest, sheet: Sheet, form: PlaceForm, why: str) -> HttpResponse:
    """The panel again, with why nothing was written."""
    grid = reading.build_grid(sheet, reading.read_entries(request.asana, sheet))
    cell = grid.cell(form.cleaned_data["task"], form.cleaned_data["day"])
    context = {
        **_context(request, sheet, SaveResult((CellResult(cell),), grid)),
        "said": "",
        "why": why,
        "which": form.cleaned_data["entry"],
        "part": form.typed if isinstance(form, SplitForm) else "",
        "fixed": "",
    }
    template = "week/_entries.html" if request.htmx else "week/entries.html"
    return render(request, template, context, status=422)


def _answer(
    request: AsanaRequest, sheet: Sheet, answer: SaveResult, form: PlaceForm
) -> HttpResponse:
    if not request.htmx and not answer.failed:
        return whole_page(request, sheet, answer)
    given = form.cleaned_data
    refused = answer.failed[0].cell.pending if answer.failed else None
    # What failed is said where it was asked for; what was moved is shown where it is now.
    here = [one for one in answer.results if one.cell.is_at(given["task"], given["day"])]
    listed = (here if refused and here else answer.results)[0].cell
    # What was typed in the panel is said there; the grid's cell shows only what waits.
    quiet = tuple(
        replace(one, cell=replace(one.cell, pending=None)) if one.failed else one
        for one in answer.results
    )
    context = {
        **_context(request, sheet, replace(answer, results=quiet)),
        "listed": listed,
        "which": form.cleaned_data["entry"],
        "why": refused.reason if refused else "",
        "instead": refused.instead if refused and not isinstance(form, MoveForm) else "",
        "part": form.typed if refused and isinstance(form, SplitForm) else "",
        "draft": form if isinstance(form, EntryForm) and answer.failed else None,
        "plain": _refused_by_plan(sheet, answer),
    }
    if answer.failed:
        entries_here = {entry.gid for entry in listed.entries}
        if given["entry"] not in (*entries_here, NEW):
            context["fault"] = context["why"]
        # What was typed stays, also where the day was shut meanwhile.
        context["fixed"] = ""
    template = "week/save_entry.html" if request.htmx else "week/entries.html"
    return render(request, template, context, status=status(answer))


def _refused_by_plan(sheet: Sheet, answer: SaveResult) -> bool:
    """Whether the same may work without what stands beyond the hours."""
    edit_ids = [one.cell.pending.edit for one in answer.failed if one.cell.pending]
    refused = store.edits_of(sheet).filter(edit_id__in=edit_ids, asana_status=402)
    return refused.exclude(fields={}).exists()


def _context(request: AsanaRequest, sheet: Sheet, answer: SaveResult) -> dict[str, object]:
    cell = answer.results[0].cell
    grid = answer.grid
    row = grid.row(cell.task) if grid else None
    context = cells_context(sheet, answer)
    shut = on(context["shut"], cell.day)
    return {
        **context,
        "fixed": context.get("locked") or (shut.sentence if shut else ""),
        "listed": cell,
        "row": row,
        "others": [one for one in grid.rows if one.editable and one.task.gid != cell.task]
        if grid
        else [],
        "categories": service.categories_of(request.asana, sheet),
        "new": NEW,
        "typed": None,
        "fault": "",
        "which": "",
        "why": "",
        "instead": "",
        "part": "",
        "draft": None,
        "plain": False,
    }
