"""Addresses of people's capacity, below `<workspace>/capacity/`."""

from django.urls import path

from timesheet.admin.capacity import views

urlpatterns = [
    path("people.csv", views.export_capacity, name="export_capacity"),
    path("import/", views.import_capacity, name="import_capacity"),
    path("import/apply/", views.apply_import, name="apply_import"),
    path("<gid:person>/", views.capacity_of, name="capacity_of"),
    path("<gid:person>/remove/", views.remove_capacity, name="remove_capacity"),
    path("<gid:person>/half-day/", views.add_half_day, name="add_half_day"),
    path("<gid:person>/half-day/remove/", views.remove_half_day, name="remove_half_day"),
]
