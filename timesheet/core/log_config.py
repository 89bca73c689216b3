"""How lines of the log are written: each with the id of its request, as text or as JSON, and never
with a secret. That nothing secret is logged is the business of whoever logs; this is the second
line of defence, for what libraries say and exceptions carry."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from accounts.request_context import current_context

FORMATS = ("line", "json")
REMOVED = "[removed]"

_SECRETS = re.compile(
    r"""
    (?P<before> \b(?:Bearer|Basic)\s+
      | (?:\b|_)(?:token|secret|password|code_verifier|sessionid|csrftoken|csrfmiddlewaretoken)
        (?:["']\s*:|\s*=|:)\s*["']?
      # Of the way back from Asana, wherever the query of an address gets into a line.
      | (?:[?&]|%3F|%26)(?:code|state|token)(?:=|%3D)
    ) [^\s"'&,;<>(){}]+
    | (?P<path> /unsubscribe/) [^\s/]+
    | (?P<user> ://[^\s/:@]*:) [^\s/@]+ (?=@)
    # https://developers.asana.com/docs/personal-access-token: what such a token looks like.
    | \b[0-9]/[0-9]{4,}(?:/[0-9]+)?:[0-9A-Za-z]{16,}
    """,
    re.VERBOSE | re.IGNORECASE,
)


def without_secrets(text: str) -> str:
    def kept(found: re.Match[str]) -> str:
        return (found["before"] or found["path"] or found["user"] or "") + REMOVED

    return _SECRETS.sub(kept, text)


class LineFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        record.request_id = current_context().request_id or "-"
        return without_secrets(super().format(record))


class JsonFormatter(logging.Formatter):
    """One object a line. What is logged with `extra={"fields": …}` gets keys of its own."""

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": current_context().request_id,
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        clean = {
            name: without_secrets(value) if isinstance(value, str) else value
            for name, value in fields.items()
        }
        return json.dumps(clean, ensure_ascii=False, default=str)


class HasException(logging.Filter):
    """Of what Django says of requests only what has an exception to tell: that a request was
    answered with 404 or 503 is in its own line."""

    def filter(self, record: logging.LogRecord) -> bool:
        return bool(record.exc_info)


def config(how: str, level: str) -> dict[str, Any]:
    """Of the app, and of the web server around it."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": LineFormatter,
                "format": "{asctime} {levelname} {name} [{request_id}]: {message}",
                "style": "{",
            },
            "json": {"()": JsonFormatter},
        },
        "filters": {"unforeseen": {"()": HasException}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": how}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Below INFO it writes tokens down.
            "authlib": {"level": "INFO"},
            # Their own handlers know neither ids nor what is secret.
            "django": {"handlers": [], "level": "INFO"},
            "django.request": {"filters": ["unforeseen"]},
            "django.server": {"handlers": [], "level": "ERROR", "propagate": True},
            "gunicorn.error": {"handlers": ["console"], "propagate": False},
            # Its lines hold whole addresses: of the way back from Asana with the code.
            "gunicorn.access": {"handlers": [], "level": "CRITICAL", "propagate": False},
        },
    }
