"""Addresses of projects, below `<workspace>/projects/`."""

from django.urls import path

from timesheet.projects import action_views, export_views, views

urlpatterns = [
    path("", views.projects, name="projects"),
    path("planned/", views.planned_work, name="planned_work"),
    path("projects.xlsx", export_views.export_projects, name="export_projects"),
    path("projects.csv", export_views.export_projects_csv, name="export_projects_csv"),
    path("selections/", action_views.save_selection, name="save_selection"),
    path("selections/<uuid:slug>/delete/", action_views.delete_selection, name="delete_selection"),
    path("tasks/<gid:task>/", views.task_entries, name="task_entries"),
    path("<gid:project_gid>/", views.project_page, name="project_page"),
    path("<gid:project_gid>/alert/", action_views.save_alert, name="save_alert"),
]
