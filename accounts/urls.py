"""Addresses of sign-in, the own connection, managers and the set-up, named after their views."""

from django.urls import include, path

from accounts.connections import views as connection_views
from accounts.setup import views as setup_views
from accounts.sign_in import views as sign_in_views
from accounts.workspaces import views as people_views

urlpatterns = [
    path("sign-in/", sign_in_views.sign_in, name="sign_in"),
    path("sign-in/asana/", sign_in_views.start_sign_in, name="start_sign_in"),
    path("sign-in/callback/", sign_in_views.finish_sign_in, name="finish_sign_in"),
    path("sign-in/token/", sign_in_views.sign_in_with_token, name="sign_in_with_token"),
    path("sign-out/", sign_in_views.sign_out, name="sign_out"),
    path("sign-out/everywhere/", sign_in_views.sign_out_everywhere, name="sign_out_everywhere"),
    path("connection/", connection_views.connection, name="connection"),
    path("connection/disconnect/", connection_views.disconnect, name="disconnect"),
    path("set-up/", setup_views.set_up, name="set_up"),
    path("set-up/code/", setup_views.enter_code, name="enter_code"),
    path("set-up/app/", setup_views.save_app, name="save_app"),
    path("set-up/check/", setup_views.check_app, name="check_app"),
    path("set-up/workspaces/", setup_views.choose_workspaces, name="choose_workspaces"),
    path(
        "<gid:workspace>/people/",
        include(
            [
                path("", people_views.people, name="people"),
                path("add/", people_views.add_manager, name="add_manager"),
                path("<gid:manager>/", people_views.people_of, name="people_of"),
                path("<gid:manager>/choose/", people_views.choose_people, name="choose_people"),
                path("<gid:manager>/team/", people_views.add_team, name="add_team"),
                path("<gid:manager>/allow/", people_views.allow_choosing, name="allow_choosing"),
                path(
                    "<gid:manager>/remove/",
                    people_views.remove_manager,
                    name="remove_manager",
                ),
            ]
        ),
    ),
]
