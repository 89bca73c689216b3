"""Addresses of the connections of a workspace, below `<workspace>/connections/`."""

from django.urls import path

from timesheet.admin.connections import action_views, views

urlpatterns = [
    path("", views.connections, name="connections"),
    path("<gid:person>/", views.connection_of, name="connection_of"),
    path(
        "<gid:person>/check/",
        action_views.check_connection_of,
        name="check_connection_of",
    ),
    path(
        "<gid:person>/refresh/",
        action_views.refresh_connection_of,
        name="refresh_connection_of",
    ),
    path(
        "<gid:person>/ask/",
        action_views.ask_to_reconnect,
        name="ask_to_reconnect",
    ),
    path(
        "<gid:person>/revoke/",
        action_views.revoke_connection,
        name="revoke_connection",
    ),
    path(
        "<gid:person>/remove/",
        action_views.remove_connection,
        name="remove_connection",
    ),
]
