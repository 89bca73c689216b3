"""Addresses of the shared reporting account, below `<workspace>/reporting/`."""

from django.urls import path

from timesheet.admin.reporting_connection import views

urlpatterns = [
    path("", views.reporting_connection, name="reporting_connection"),
    path("check/", views.check_reporting, name="check_reporting"),
    path("confirm/", views.confirm_reporting, name="confirm_reporting"),
    path("on/", views.turn_on_reporting, name="turn_on_reporting"),
    path("off/", views.turn_off_reporting, name="turn_off_reporting"),
    path("test/", views.test_reporting, name="test_reporting"),
]
