"""The field of a filter into which a few words are typed."""

from __future__ import annotations

from typing import Any

from django import forms


class SearchField(forms.CharField):
    def __init__(self, **about: Any) -> None:
        box = forms.TextInput(attrs={"type": "search", "autocomplete": "off"})
        super().__init__(**{"required": False, "max_length": 100, "widget": box, **about})
