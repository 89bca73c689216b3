"""Addresses of the setup, below `set-up/`."""

from django.urls import path

from accounts.setup import views

urlpatterns = [
    path("", views.set_up, name="set_up"),
    path("code/", views.enter_code, name="enter_code"),
    path("app/", views.save_app, name="save_app"),
    path("check/", views.check_app, name="check_app"),
    path("workspaces/", views.choose_workspaces, name="choose_workspaces"),
]
