"""What the browser sends about the entries of one cell, each on its own."""

from __future__ import annotations

from datetime import date

from django import forms
from msgspec import UNSET
from msgspec.structs import replace

from accounts.asana.records import EntryFields
from timesheet.core.duration_messages import FAULTS
from timesheet.core.form_fields import GidField, TaskField
from timesheet.domain import duration
from timesheet.domain.entry import BILLABLE, NOT_BILLED
from timesheet.week import messages
from timesheet.week.entries import EntryRef
from timesheet.week.forms import CellForm, CellRefForm, NoteField


class EntryForm(CellForm):
    """A change to one entry with all its fields, or one more entry."""

    typed_fields = ("text", "description")
    to_day = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
    description = NoteField()
    billable = forms.CharField(required=False)
    category = GidField(
        required=False,
        error_messages={"not_a_gid": messages.BAD_CATEGORY},
    )
    project = GidField(
        required=False,
        error_messages={"not_a_gid": messages.BAD_PROJECT},
    )
    # What the page had in these fields: only what was changed is sent to Asana.
    was_description = NoteField(max_length=None)
    was_billable = forms.CharField(required=False)
    was_category = forms.CharField(required=False)
    was_project = forms.CharField(required=False)
    # Leaves out all but the hours, where the plan refuses the rest.
    plain = forms.BooleanField(required=False)
    # The time that is written instead of what was typed.
    instead = forms.CharField(required=False)

    def clean_text(self) -> duration.Duration | None:
        self.cleaned_data["text"] = self.typed
        return super().clean_text()

    @property
    def typed(self) -> str:
        """The time that was chosen instead of what was typed, or what was typed."""
        return str(self.data.get("instead", "")).strip() or super().typed

    def clean_to_day(self) -> date | None:
        day: date | None = self.cleaned_data["to_day"]
        if day is not None and day not in self.week:
            raise forms.ValidationError(messages.OTHER_WEEK)
        return day

    def clean_billable(self) -> str:
        billable: str = self.cleaned_data["billable"]
        if billable and billable not in BILLABLE:
            raise forms.ValidationError(messages.BAD_BILLABLE)
        return billable

    def clean(self) -> None:
        """Refuse a note after the duration beside another in the field for it."""
        if self.note and self._is_changed("description"):
            self.add_error("text", FAULTS[duration.DurationFault.FORM])

    @property
    def changed_fields(self) -> EntryFields:
        """What was changed beyond the hours."""
        given = self.cleaned_data
        day = given["to_day"]
        moved = EntryFields(entered_on=day if day and day != given["day"] else UNSET)
        if given["plain"]:
            return moved

        changed = self._is_changed
        note = super().changed_fields.description
        category, project = given["category"], given["project"]
        return replace(
            moved,
            description=given["description"] if changed("description") else note,
            billable_status=given["billable"] or NOT_BILLED if changed("billable") else UNSET,
            categories=([category] if category else []) if changed("category") else UNSET,
            attributable_to=(project or None) if changed("project") else UNSET,
        )

    def _is_changed(self, name: str) -> bool:
        given = self.cleaned_data
        return bool((given.get(name) or "") != (given.get(f"was_{name}") or ""))


class EntryRefForm(CellRefForm):
    """One entry as the person saw it, for what is done to it as a whole."""

    step = forms.UUIDField(
        error_messages={
            "required": messages.NO_EDIT_ID,
            "invalid": messages.NO_EDIT_ID,
        },
    )
    entry = GidField(
        error_messages={
            "required": messages.BAD_ENTRY,
            "not_a_gid": messages.BAD_ENTRY,
        },
    )
    fingerprint = forms.CharField(
        max_length=16,
        error_messages={
            "required": messages.BAD_ENTRY,
            "max_length": messages.BAD_ENTRY,
        },
    )

    @property
    def entry_ref(self) -> EntryRef:
        """The entry that a valid form means."""
        given = self.cleaned_data
        return EntryRef(given["step"], given["entry"], given["fingerprint"])


class SplitForm(EntryRefForm):
    """How much of an entry becomes a new one."""

    part = forms.CharField(required=False)
    # The time that is split off instead of the `part` that was typed.
    instead = forms.CharField(required=False)

    @property
    def typed(self) -> str:
        """The time that was chosen instead of what was typed, or what was typed."""
        given = self.data.get("instead") or self.data.get("part", "")
        return str(given).strip()

    def clean_part(self) -> duration.Duration:
        try:
            return duration.parse(self.typed)
        except duration.BadDuration as error:
            raise forms.ValidationError(FAULTS[error.fault]) from error


class MoveForm(EntryRefForm):
    """To which task an entry is moved."""

    to = TaskField()
