"""The app without its doubt rule: an edit that got no response is sent again without looking.

It shows that the torture finds the doubles that this causes; nothing else starts it.
`gunicorn bench.torture.without_doubt_rule:application` is the web server, and
`python -m bench.torture.without_doubt_rule` the worker.
"""

from __future__ import annotations

import os
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "timesheet.settings")
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402

from timesheet import worker  # noqa: E402
from timesheet.domain.journal import NextStep, NextStepKind, next_step  # noqa: E402
from timesheet.journal import delivery  # noqa: E402


def next_step_without_doubt(*arguments: Any, sent: bool, **options: Any) -> NextStep:
    """Return the next step as if an edit in doubt had never been sent."""
    if sent:
        return NextStep(NextStepKind.SEND)
    return next_step(*arguments, sent=False, **options)


delivery.next_step = next_step_without_doubt  # type: ignore[assignment]
application = get_wsgi_application()

if __name__ == "__main__":
    worker.run(4)
