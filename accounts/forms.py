"""The forms of the sign-in page and of the set-up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _


class TokenForm(forms.Form):
    """A personal access token; never put back into the page."""

    # Tokens are opaque, but a header takes no other characters than these.
    token = forms.CharField(
        label=_("Personal access token"),
        max_length=500,
        help_text=_("You make one in Asana’s developer console. It is checked and stored sealed."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        validators=[RegexValidator(r"\A[!-~]+\Z", _("This is not a token: copy it once more."))],
        error_messages={"required": _("Paste your token first.")},
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Set-up code"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={"required": _("Type the code first.")},
    )


class AppForm(forms.Form):
    """The Asana app's client id and secret; the secret is never put back into the page. `kept_id`
    is the id whose secret is kept already: with that one it need not be entered again."""

    client_id = forms.CharField(
        label=_("Client id"),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        validators=[RegexValidator(r"\A[!-~]+\Z", _("This is no client id: copy it once more."))],
        error_messages={"required": _("Enter the client id.")},
    )
    client_secret = forms.CharField(
        label=_("Client secret"),
        max_length=200,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        validators=[RegexValidator(r"\A[!-~]+\Z", _("This is no secret: copy it once more."))],
    )

    def __init__(self, sent: Mapping[str, Any] | None = None, *, kept_id: str = "") -> None:
        super().__init__(sent, label_suffix="", initial={"client_id": kept_id})
        self.kept_id = kept_id

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        wanted = given.get("client_id") and "client_secret" not in self.errors
        if wanted and not given.get("client_secret") and given["client_id"] != self.kept_id:
            self.add_error("client_secret", _("Enter the secret of this client id."))
        return given
