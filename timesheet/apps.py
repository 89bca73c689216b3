"""The timesheet as a Django app: its converter for addresses, and the signals that it receives."""

from __future__ import annotations

import gc

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.urls import register_converter

from timesheet.core.converters import WeekConverter


class TimesheetConfig(AppConfig):
    """The timesheet itself."""

    name = "timesheet"

    def ready(self) -> None:
        # Not before: models can be imported only once all apps are loaded.
        from timesheet.journal.receivers import deliver_after_sign_in

        register_converter(WeekConverter, "week")
        user_logged_in.connect(deliver_after_sign_in)
        # The rest of the program is loaded, and is left out when memory is searched from now on.
        gc.freeze()
        gc.enable()
