"""Django's settings for the sandbox, a process of its own that never calls another machine."""

from __future__ import annotations

import os
import secrets

# Allows plain http for OAuth in this process, which listens on loopback addresses only.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

DEBUG = False
# New at each start: it signs only the offsets of pages, and those expire.
SECRET_KEY = secrets.token_urlsafe(32)
ALLOWED_HOSTS = ["*"]
# message_body.py limits the size.
DATA_UPLOAD_MAX_MEMORY_SIZE = None

INSTALLED_APPS = ["sandbox"]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "sandbox.urls"
APPEND_SLASH = False
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("SANDBOX_DB", "sandbox.sqlite3"),
        # A connection lives as long as its thread, which lives as long as the client's connection.
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
        # /sandbox/requests has the requests.
        "django": {"handlers": ["console"], "level": "ERROR", "propagate": False},
    },
}
