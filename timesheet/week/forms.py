"""Checks what the browser sends, and turns it into our own values."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, ClassVar, Self
from uuid import uuid4, uuid5

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.datastructures import MultiValueDict

from accounts.asana.records import EntryFields
from timesheet.core.duration_messages import FAULTS
from timesheet.core.form_fields import TaskField
from timesheet.core.params import as_uuid
from timesheet.domain import clipboard, duration
from timesheet.domain.cell import NEW, SeenEntry, is_gid, read_seen
from timesheet.domain.cell_text import split_note
from timesheet.domain.entry import NO_FIELDS
from timesheet.domain.grid import Cell, Pending
from timesheet.domain.journal import State
from timesheet.domain.week import Week
from timesheet.models.week_templates import LONGEST_TEMPLATE_NAME
from timesheet.week import messages
from timesheet.week.recording import CellChange
from timesheet.week.results import CellResult

LONGEST_NOTE = 5000
# Seven days of as many rows as anybody has in a week.
MOST_CELLS = 7 * 200
FIELDS_OF_A_CELL = (
    "task",
    "day",
    "edit",
    "step",
    "seen",
    "entry",
    "fingerprint",
    "text",
    "version",
    "shown",
)
validate_note_length = MaxLengthValidator(LONGEST_NOTE)


class TooManyCells(Exception):
    """A request is about more cells than a week can hold."""


class NoteField(forms.CharField):
    """An optional note. A line break counts as one character, as it does in the browser."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"required": False, "max_length": LONGEST_NOTE, **options})

    def to_python(self, value: Any) -> str:
        """Return the note without spaces around it, with LF at the ends of its lines."""
        note = super().to_python(value) or ""
        return note.replace("\r\n", "\n")


