"""Addresses of signing in and of the connection. A name is its view's name."""

from django.urls import path

from accounts.views.connection import connection, disconnect
from accounts.views.sign_in import (
    finish_sign_in,
    sign_in,
    sign_in_with_token,
    sign_out,
    start_sign_in,
)

urlpatterns = [
    path("sign-in/", sign_in, name="sign_in"),
    path("sign-in/asana/", start_sign_in, name="start_sign_in"),
    path("sign-in/callback/", finish_sign_in, name="finish_sign_in"),
    path("sign-in/token/", sign_in_with_token, name="sign_in_with_token"),
    path("sign-out/", sign_out, name="sign_out"),
    path("connection/", connection, name="connection"),
    path("connection/disconnect/", disconnect, name="disconnect"),
]
