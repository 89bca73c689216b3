"""Every address of the timesheet. A view's name is its address's name."""

from django.urls import include, path

from timesheet.admin.connections.action_views import check_connection, refresh_connection
from timesheet.admin.health import csp_reports, probes
from timesheet.journal.views import status, taken, waiting
from timesheet.team.views import latest_team
from timesheet.web import home
from timesheet.week.views.guide import guide
from timesheet.week.views.preferences import preferences

urlpatterns = [
    path("", home.home, name="home"),
    path("week/", home.home, name="this_week"),
    path("healthz", probes.healthz, name="healthz"),
    path("readyz", probes.readyz, name="readyz"),
    path("metrics", probes.metrics, name="metrics"),
    path("csp-report/", csp_reports.csp_report, name="csp_report"),
    path("<gid:workspace>/week/<week:week>/", include("timesheet.week.urls")),
    path("<gid:workspace>/me/", include("timesheet.me.urls")),
    path("<gid:workspace>/team/", latest_team, name="latest_team"),
    path("", include("timesheet.reminders.urls")),
    path("<gid:workspace>/team/<week:week>/", include("timesheet.team.urls")),
    path("<gid:workspace>/projects/", include("timesheet.projects.urls")),
    path("<gid:workspace>/reports/", include("timesheet.reports.urls")),
    path("<gid:workspace>/reports/saved/", include("timesheet.scheduled_reports.urls")),
    path("<gid:workspace>/", include("timesheet.admin.urls")),
    path("", include("timesheet.timer.urls")),
    path("connection/check/", check_connection, name="check_connection"),
    path("connection/refresh/", refresh_connection, name="refresh_connection"),
    path("waiting/", waiting, name="waiting"),
    path("status/", status, name="status"),
    path("taken/", taken, name="taken"),
    path("preferences/", preferences, name="preferences"),
    path("help/", guide, name="guide"),
    path("", include("accounts.urls")),
]

handler400 = "accounts.error_views.bad_request"
handler403 = "accounts.error_views.forbidden"
handler404 = "accounts.error_views.not_found"
handler500 = "accounts.error_views.server_error"
