"""Addresses of a person's own hours, below `<workspace>/me/`."""

from django.urls import path

from timesheet.me import views

urlpatterns = [
    path("", views.my_hours, name="my_hours"),
    path("weeks/", views.my_weeks, name="my_weeks"),
    path("calendar/", views.week_calendar, name="week_calendar"),
    path("search/", views.search_my_hours, name="search_my_hours"),
    path("changes/", views.my_changes, name="my_changes"),
    path("export.csv", views.export_my_csv, name="export_my_csv"),
    path("export.xlsx", views.export_my_xlsx, name="export_my_xlsx"),
]
