"""Addresses of the admin's pages, below `<workspace>/`."""

from django.urls import include, path

from timesheet.admin.audit.views import audit_log, export_audit_log
from timesheet.admin.health.views import health
from timesheet.admin.home.views import admin_home

urlpatterns = [
    path("admin/", admin_home, name="admin_home"),
    path("roles/", include("timesheet.admin.people.urls")),
    path("roles/", include("timesheet.admin.roles.urls")),
    path("roles/<gid:person>/data/", include("timesheet.admin.person_data.urls")),
    path("unsynced/", include("timesheet.admin.unsynced.urls")),
    path("reporting/", include("timesheet.admin.reporting_connection.urls")),
    path("connections/", include("timesheet.admin.connections.urls")),
    path("capacity/", include("timesheet.admin.capacity.urls")),
    path("policy/", include("timesheet.admin.policy.urls")),
    path("audit/", audit_log, name="audit_log"),
    path("audit/log.csv", export_audit_log, name="export_audit_log"),
    path("health/", health, name="health"),
]
