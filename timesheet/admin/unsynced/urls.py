"""Addresses of the unsynced changes of a workspace, below `<workspace>/unsynced/`."""

from django.urls import path

from timesheet.admin.unsynced import views

urlpatterns = [
    path("", views.unsynced_changes, name="unsynced_changes"),
    path("decide/", views.decide_edits, name="decide_edits"),
    path("retry/", views.retry_edits, name="retry_edits"),
    path("discard/", views.discard_edits, name="discard_edits"),
]
