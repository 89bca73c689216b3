"""Addresses of managers and their people, below `<workspace>/people/`."""

from django.urls import path

from accounts.workspaces import views

urlpatterns = [
    path("", views.people, name="people"),
    path("add/", views.add_manager, name="add_manager"),
    path("<gid:manager>/", views.people_of, name="people_of"),
    path("<gid:manager>/choose/", views.choose_people, name="choose_people"),
    path("<gid:manager>/team/", views.add_team, name="add_team"),
    path("<gid:manager>/allow/", views.allow_choosing, name="allow_choosing"),
    path("<gid:manager>/delegates/add/", views.name_delegate, name="name_delegate"),
    path("<gid:manager>/delegates/remove/", views.remove_delegate, name="remove_delegate"),
    path("<gid:manager>/remove/", views.remove_manager, name="remove_manager"),
]
