"""Django's settings for the local Asana, a process of its own that never leaves this machine."""

from __future__ import annotations

import os
import secrets

# Plain http for OAuth: only in this process, which listens on the loopback addresses only.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

DEBUG = False
# New at each start: it signs nothing but the offsets of pages, and those expire.
SECRET_KEY = secrets.token_urlsafe(32)
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]

INSTALLED_APPS = ["sandbox"]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "sandbox.urls"
APPEND_SLASH = False
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("SANDBOX_DB", "sandbox.sqlite3"),
        # A connection lives as long as its thread, and that as long as the client's connection.
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=OFF;",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

USE_TZ = True
TIME_ZONE = "UTC"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {
        # Who wants to see the requests asks /sandbox/requests.
        "django": {"handlers": ["console"], "level": "ERROR", "propagate": False},
    },
}
