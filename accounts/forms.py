"""The form of the sign-in page."""

from __future__ import annotations

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
