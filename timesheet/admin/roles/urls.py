"""Addresses of roles, below `<workspace>/roles/`."""

from django.urls import path

from timesheet.admin.roles import views

urlpatterns = [
    path("<gid:person>/", views.role_of, name="role_of"),
    path("<gid:person>/admin/", views.make_admin, name="make_admin"),
    path("<gid:person>/admin/take/", views.take_admin, name="take_admin"),
    path("<gid:person>/off/", views.switch_off, name="switch_off"),
    path("<gid:person>/on/", views.switch_on, name="switch_on"),
]
