"""The form for the token of the shared reporting account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import TokenForm


class ReportingForm(TokenForm):
    """A token, with the confirmation that its consequences were read."""

    read = forms.BooleanField(
        label=_("I understand who will see what"),
        error_messages={"required": _("Confirm that you understand who will see what.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        token = self.fields["token"]
        token.label = _("Access token")
        token.help_text = _(
            "Use the token of a service account, which an Asana admin can create in the "
            "admin console, or of a person who can see other people’s hours. We check the "
            "token first and store it encrypted."
        )
