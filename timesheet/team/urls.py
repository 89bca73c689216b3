"""Addresses of the team's week, below `<workspace>/team/<week>/`."""

from django.urls import path

from timesheet.team import decision_views, views

urlpatterns = [
    path("", views.team, name="team"),
    path("decide/", decision_views.preview_decision, name="preview_decision"),
    path("approve/", decision_views.approve_weeks, name="approve_weeks"),
    path("return/", decision_views.return_weeks, name="return_weeks"),
    path("reopen/", decision_views.reopen_weeks, name="reopen_weeks"),
    path("<gid:person>/", views.person_week, name="person_week"),
    path("<gid:person>/trend/", views.person_trend, name="person_trend"),
]