class CellRefForm(forms.Form):
    """Names a cell. An error here is the fault of the page, not of the person."""

    # The fields whose errors are the person's.
    typed_fields: ClassVar[Collection[str]] = ("text",)
    task = TaskField()
    day = forms.DateField(
        input_formats=["%Y-%m-%d"],
        error_messages={
            "required": messages.NO_DAY,
            "invalid": messages.BAD_DAY,
        },
    )

    def __init__(self, *args: Any, week: Week, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.week = week

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day not in self.week:
            raise forms.ValidationError(messages.OTHER_WEEK)
        return day

    def page_error(self) -> str:
        """Return what is wrong with all but the texts that were typed; empty when nothing is."""
        wrong = (
            str(errors[0]) for name, errors in self.errors.items() if name not in self.typed_fields
        )
        return next(wrong, "")


class CellForm(CellRefForm):
    """A change to a cell: what was typed, and what the person saw there."""

    edit = forms.UUIDField(
        error_messages={
            "required": messages.NO_EDIT_ID,
            "invalid": messages.NO_EDIT_ID,
        },
    )
    # What is undone together; by default the edit alone.
    step = forms.UUIDField(required=False)
    # As `domain.cell.write_seen` has it.
    seen = forms.CharField(required=False)
    # The gid of the one entry to change, or `NEW`.
    entry = forms.CharField(required=False)
    # That entry as the person saw it.
    fingerprint = forms.CharField(required=False, max_length=16)
    text = forms.CharField(required=False)
    # Of the cell when this was typed, for a change that is sent again; see `versions`.
    version = forms.CharField(required=False)
    # The version of the cell when this was typed, always.
    shown = forms.CharField(required=False)

    @classmethod
    def of_request(cls, post: MultiValueDict[str, str], week: Week) -> list[Self]:
        """Return a form for each cell of a request.

        The first value of each field belongs to the first cell, the second to the second. Raises
        `TooManyCells`.
        """
        values = {name: post.getlist(name) for name in FIELDS_OF_A_CELL}
        count = max(map(len, values.values()))
        if count > MOST_CELLS:
            raise TooManyCells
        return [
            cls(
                {name: column[place] for name, column in values.items() if place < len(column)},
                week=week,
            )
            for place in range(count)
        ]

    @classmethod
    def of_page(cls, post: MultiValueDict[str, str], week: Week) -> list[Self]:
        """Return a form for each cell that was changed on a whole page, sent without script.

        Raises `TooManyCells`.
        """
        if sum(name.startswith("hours:") for name in post) > MOST_CELLS:
            raise TooManyCells
        step = as_uuid(post.get("step", "")) or uuid4()
        page_forms = []
        seen_by_cell = _seen_by_cell(post)
        for name in post:
            kind, _colon, cell = name.partition(":")
            if kind != "hours":
                continue
            task, _colon, day = cell.partition(":")
            values = {
                "task": task,
                "day": day,
                "edit": str(uuid5(step, cell)),
                "step": str(step),
                "seen": seen_by_cell.get(cell, ""),
                "text": post[name],
            }
            page_forms.append(cls(values, week=week))
        return [form for form in page_forms if not form.is_unchanged()]

    def clean_seen(self) -> tuple[SeenEntry, ...]:
        try:
            return read_seen(self.cleaned_data["seen"])
        except ValueError as error:
            raise forms.ValidationError(messages.BAD_SEEN) from error

    def clean_entry(self) -> str:
        entry: str = self.cleaned_data["entry"]
        if entry and entry != NEW and not is_gid(entry):
            raise forms.ValidationError(messages.BAD_ENTRY)
        return entry

    def clean_text(self) -> duration.Duration | None:
        validate_note_length(self.note)
        text, _note = split_note(self.cleaned_data["text"])
        if not duration.normalize(text):
            return None
        try:
            return duration.parse(text)
        except duration.BadDuration as error:
            raise forms.ValidationError(FAULTS[error.fault]) from error

    def is_unchanged(self) -> bool:
        """Return whether the field holds what the cell was shown with."""
        if not self.is_valid() or self.note:
            return False
        typed: duration.Duration | None = self.cleaned_data["text"]
        minutes = sum(entry.minutes for entry in self.cleaned_data["seen"])
        return not minutes if typed is None else typed == duration.Duration(minutes)

    @property
    def typed(self) -> str:
        """What was typed into the field."""
        return str(self.data.get("text", "")).strip()

    @property
    def note(self) -> str:
        """The note that was typed after the duration; empty if none was."""
        return split_note(str(self.data.get("text", "")))[1]

    @property
    def changed_fields(self) -> EntryFields:
        """What the entry gets besides its hours and its day."""
        return EntryFields(description=self.note) if self.note else NO_FIELDS

    @property
    def change(self) -> CellChange:
        """The change that a valid form asks for."""
        given = self.cleaned_data
        return CellChange(
            edit_id=given["edit"],
            step=given["step"] or given["edit"],
            task=given["task"],
            day=given["day"],
            text=duration.normalize(split_note(self.typed)[0]),
            duration=given["text"],
            seen=given["seen"],
            entry=given["entry"],
            fingerprint=given["fingerprint"],
            version=given["version"],
            shown=as_uuid(given["shown"]),
            fields=self.changed_fields,
            typed=self.typed,
        )

    def refused(self, reason: str) -> CellResult:
        """Return the cell as the person saw it, with what they typed and why it was not taken."""
        given = self.cleaned_data
        pending = Pending(given["edit"], State.REFUSED, self.typed, reason)
        return CellResult(Cell.as_seen(given["task"], given["day"], given["seen"], pending))


class PasteForm(forms.Form):
    """A block from a spreadsheet, to be pasted over cells in lines of `columns`."""

    block = forms.CharField(
        max_length=clipboard.MAX_CHARACTERS + 1,
        strip=False,
        error_messages={"max_length": messages.BLOCK_TOO_LARGE},
    )
    columns = forms.IntegerField(min_value=1, max_value=7)
    # The size of the selection that a block of a single cell is to fill.
    lines = forms.IntegerField(min_value=1, max_value=1000, required=False)
    wide = forms.IntegerField(min_value=1, max_value=7, required=False)


class TemplateForm(forms.Form):
    """The name of a template."""

    name = forms.CharField(
        max_length=LONGEST_TEMPLATE_NAME,
        error_messages={
            "required": messages.TEMPLATE_NEEDS_NAME,
            "max_length": messages.TEMPLATE_NEEDS_NAME,
        },
    )


class UndoForm(forms.Form):
    """The step to undo or to do again, and how often that was done before."""

    step = forms.UUIDField()
    undo_count = forms.IntegerField(min_value=0, max_value=30_000)


class QuickForm(forms.Form):
    """What a quick entry has besides its line."""

    edit = forms.UUIDField(
        error_messages={
            "required": messages.NO_EDIT_ID,
            "invalid": messages.NO_EDIT_ID,
        },
    )
    note = NoteField()
    # The time that is written instead of the one in the line.
    instead = forms.CharField(required=False)
    # The day on which the line was read: "yesterday" stays that day when it is sent after midnight.
    today = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
    task = TaskField(
        error_messages={"required": messages.NO_TASK},
    )

    def clean_instead(self) -> duration.Duration | None:
        text = duration.normalize(self.cleaned_data["instead"])
        try:
            return duration.parse(text) if text else None
        except duration.BadDuration as error:
            raise forms.ValidationError(FAULTS[error.fault]) from error


class RowForm(forms.Form):
    """Names the task of a row."""

    task = TaskField()


def _seen_by_cell(post: MultiValueDict[str, str]) -> dict[str, str]:
    """Return what the person saw in each cell, by `task:day`, from the fields of a page's rows."""
    seen_by_cell = {}
    for name in post:
        kind, _colon, task = name.partition(":")
        for part in str(post[name]).split(";") if kind == "seen" else ():
            day, _colon, seen = part.partition(":")
            seen_by_cell[f"{task}:{day}"] = seen
    return seen_by_cell
