"""Addresses of a person's own connection, below `connection/`."""

from django.urls import path

from accounts.connections import views

urlpatterns = [
    path("", views.connection, name="connection"),
    path("sessions/<slug:session>/end/", views.end_session, name="end_session"),
    path("disconnect/", views.disconnect, name="disconnect"),
]
