"""What Django's error page shows developers when DEBUG is on, and what it hides."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter


class ReporterFilter(SafeExceptionReporterFilter):
    """Hides more than Django does, because a developer may be connected to the real Asana.

    Hidden by name are also addresses with passwords, the session cookie, and local variables.
    """

    hidden_settings = re.compile(
        "API|AUTH|TOKEN|KEY|SECRET|PASS|SIGNATURE|HTTP_COOKIE|SESSIONID|LOCATION|GRANT|BEARER"
        "|(QUEUE|CACHE|DATABASE|EMAIL)_URL",
        re.IGNORECASE,
    )

    def get_traceback_frame_variables(self, request: HttpRequest, tb_frame: Any) -> Any:
        """Return the names and cleansed values of a frame's variables."""
        variables = super().get_traceback_frame_variables(request, tb_frame)
        return [(name, self.cleanse_setting(name, value)) for name, value in variables]
