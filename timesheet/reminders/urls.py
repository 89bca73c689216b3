"""Addresses of reminders, and of unsubscribing from them."""

from django.urls import path

from timesheet.reminders import views

urlpatterns = [
    path("<gid:workspace>/team/<week:week>/remind/", views.remind, name="remind"),
    path("<gid:workspace>/reminders/", views.reminders, name="reminders"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("unsubscribe/<str:token>/undo/", views.subscribe_again, name="subscribe_again"),
]
