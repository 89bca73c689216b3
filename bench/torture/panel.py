"""What people do to single entries in the panel of a cell, and by quick entry."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

from bench.torture.ledger import Effect, Option, Request
from bench.torture.people import Cells, Person, duration
from bench.torture.week_page import Cell, forms_of, text_of

ERROR = re.compile(r'class="error"[^>]*>(.*?)</p>', re.DOTALL)
# The app's own words.
HALF_SAVED = "The new entry is saved, but the old one is unchanged"
NOTE = re.compile(r'id="note-(\w+)"[^>]*>(.*?)</textarea>', re.DOTALL)


def change(person: Person, _page: str, cells: Cells) -> bool:
    """Change an entry with its note, delete it, or add one more."""
    found = _open(person, cells, "/entry/")
    if found is None:
        return False
    cell, fields = found
    which, gid = fields["entry"], fields["entry"]
    minutes = person.fresh(cell.place)
    note = f"note {minutes}"
    was = cell.entries.get(gid)
    if which == "new":
        option = Option("create", cell.place, minutes, note=note)
    elif person.random.random() < 0.25:
        option = Option("delete", cell.place, None, gid, was=was)
    else:
        option = Option("update", cell.place, minutes, gid, was=was, note=note)
    is_deletion = option.act == "delete"
    values = {
        **fields,
        "text": "" if is_deletion else duration(minutes),
        "description": fields["was_description"] if is_deletion else note,
        "to_day": cell.day if which != "new" else "",
        "billable": fields["was_billable"],
        "category": fields["was_category"],
        "project": fields["was_project"],
    }
    _ask(person, "entry/", values, [option], [fields["edit"]], fields["step"])
    return True


def delete(person: Person, _page: str, cells: Cells) -> bool:
    """Delete an entry with its own button."""
    found = _open(person, cells, "/entry/", deletes=True)
    if found is None:
        return False
    cell, fields = found
    gid = fields["entry"]
    option = Option("delete", cell.place, None, gid, was=cell.entries[gid])
    _ask(person, "entry/", fields, [option], [fields["edit"]], fields["step"])
    return True


def move(person: Person, _page: str, cells: Cells) -> bool:
    """Move an entry to another task."""
    found = _open(person, cells, "/entry/move/")
    if found is None:
        return False
    cell, fields = found
    gid, minutes = fields["entry"], cell.entries[fields["entry"]]
    # Its minutes must not have been requested there.
    free = [
        task
        for task in person.tasks
        if task != cell.task and person.last_minutes[task, cell.day] < minutes
    ]
    if not free:
        return False
    to = person.random.choice(free)
    person.last_minutes[to, cell.day] = minutes
    options = [
        Option("create", (to, cell.day), minutes),
        Option("delete", cell.place, None, gid, was=minutes),
    ]
    _ask(person, "entry/move/", {**fields, "to": to}, options, _halves(fields), fields["step"])
    return True


def split(person: Person, _page: str, cells: Cells) -> bool:
    """Move a part of an entry's time to a new entry."""
    found = _open(person, cells, "/entry/split/")
    if found is None:
        return False
    cell, fields = found
    gid, minutes = fields["entry"], cell.entries[fields["entry"]]
    # Both halves have to be new in the cell, so the entry is made larger in Asana first.
    part, left = person.fresh(cell.place), person.fresh(cell.place)
    if part + left != minutes:
        person.last_minutes[cell.place] = max(person.last_minutes[cell.place], part + left)
        data = {"data": {"duration_minutes": part + left}}
        address = f"/time_tracking_entries/{gid}"
        response = person.stack.api("PUT", address, person.token, json=data)
        if not response.ok:
            return False
        person.ledger.direct.append(("update", gid, part + left))
        _page, fresh_cells = person.see()
        reopened = _open(person, {cell.place: fresh_cells[cell.place]}, "/entry/split/", gid)
        if reopened is None:
            return False
        cell, fields = reopened
    options = [
        Option("create", cell.place, part),
        Option("update", cell.place, left, gid, was=part + left),
    ]
    values = {**fields, "part": duration(part)}
    _ask(person, "entry/split/", values, options, _halves(fields), fields["step"])
    return True


def add_quickly(person: Person, _page: str, cells: Cells) -> bool:
    """Add an entry with one line of text."""
    cell = person.random.choice(list(cells.values()))
    minutes, edit = person.fresh(cell.place), person.new_id()
    values = {
        "line": f"{duration(minutes)} anything {cell.day}",
        "task": cell.task,
        "edit": edit,
        "today": cell.day,
    }
    option = Option("create", cell.place, minutes)
    _ask(person, "quick/add/", values, [option], [edit], edit)
    return True


def _halves(fields: dict[str, str]) -> list[str]:
    """Return the ids by which pages show the two edits of a form: see `timesheet.week.entries`."""
    step = UUID(fields["step"])
    return [str(uuid5(step, half)) for half in ("first", "second")]


def _open(
    person: Person, cells: Cells, action: str, entry: str = "", *, deletes: bool = False
) -> tuple[Cell, dict[str, str]] | None:
    """Open the panel of a settled cell; return the cell and the hidden fields of one form."""
    full = [cell for cell in cells.values() if cell.is_settled and cell.entries]
    if not full:
        return None
    cell = person.random.choice(full)
    query = {"task": cell.task, "day": cell.day, "htmx": "1"}
    html = person.answer("GET", person.at("entries/"), params=query).text
    notes = {which: text_of(note) for which, note in NOTE.findall(html)}
    forms = [
        {name: values[0] for name, values in form.items()}
        for form in forms_of(html, action)
        if form.get("entry") and (not entry or form["entry"] == [entry])
    ]
    forms = [form for form in forms if form["entry"] == "new" or form["entry"] in cell.entries]
    # The form that deletes an entry has the same address.
    forms = [form for form in forms if ("text" in form) == deletes]
    if not forms:
        return None
    form = person.random.choice(forms)
    empty = dict.fromkeys(("was_description", "was_billable", "was_category", "was_project"), "")
    # The panel may show other hours than the page did.
    cell = replace(cell, seen=form.get("seen", cell.seen))
    if form["entry"] != "new" and form["entry"] not in cell.entries:
        return None
    return cell, {**empty, **form} | {"was_note": notes.get(form["entry"], "")}


def _ask(
    person: Person,
    path: str,
    values: dict[str, Any],
    options: list[Option],
    edits: list[str],
    step: str,
) -> None:
    """Send a form, and note whether the app takes it."""
    effects = [Effect([option]) for option in options]
    action = f"{path} in {options[-1].place}"
    request = Request(person.gid, action, effects, edits, step, time.time())
    person.ledger.add(request)
    response = person.post(path, values)
    request.answered_at = time.time()
    request.accepted = response.status_code != 422
    if not request.accepted:
        error = ERROR.search(response.text)
        reason = text_of(error[1]) if error else text_of(response.text)[:300]
        request.reasons.append(reason)
        request.half_saved = HALF_SAVED in reason
        request.accepted = request.half_saved
    person.done += 1
