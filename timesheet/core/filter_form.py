"""The form above a list that says which of its rows are shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from django import forms

F = TypeVar("F")


class FilterForm(forms.Form, Generic[F]):
    """Optional fields of a query string that together make a filter of type `F`.

    `has_changed()` tells whether anything is asked for at all.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    @property
    def filter(self) -> F:
        """The filter from the valid fields; invalid fields are ignored."""
        self.is_valid()
        return self.build_filter(self.cleaned_data)

    def build_filter(self, values: Mapping[str, Any]) -> F:
        """Make the filter from cleaned `values`, in which an invalid field is missing."""
        raise NotImplementedError
