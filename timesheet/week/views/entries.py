"""The panel of one cell: each of its entries with everything that Asana has about it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import asana_required
from accounts.http import AsanaRequest
from timesheet.core import clock
from timesheet.domain.cell import NEW, CannotPlan
from timesheet.domain.week import Week
from timesheet.journal import store
from timesheet.sheets import reading
from timesheet.sheets.sheet import Sheet
from timesheet.week import entries as service
from timesheet.week.entry_forms import EntryForm, MoveForm, SplitForm
from timesheet.week.forms import CellRefForm
from timesheet.week.locked_days import find_lock
from timesheet.week.messages import CHANGED_SINCE, PLAN_PROBLEMS
from timesheet.week.results import CellResult, SaveResult, known_cells, try_read_entries
from timesheet.week.views.cells import save_forms
from timesheet.week.views.responses import bad_request, cells_context, status, whole_page
from timesheet.week.which_entry import offered_choices


@require_safe
@asana_required
def entries(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    """Show the entries of one cell, each to be changed or deleted on its own."""
    sheet = Sheet(request.user, workspace, week)
    form = CellRefForm(request.GET, week=week)
    if sentence := form.page_error():
        return bad_request(request, sentence)
    typed = request.GET.get("typed")
    context = {**_context(request, sheet, _read(request, sheet, form)), "said": "", "typed": typed}
    if not context["fixed"]:
        context["choices"] = offered_choices(context["listed"], typed)
    return render(request, _panel_template(request), context)


@require_POST
@asana_required
def save_entry(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    """Change an entry, delete it when its field is empty, or add one more."""
    sheet = Sheet(request.user, workspace, week)
    form = EntryForm(request.POST, week=week)
    if sentence := form.page_error():
        return bad_request(request, sentence)
    result = save_forms(request, sheet, [form])
    if result.results[0].later:
        # It is asked about in the panel, with what was typed.
        return _not_written(request, sheet, form, str(CHANGED_SINCE))
    return _entries_response(request, sheet, result, form)


@require_POST
@asana_required
def move_entry(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    """Move an entry to another task."""
    sheet = Sheet(request.user, workspace, week)
    form = MoveForm(request.POST, week=week)
    if not form.is_valid():
        return bad_request(request, form.page_error())
    to = form.cleaned_data["to"]
    try:
        result = service.move_entry(
            request.asana, sheet, form.entry_ref, to, clock=clock.now, today=clock.today()
        )
    except CannotPlan as problem:
        return _not_written(request, sheet, form, str(PLAN_PROBLEMS[problem.ask]))
    return _entries_response(request, sheet, result, form)


@require_POST
@asana_required
def split_entry(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    """Move a part of an entry's time to a new entry."""
    sheet = Sheet(request.user, workspace, week)
    form = SplitForm(request.POST, week=week)
    if not form.is_valid():
        if "part" in form.errors and len(form.errors) == 1:
            return _not_written(request, sheet, form, str(form.errors["part"][0]))
        return bad_request(request, form.page_error())
    part = form.cleaned_data["part"]
    try:
        result = service.split_entry(
            request.asana, sheet, form.entry_ref, part, clock=clock.now, today=clock.today()
        )
    except CannotPlan as problem:
        return _not_written(request, sheet, form, str(PLAN_PROBLEMS[problem.ask]))
    return _entries_response(request, sheet, result, form)


def _not_written(
    request: AsanaRequest, sheet: Sheet, form: CellRefForm, reason: str
) -> HttpResponse:
    """The panel again, with why nothing was written, also while Asana is down."""
    cells = known_cells(sheet, try_read_entries(request.asana, sheet))
    cell = cells.cell(form.cleaned_data["task"], form.cleaned_data["day"])
    context = _context(request, sheet, SaveResult((CellResult(cell),), cells.grid))
    which = form.cleaned_data["entry"]
    is_gone = which not in (NEW, *(entry.gid for entry in context["listed"].entries))
    context |= {
        "said": "",
        "why": reason,
        "fault": reason if is_gone else "",
        "which": which,
        "part": form.typed if isinstance(form, SplitForm) else "",
        "draft": form if isinstance(form, EntryForm) else None,
        "fixed": "",
    }
    return render(request, _panel_template(request), context, status=422)


def _read(request: AsanaRequest, sheet: Sheet, form: CellRefForm) -> SaveResult:
    """The cell that the form names, as it is in Asana."""
    grid = reading.build_grid(sheet, reading.read_entries(request.asana, sheet))
    cell = grid.cell(form.cleaned_data["task"], form.cleaned_data["day"])
    return SaveResult((CellResult(cell),), grid)


def _panel_template(request: AsanaRequest) -> str:
    return "week/_entries.html" if request.htmx else "week/entries.html"


def _entries_response(
    request: AsanaRequest, sheet: Sheet, result: SaveResult, form: CellRefForm
) -> HttpResponse:
    if not request.htmx and not result.failed:
        return whole_page(request, sheet, result)
    given = form.cleaned_data
    refused = result.failed[0].cell.pending if result.failed else None
    # What failed is said where it was asked for; what was moved is shown where it is now.
    here = [cell for cell in result.results if cell.cell.is_at(given["task"], given["day"])]
    listed = (here if refused and here else result.results)[0].cell
    # What was typed in the panel is said there; the grid's cell shows only what waits.
    for_grid = tuple(
        replace(cell, cell=replace(cell.cell, pending=None)) if cell.failed else cell
        for cell in result.results
    )
    context = {
        **_context(request, sheet, replace(result, results=for_grid)),
        "listed": listed,
        "which": form.cleaned_data["entry"],
        "why": refused.reason if refused else "",
        "instead": refused.instead if refused and not isinstance(form, MoveForm) else "",
        "part": form.typed if refused and isinstance(form, SplitForm) else "",
        "draft": form if isinstance(form, EntryForm) and result.failed else None,
        "plain": _refused_by_plan(sheet, result),
    }
    if result.failed:
        entries_here = {entry.gid for entry in listed.entries}
        if given["entry"] not in (*entries_here, NEW):
            context["fault"] = context["why"]
        # What was typed stays, even if the day was locked in the meantime.
        context["fixed"] = ""
    template = "week/save_entry.html" if request.htmx else "week/entries.html"
    return render(request, template, context, status=status(result))


def _refused_by_plan(sheet: Sheet, result: SaveResult) -> bool:
    """Whether the hours alone may be accepted, without the other fields."""
    edit_ids = [cell.cell.pending.edit for cell in result.failed if cell.cell.pending]
    refused = store.edits_of(sheet).filter(edit_id__in=edit_ids, asana_status=402)
    return refused.exclude(fields={}).exists()


def _context(request: AsanaRequest, sheet: Sheet, result: SaveResult) -> dict[str, Any]:
    cell = result.results[0].cell
    rows = result.grid.rows if result.grid else ()
    context: dict[str, Any] = cells_context(sheet, result)
    lock = find_lock(context["shut"], cell.day)
    categories = service.categories_of(request.asana, sheet)
    return {
        **context,
        "fixed": context.get("locked") or (lock.sentence if lock else ""),
        "listed": cell,
        "row": result.grid.row(cell.task) if result.grid else None,
        "others": [row for row in rows if row.editable and row.task.gid != cell.task],
        "categories": categories,
        "category_gids": {category.gid for category in categories},
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
