"""Addresses of schedules, below `<workspace>/reports/saved/`."""

from django.urls import path

from timesheet.scheduled_reports import views

urlpatterns = [
    path("<uuid:slug>/schedule/", views.report_schedule, name="report_schedule"),
    path("<uuid:slug>/schedule/delete/", views.delete_schedule, name="delete_schedule"),
]
