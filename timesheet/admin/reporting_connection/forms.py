"""The form for the token of the shared reporting account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import TokenForm


class ReportingForm(TokenForm):
    """A token, with the confirmation that its consequences were read."""

    read = forms.BooleanField(
        label=_("I have read what this shows to whom"),
        error_messages={"required": _("Read it first, then tick this.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        token = self.fields["token"]
        token.label = _("Access token")
        token.help_text = _(
            "Of a service account, which an Asana admin makes in the admin console, or of somebody "
            "who may see the time of others. It is checked before anything changes, and stored "
            "sealed."
        )
