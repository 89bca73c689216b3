"""Addresses of signing in, of the connection, of who looks after whom, and of the set-up. A name is
its view's name."""

from django.urls import include, path, register_converter

from accounts.converters import GidConverter
from accounts.views import people, set_up
from accounts.views.connection import connection, disconnect
from accounts.views.sign_in import (
    finish_sign_in,
    sign_in,
    sign_in_with_token,
    sign_out,
    sign_out_everywhere,
    start_sign_in,
)

register_converter(GidConverter, "gid")

urlpatterns = [
    path("sign-in/", sign_in, name="sign_in"),
    path("sign-in/asana/", start_sign_in, name="start_sign_in"),
    path("sign-in/callback/", finish_sign_in, name="finish_sign_in"),
    path("sign-in/token/", sign_in_with_token, name="sign_in_with_token"),
    path("sign-out/", sign_out, name="sign_out"),
    path("sign-out/everywhere/", sign_out_everywhere, name="sign_out_everywhere"),
    path("connection/", connection, name="connection"),
    path("connection/disconnect/", disconnect, name="disconnect"),
    path("set-up/", set_up.set_up, name="set_up"),
    path("set-up/code/", set_up.enter_code, name="enter_code"),
    path("set-up/app/", set_up.save_app, name="save_app"),
    path("set-up/check/", set_up.check_app, name="check_app"),
    path("set-up/workspaces/", set_up.choose_workspaces, name="choose_workspaces"),
    path(
        "<gid:workspace>/people/",
        include(
            [
                path("", people.people, name="people"),
                path("add/", people.add_reviewer, name="add_reviewer"),
                path("<gid:reviewer>/", people.people_of, name="people_of"),
                path("<gid:reviewer>/choose/", people.choose_people, name="choose_people"),
                path("<gid:reviewer>/team/", people.add_team, name="add_team"),
                path("<gid:reviewer>/allow/", people.allow_choosing, name="allow_choosing"),
                path("<gid:reviewer>/remove/", people.remove_reviewer, name="remove_reviewer"),
            ]
        ),
    ),
]
