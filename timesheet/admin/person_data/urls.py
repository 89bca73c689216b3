"""Addresses of what is stored about a person, below `<workspace>/roles/<person>/data/`."""

from django.urls import path

from timesheet.admin.person_data import views

urlpatterns = [
    path("", views.person_data, name="person_data"),
    path("export/", views.export_person, name="export_person"),
    path("erase/", views.erase_person, name="erase_person"),
]
