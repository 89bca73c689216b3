"""What the browser sends, checked and turned into values of ours."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any, Self
from uuid import uuid4, uuid5

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from msgspec import UNSET
from msgspec.structs import replace

from accounts.asana.records import EntryFields
from timesheet.core.duration_messages import FAULTS
from timesheet.core.form_fields import GidField
from timesheet.core.params import as_uuid
from timesheet.domain import clipboard, duration
from timesheet.domain.cell import NEW, SeenEntry, is_gid, read_seen
from timesheet.domain.entry import BILLABLE, NOT_BILLED
from timesheet.domain.grid import Cell, Pending
from timesheet.domain.journal import State
from timesheet.domain.week import Week
from timesheet.week.edits import CellChange, CellResult
from timesheet.week.entries import EntryRef

LONGEST_NOTE = 5000


class PlaceForm(forms.Form):
    """Which cell is meant. An error here is the page's, not the person's."""

    task = GidField()
    day = forms.DateField(
        input_formats=["%Y-%m-%d"],
        error_messages={
            "required": _("The page did not say which day. Nothing was saved: reload the page."),
            "invalid": _("The page named a day that does not exist. Nothing was saved."),
        },
    )

    def __init__(self, *args: Any, week: Week, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.week = week

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day not in self.week:
            raise forms.ValidationError(
                _("That day is not in this week. Nothing was saved: reload the page.")
            )
        return day

    def misplaced(self) -> str:
        """What is wrong with the place, as a sentence; empty when nothing is."""
        return next((str(found[0]) for name, found in self.errors.items() if name != "text"), "")


class CellForm(PlaceForm):
    """A change to a cell: what was typed, and what the person saw there."""

    edit = forms.UUIDField(
        error_messages={
            "required": _("The page sent no edit number. Nothing was saved: reload the page."),
            "invalid": _("The page sent an odd edit number. Nothing was saved: reload the page."),
        },
    )
    step = forms.UUIDField(required=False)
    seen = forms.CharField(required=False)
    entry = forms.CharField(required=False)
    text = forms.CharField(required=False)

    @classmethod
    def several(cls, sent: QueryDict, week: Week) -> list[Self]:
        """The cells of one request: the first of each field is the first cell's, and so on."""
        names = ("task", "day", "edit", "step", "seen", "entry", "text")
        values = {name: sent.getlist(name) for name in names}
        count = max(map(len, values.values()))
        return [
            cls(
                {name: sent[place] for name, sent in values.items() if place < len(sent)},
                week=week,
            )
            for place in range(count)
        ]

    @classmethod
    def of_page(cls, sent: QueryDict, week: Week) -> list[Self]:
        """The cells of the whole page that were changed, sent without script."""
        step = as_uuid(sent.get("step", "")) or uuid4()
        found = []
        for name in sent:
            kind, _colon, place = name.partition(":")
            if kind != "hours":
                continue
            task, _colon, day = place.partition(":")
            values = {
                "task": task,
                "day": day,
                "edit": str(uuid5(step, place)),
                "step": str(step),
                "seen": sent.get(f"seen:{place}", ""),
                "text": sent[name],
            }
            found.append(cls(values, week=week))
        return [form for form in found if not form.is_unchanged()]

    def clean_seen(self) -> tuple[SeenEntry, ...]:
        try:
            return read_seen(self.cleaned_data["seen"])
        except ValueError as error:
            raise forms.ValidationError(
                _("The page lost track of this cell. Nothing was saved: reload the page.")
            ) from error

    def clean_entry(self) -> str:
        entry: str = self.cleaned_data["entry"]
        if entry and entry != NEW and not is_gid(entry):
            raise forms.ValidationError(
                _("The page named an entry in a way Asana does not. Nothing was saved.")
            )
        return entry

    def clean_text(self) -> duration.Duration | None:
        text: str = self.cleaned_data["text"]
        if not text:
            return None
        try:
            return duration.parse(text)
        except duration.BadDuration as error:
            raise forms.ValidationError(FAULTS[error.fault]) from error

    def is_unchanged(self) -> bool:
        """Whether the field holds what the cell was shown with."""
        if not self.is_valid():
            return False
        typed: duration.Duration | None = self.cleaned_data["text"]
        there = sum(one.minutes for one in self.cleaned_data["seen"])
        return not there if typed is None else typed == duration.Duration(there)

    @property
    def typed(self) -> str:
        return str(self.data.get("text", "")).strip()

    @property
    def change(self) -> CellChange:
        """The change that a valid form asks for."""
        given = self.cleaned_data
        return CellChange(
            edit_id=given["edit"],
            step=given["step"] or given["edit"],
            task=given["task"],
            day=given["day"],
            text=self.typed,
            duration=given["text"],
            seen=given["seen"],
            entry=given["entry"],
        )

    def refused(self, reason: str) -> CellResult:
        """The cell as the person saw it, with what they typed and why it was not taken."""
        given = self.cleaned_data
        pending = Pending(given["edit"], State.REFUSED, self.typed, reason)
        return CellResult(Cell.as_seen(given["task"], given["day"], given["seen"], pending))


