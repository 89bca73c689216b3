"""The form that makes an entry of a timer."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django import forms

from timesheet.core.duration_messages import FAULTS
from timesheet.core.form_fields import TaskField
from timesheet.domain import duration
from timesheet.timer import messages
from timesheet.week.forms import NoteField


class StartForm(forms.Form):
    """The task that a timer is started on, none if it is chosen later, and the id of the timer."""

    task = TaskField(required=False)
    # The same form sent again, because its answer got lost, starts nothing.
    timer = forms.UUIDField(required=False)


class FinishForm(forms.Form):
    """How long, on which day and on which task, with a note."""

    hours = forms.CharField(error_messages={"required": messages.HOW_LONG})
    day = forms.DateField(
        input_formats=["%Y-%m-%d"],
        error_messages={"required": messages.BAD_DAY, "invalid": messages.BAD_DAY},
    )
    task = TaskField(required=False)
    note = NoteField()

    def __init__(self, *args: Any, days: Collection[date], has_task: bool, **kwargs: Any) -> None:
        """`days` are those that the entry can be for."""
        super().__init__(*args, **kwargs)
        self.days, self.has_task = days, has_task

    def clean_hours(self) -> duration.Duration:
        try:
            typed = duration.parse(self.cleaned_data["hours"])
        except duration.BadDuration as error:
            raise forms.ValidationError(FAULTS[error.fault]) from error
        if typed.relative:
            raise forms.ValidationError(FAULTS[duration.DurationFault.FORM])
        return typed

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day not in self.days:
            raise forms.ValidationError(messages.BAD_DAY)
        return day

    def clean(self) -> None:
        """Ask for a task where the timer has none."""
        if not self.has_task and not self.cleaned_data.get("task"):
            self.add_error("task", str(messages.CHOOSE_TASK))

    @property
    def first_error(self) -> str:
        """The first sentence about what is wrong; empty if nothing is."""
        return next((str(errors[0]) for errors in self.errors.values()), "")
