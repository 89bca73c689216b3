"""The panel of one cell: each of its entries with all that Asana knows of it."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from accounts.access import connected
from accounts.http import ConnectedRequest
from timesheet import clock, words
from timesheet.domain.cell import NEW, CannotPlan
from timesheet.domain.week import Week
from timesheet.forms import EntryForm, MoveForm, PlaceForm, SplitForm
from timesheet.services import entries as service
from timesheet.services import journal, sheets
from timesheet.services.edits import Answer, Outcome
from timesheet.services.sheets import Sheet
from timesheet.shut import on
from timesheet.views.answers import cells_context, misplaced, status, whole_page
from timesheet.views.cells import save


@require_GET
@connected
def entries(request: ConnectedRequest, workspace: str, week: Week) -> HttpResponse:
    """The entries of one cell, each to be changed or deleted on its own."""
    sheet = Sheet(request.user, workspace, week)
    form = PlaceForm(request.GET, week=week)
    if sentence := form.misplaced():
        return misplaced(request, sentence)
    grid = sheets.lay_out(sheet, sheets.read_entries(request.asana, sheet))
    cell = grid.cell(form.cleaned_data["task"], form.cleaned_data["day"])
    template = "week/_entries.html" if request.htmx else "week/entries.html"
    context = {
        **_context(request, sheet, Answer((Outcome(cell),), grid)),
        "said": "",
        "typed": request.GET.get("typed"),
    }
    return render(request, template, context)


@require_POST
@connected
def save_entry(request: ConnectedRequest, workspace: str, week: Week) -> HttpResponse:
    """Changes an entry, deletes it when its field is empty, or adds one more."""
    sheet = Sheet(request.user, workspace, week)
    form = EntryForm(request.POST, week=week)
    if sentence := form.misplaced():
        return misplaced(request, sentence)
    return _answer(request, sheet, save(request, sheet, [form]), form)


@require_POST
@connected
def move_entry(request: ConnectedRequest, workspace: str, week: Week) -> HttpResponse:
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
            form.meant,
            given["to"],
            clock=clock.now,
            today=clock.today(),
        )
    except CannotPlan as problem:
        return _asked(request, sheet, form, str(words.ASKS[problem.ask]))
    return _answer(request, sheet, answer, form)


@require_POST
@connected
def split_entry(request: ConnectedRequest, workspace: str, week: Week) -> HttpResponse:
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
            form.meant,
            given["part"],
            clock=clock.now,
            today=clock.today(),
        )
    except CannotPlan as problem:
        return _asked(request, sheet, form, str(words.ASKS[problem.ask]))
    return _answer(request, sheet, answer, form)


def _asked(request: ConnectedRequest, sheet: Sheet, form: PlaceForm, why: str) -> HttpResponse:
    """The panel again, with why nothing was written."""
    grid = sheets.lay_out(sheet, sheets.read_entries(request.asana, sheet))
    cell = grid.cell(form.cleaned_data["task"], form.cleaned_data["day"])
    context = {
        **_context(request, sheet, Answer((Outcome(cell),), grid)),
        "said": "",
        "why": why,
        "which": form.cleaned_data["entry"],
        "part": form.typed if isinstance(form, SplitForm) else "",
        "fixed": "",
    }
    template = "week/_entries.html" if request.htmx else "week/entries.html"
    return render(request, template, context, status=422)


def _answer(
    request: ConnectedRequest, sheet: Sheet, answer: Answer, form: PlaceForm
) -> HttpResponse:
    if not request.htmx and not answer.failed:
        return whole_page(request, sheet, answer)
    given = form.cleaned_data
    refused = answer.failed[0].cell.pending if answer.failed else None
    # What failed is said where it was asked for; what was moved is shown where it is now.
    here = [one for one in answer.outcomes if one.cell.is_at(given["task"], given["day"])]
    listed = (here if refused and here else answer.outcomes)[0].cell
    # What was typed in the panel is said there; the grid's cell shows only what waits.
    quiet = tuple(
        replace(one, cell=replace(one.cell, pending=None)) if one.failed else one
        for one in answer.outcomes
    )
    context = {
        **_context(request, sheet, replace(answer, outcomes=quiet)),
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


def _refused_by_plan(sheet: Sheet, answer: Answer) -> bool:
    """Whether the same may work without what stands beyond the hours."""
    edit_ids = [one.cell.pending.edit for one in answer.failed if one.cell.pending]
    refused = journal.edits_of(sheet).filter(edit_id__in=edit_ids, asana_status=402)
    return refused.exclude(fields={}).exists()


def _context(request: ConnectedRequest, sheet: Sheet, answer: Answer) -> dict[str, object]:
    cell = answer.outcomes[0].cell
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
