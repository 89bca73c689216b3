"""Addresses of reports, below `<workspace>/reports/`."""

from django.urls import path

from timesheet.reports import export_views, month_views, views

urlpatterns = [
    path("", views.reports, name="reports"),
    path("entries/", views.report_entries, name="report_entries"),
    path("prepare/", views.prepare_report, name="prepare_report"),
    path("export.csv", export_views.export_csv, name="export_csv"),
    path("export.xlsx", export_views.export_xlsx, name="export_xlsx"),
    path("month/<gid:person>/<str:month>/", month_views.person_month, name="person_month"),
    path("month/<str:month>/", month_views.own_month, name="own_month"),
    path("saved/", views.save_view, name="save_view"),
    path("saved/<uuid:slug>/", views.saved_view, name="saved_view"),
    path("saved/<uuid:slug>/delete/", views.delete_view, name="delete_view"),
]
