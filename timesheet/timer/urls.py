"""Addresses of timers. Only what is about tasks names a workspace."""

from django.urls import path

from timesheet.timer import views

urlpatterns = [
    path("timer/", views.timer, name="timer"),
    path("timer/bar/", views.timer_bar, name="timer_bar"),
    path("timer/stop/", views.stop_timer, name="stop_timer"),
    path("timer/<uuid:timer_id>/resume/", views.resume_timer, name="resume_timer"),
    path("timer/<uuid:timer_id>/discard/", views.discard_timer, name="discard_timer"),
    path("<gid:workspace>/timer/tasks/", views.timer_tasks, name="timer_tasks"),
    path("<gid:workspace>/timer/start/", views.start_timer, name="start_timer"),
    path("<gid:workspace>/timer/<uuid:timer_id>/add/", views.add_timer, name="add_timer"),
]
