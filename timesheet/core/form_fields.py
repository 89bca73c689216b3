"""Form fields that more than one feature uses."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from timesheet.core import formats
from timesheet.core.duration_messages import FAULTS
from timesheet.domain import duration
from timesheet.domain.cell import is_gid

_A_MONDAY = date(2026, 11, 23)


def weekday_names() -> list[str]:
    """Return the names of the weekdays in the person's language, Monday's first."""
    return [date_format(_A_MONDAY + timedelta(days=offset), "l") for offset in range(7)]


class TargetField(forms.CharField):
    """Target hours of a weekday: typed as any duration, and cleaned to minutes.

    Empty means no hours.
    """

    def prepare_value(self, value: Any) -> Any:
        return formats.show(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> int:
        text = duration.normalize(super().clean(value))
        try:
            return duration.parse(text).minutes if text and duration.amount(text) else 0
        except duration.BadDuration as error:
            raise forms.ValidationError(FAULTS[error.fault]) from error


class GidField(forms.CharField):
    """A gid, sent by a page; each use says in its messages what it is the gid of."""

    default_error_messages = {
        "not_a_gid": _(
            "We can’t tell what you chose. Your change wasn’t saved. Reload the page and try again."
        ),
    }

    def clean(self, value: Any) -> str:
        gid: str = super().clean(value)
        if gid and not is_gid(gid):
            raise forms.ValidationError(self.error_messages["not_a_gid"], code="not_a_gid")
        return gid


class TaskField(GidField):
    """The gid of a task."""

    default_error_messages = {
        "required": _(
            "The task is missing. Your change wasn’t saved. Reload the page and try again."
        ),
        "not_a_gid": _(
            "That isn’t an Asana task. Your change wasn’t saved. Reload the page and try again."
        ),
    }


class SearchField(forms.CharField):
    """An optional search text."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"type": "search", "autocomplete": "off"})
        super().__init__(**{"required": False, "max_length": 100, "widget": widget, **options})
