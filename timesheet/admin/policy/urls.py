"""Addresses of a workspace's rules, below `<workspace>/policy/`."""

from django.urls import path

from timesheet.admin.policy import views

urlpatterns = [
    path("", views.policy, name="policy"),
    path("holidays/add/", views.add_holiday, name="add_holiday"),
    path("holidays/remove/", views.remove_holiday, name="remove_holiday"),
]