class EntryForm(CellForm):
    """A change to one entry, or one more of them, with all that an entry says.

    `was_…` is what the page had there: only what was changed is sent to Asana. `plain` leaves out
    all beyond the hours, for a plan that refuses it; `instead` is written in place of what was
    typed.
    """

    mark = forms.CharField(required=False, max_length=16)
    to_day = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
    description = forms.CharField(required=False, max_length=LONGEST_NOTE)
    billable = forms.CharField(required=False)
    category = GidField(required=False)
    project = GidField(required=False)
    was_description = forms.CharField(required=False)
    was_billable = forms.CharField(required=False)
    was_category = forms.CharField(required=False)
    was_project = forms.CharField(required=False)
    plain = forms.BooleanField(required=False)
    instead = forms.CharField(required=False)

    def clean_text(self) -> duration.Duration | None:
        self.cleaned_data["text"] = self.typed
        return super().clean_text()

    @property
    def typed(self) -> str:
        return str(self.data.get("instead", "")).strip() or super().typed

    def clean_to_day(self) -> date | None:
        day: date | None = self.cleaned_data["to_day"]
        if day is not None and day not in self.week:
            raise forms.ValidationError(
                _("That day is not in this week. Nothing was saved: reload the page.")
            )
        return day

    def clean_billable(self) -> str:
        billable: str = self.cleaned_data["billable"]
        if billable and billable not in BILLABLE:
            raise forms.ValidationError(_("Asana has no such billable status."))
        return billable

    @property
    def wanted(self) -> EntryFields:
        given = self.cleaned_data
        day = given["to_day"]
        moved = EntryFields(entered_on=day if day and day != given["day"] else UNSET)
        if given["plain"]:
            return moved

        def changed(name: str) -> bool:
            return _lines(given[name]) != _lines(given[f"was_{name}"])

        category, project = given["category"], given["project"]
        return replace(
            moved,
            description=_lines(given["description"]) if changed("description") else UNSET,
            billable_status=given["billable"] or NOT_BILLED if changed("billable") else UNSET,
            categories=([category] if category else []) if changed("category") else UNSET,
            attributable_to=(project or None) if changed("project") else UNSET,
        )

    @property
    def change(self) -> CellChange:
        change = super().change
        return dataclasses.replace(
            change, fields=self.wanted, fingerprint=self.cleaned_data["mark"]
        )


class EntryRefForm(PlaceForm):
    """One entry as the person saw it, for what is done to it as a whole."""

    step = forms.UUIDField()
    entry = GidField()
    mark = forms.CharField(max_length=16)

    @property
    def entry_ref(self) -> EntryRef:
        given = self.cleaned_data
        return EntryRef(given["step"], given["entry"], given["mark"])


class SplitForm(EntryRefForm):
    """`instead` is split off in place of the `part` that was typed."""

    part = forms.CharField(required=False)
    instead = forms.CharField(required=False)

    @property
    def typed(self) -> str:
        given = self.data.get("instead") or self.data.get("part", "")
        return str(given).strip()

    def clean_part(self) -> duration.Duration:
        try:
            return duration.parse(self.typed)
        except duration.BadDuration as error:
            raise forms.ValidationError(FAULTS[error.fault]) from error


class MoveForm(EntryRefForm):
    to = GidField()


class PasteForm(forms.Form):
    """A block from a spreadsheet, over cells in lines of `columns`. `lines` and `wide` are the size
    of the selection that it is to fill, where it is a single cell."""

    block = forms.CharField(max_length=clipboard.MAX_CHARACTERS + 1, strip=False)
    columns = forms.IntegerField(min_value=1, max_value=7)
    lines = forms.IntegerField(min_value=1, max_value=1000, required=False)
    wide = forms.IntegerField(min_value=1, max_value=7, required=False)


class UndoForm(forms.Form):
    """The step to undo or to do again, and how often that was done to it before."""

    step = forms.UUIDField()
    turn = forms.IntegerField(min_value=0, max_value=30_000)


class QuickForm(forms.Form):
    """`instead` is the time in place of the one in the line."""

    edit = forms.UUIDField()
    note = forms.CharField(required=False, max_length=LONGEST_NOTE)
    instead = forms.CharField(required=False)
    task = GidField(
        error_messages={"required": _("Say on which task. Nothing was saved.")},
    )

    def clean_instead(self) -> duration.Duration | None:
        text: str = self.cleaned_data["instead"]
        try:
            return duration.parse(text) if text else None
        except duration.BadDuration as error:
            raise forms.ValidationError(FAULTS[error.fault]) from error


class RowForm(forms.Form):
    task = GidField()


def _lines(text: str) -> str:
    """Forms send line ends of their own."""
    return text.replace("\r\n", "\n").strip()
