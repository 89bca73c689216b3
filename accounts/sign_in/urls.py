"""Addresses of signing in and out."""

from django.urls import path

from accounts.sign_in import views

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-in/asana/", views.start_sign_in, name="start_sign_in"),
    path("sign-in/callback/", views.finish_sign_in, name="finish_sign_in"),
    path("sign-in/token/", views.sign_in_with_token, name="sign_in_with_token"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("sign-out/everywhere/", views.sign_out_everywhere, name="sign_out_everywhere"),
]
