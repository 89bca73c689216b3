"""What the browser sends, checked and turned into values of ours."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from timesheet import words
from timesheet.domain import duration
from timesheet.domain.cell import NEW, Seen, is_gid, read_seen
from timesheet.domain.grid import Cell, Pending
from timesheet.domain.journal import State
from timesheet.domain.week import Week
from timesheet.services.edits import Change


class GidField(forms.CharField):
    default_error_messages = {
        "required": _("The page did not say which task. Nothing was saved: reload the page."),
        "not_a_gid": _("The page named a task in a way Asana does not. Nothing was saved."),
    }

    def clean(self, value: Any) -> str:
        gid: str = super().clean(value)
        if gid and not is_gid(gid):
            raise forms.ValidationError(self.error_messages["not_a_gid"], code="not_a_gid")
        return gid


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
    seen = forms.CharField(required=False)
    entry = forms.CharField(required=False)
    text = forms.CharField(required=False)

    def clean_seen(self) -> tuple[Seen, ...]:
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
            raise forms.ValidationError(words.FAULTS[error.fault]) from error

    @property
    def typed(self) -> str:
        return str(self.data.get("text", "")).strip()

    @property
    def change(self) -> Change:
        """The change that a valid form asks for."""
        given = self.cleaned_data
        return Change(
            edit_id=given["edit"],
            task=given["task"],
            day=given["day"],
            text=self.typed,
            duration=given["text"],
            seen=given["seen"],
            entry=given["entry"],
        )

    def refused(self, reason: str) -> Cell:
        """The cell as the person saw it, with what they typed and why it was not taken."""
        given = self.cleaned_data
        pending = Pending(given["edit"], State.REFUSED, self.typed, reason)
        return Cell.as_seen(given["task"], given["day"], given["seen"], pending)


class RowForm(forms.Form):
    task = GidField()
