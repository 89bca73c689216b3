"""What the page of an error shows a developer, with DEBUG on, and what it keeps to itself."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter


class ReporterFilter(SafeExceptionReporterFilter):
    """Hides by name what Django does, and besides it addresses that hold passwords, the cookie of
    the session, and variables: a developer's Asana may well be the real one."""

    hidden_settings = re.compile(
        "API|AUTH|TOKEN|KEY|SECRET|PASS|SIGNATURE|HTTP_COOKIE|SESSIONID|LOCATION|GRANT|BEARER"
        "|(QUEUE|CACHE|DATABASE|EMAIL)_URL",
        re.IGNORECASE,
    )

    def get_traceback_frame_variables(self, request: HttpRequest, tb_frame: Any) -> Any:
        shown = super().get_traceback_frame_variables(request, tb_frame)
        return [(name, self.cleanse_setting(name, value)) for name, value in shown]
