"""Accounts as a Django app: it registers the converter that addresses of both apps use."""

from __future__ import annotations

from django.apps import AppConfig
from django.urls import register_converter

from accounts.converters import GidConverter


class AccountsConfig(AppConfig):
    """People, their connections to Asana, and their roles."""

    name = "accounts"

    def ready(self) -> None:
        register_converter(GidConverter, "gid")
