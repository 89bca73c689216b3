"""The app without its doubt rule: what may have arrived is sent again without looking. It is here
to show that the torture finds what that does, and is started by nothing else.

`gunicorn bench.torture.blind:application` is the web, `python -m bench.torture.blind` the worker.
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


def blindly(*looked_at: Any, sent_at: Any, **more: Any) -> NextStep:
    if sent_at is not None:
        return NextStep(NextStepKind.SEND)
    return next_step(*looked_at, sent_at=None, **more)


delivery.next_step = blindly  # type: ignore[assignment]
application = get_wsgi_application()

if __name__ == "__main__":
    worker.run(4)
