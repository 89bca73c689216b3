"""The forms of the sign-in page and of the set-up pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

_NO_DATE = _("Choose both days.")


class TokenForm(forms.Form):
    """A personal access token. The page never shows it again."""

    # Tokens are opaque, but a header can't hold other characters than these.
    token = forms.CharField(
        label=_("Personal access token"),
        max_length=500,
        help_text=_(
            "Create one in Asana’s developer console. We check it with Asana and store it "
            "encrypted."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        validators=[
            RegexValidator(r"\A[!-~]+\Z", _("This isn’t a complete token. Copy it again."))
        ],
        error_messages={"required": _("Paste your token.")},
    )


class CodeForm(forms.Form):
    """The set-up code."""

    code = forms.CharField(
        label=_("Setup code"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={"required": _("Enter the code.")},
    )


class AppForm(forms.Form):
    """The Asana app's client id and secret. The page never shows the secret again.

    `saved_id` is the client id whose secret is stored: for that one the secret may stay empty.
    """

    client_id = forms.CharField(
        label=_("Client ID"),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        validators=[RegexValidator(r"\A[!-~]+\Z", _("This isn’t a client ID. Copy it again."))],
        error_messages={"required": _("Enter the client ID.")},
    )
    client_secret = forms.CharField(
        label=_("Client secret"),
        max_length=200,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        validators=[RegexValidator(r"\A[!-~]+\Z", _("This isn’t a client secret. Copy it again."))],
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, saved_id: str = "") -> None:
        super().__init__(data, label_suffix="", initial={"client_id": saved_id})
        self.saved_id = saved_id

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        client_id = cleaned.get("client_id")
        needs_secret = client_id and client_id != self.saved_id
        if needs_secret and not cleaned.get("client_secret") and "client_secret" not in self.errors:
            self.add_error("client_secret", _("Enter the secret for this client ID."))
        return cleaned


class DelegateForm(forms.Form):
    """Who stands in for a manager, and on which days."""

    person = forms.CharField(max_length=32, error_messages={"required": _("Choose who stands in.")})
    starts_on = forms.DateField(error_messages=dict.fromkeys(("required", "invalid"), _NO_DATE))
    ends_on = forms.DateField(error_messages=dict.fromkeys(("required", "invalid"), _NO_DATE))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day is before the first."))
        return cleaned
