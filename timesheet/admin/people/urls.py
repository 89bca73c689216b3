"""Addresses of the list of people, below `<workspace>/roles/`."""

from django.urls import path

from timesheet.admin.people import views

urlpatterns = [
    path("", views.roles, name="roles"),
    path("assign/", views.assign_manager, name="assign_manager"),
    path("change/", views.set_roles, name="set_roles"),
    path("capacity/", views.set_capacity, name="set_capacity"),
]
