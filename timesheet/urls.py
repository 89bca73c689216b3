"""Every address of the timesheet."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path, register_converter

from timesheet.converters import GidConverter, WeekConverter
from timesheet.views import cells, home, rows, week

register_converter(GidConverter, "gid")
register_converter(WeekConverter, "week")


def healthz(_request: HttpRequest) -> HttpResponse:
    """Whether this process answers; no more."""
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [
    path("", home.home, name="home"),
    path("week/", home.home, name="this_week"),
    path("healthz", healthz, name="healthz"),
    path(
        "<gid:workspace>/week/<week:week>/",
        include(
            [
                path("", week.week, name="week"),
                path("cell/", cells.save_cell, name="save_cell"),
                path("entry/", cells.save_entry, name="save_entry"),
                path("entries/", cells.entries, name="entries"),
                path("edits/<uuid:edit_id>/retry/", cells.retry_edit, name="retry_edit"),
                path("edits/<uuid:edit_id>/discard/", cells.discard_edit, name="discard_edit"),
                path("tasks/", rows.search_tasks, name="search_tasks"),
                path("rows/add/", rows.add_row, name="add_row"),
                path("rows/copy/", rows.copy_rows, name="copy_rows"),
                path("rows/remove/", rows.remove_row, name="remove_row"),
            ]
        ),
    ),
    path("", include("accounts.urls")),
]

handler400 = "accounts.views.problems.bad_request"
handler403 = "accounts.views.problems.forbidden"
handler404 = "accounts.views.problems.not_found"
handler500 = "accounts.views.problems.server_error"
