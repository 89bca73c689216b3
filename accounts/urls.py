"""Addresses of sign-in, the own connection, the setup and managers, named after their views."""

from django.urls import include, path

from accounts.photos.views import photo

urlpatterns = [
    path("", include("accounts.sign_in.urls")),
    path("connection/", include("accounts.connections.urls")),
    path("set-up/", include("accounts.setup.urls")),
    path("photos/<str:key>/", photo, name="photo"),
    path("<gid:workspace>/people/", include("accounts.workspaces.urls")),
]
