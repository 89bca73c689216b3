"""The format of the log: each line with its request's id, as text or JSON, and without secrets.

Code must not log secrets in the first place. Removing them here is the second line of defence, for
messages of libraries and for exceptions.
"""

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
      # The callback of a sign-in, wherever its query gets into a line.
      | (?:[?&]|%3F|%26)(?:code|state|token)(?:=|%3D)
    ) [^\s"'&,;<>(){}]+
    | (?P<path> /unsubscribe/) [^\s/]+
    | (?P<user> ://[^\s/:@]*:) [^\s/@]+ (?=@)
    # A personal access token: https://developers.asana.com/docs/personal-access-token
    | \b[0-9]/[0-9]{4,}(?:/[0-9]+)?:[0-9A-Za-z]{16,}
    """,
    re.VERBOSE | re.IGNORECASE,
)


def without_secrets(text: str) -> str:
    """Replace everything that looks like a secret with `REMOVED`."""

    def redact(match: re.Match[str]) -> str:
        return (match["before"] or match["path"] or match["user"] or "") + REMOVED

    return _SECRETS.sub(redact, text)


class LineFormatter(logging.Formatter):
    """Formats a record as a line of text."""

    def format(self, record: logging.LogRecord) -> str:
        """Add the request's id, and remove secrets."""
        record.request_id = current_context().request_id or "-"
        return without_secrets(super().format(record))


class JsonFormatter(logging.Formatter):
    """Formats a record as a JSON object in one line.

    The values of `extra={"fields": …}` get keys of their own.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Add the request's id, and remove secrets."""
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
    """Keeps Django's records about requests only if they have an exception.

    The status of each request is in the line that `LogMiddleware` writes.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the record has an exception."""
        return bool(record.exc_info)


def config(log_format: str, level: str) -> dict[str, Any]:
    """Return the configuration of `logging` for the app and its web server.

    `log_format` is one of `FORMATS`, `level` the name of a level.
    """
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
        "filters": {"has_exception": {"()": HasException}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": log_format}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Below INFO it logs tokens.
            "authlib": {"level": "INFO"},
            # Their own handlers neither add ids nor remove secrets.
            "django": {"handlers": [], "level": "INFO"},
            "django.request": {"filters": ["has_exception"]},
            "django.server": {"handlers": [], "level": "ERROR", "propagate": True},
            "gunicorn.error": {"handlers": ["console"], "propagate": False},
            # Its lines have whole addresses: the callback of a sign-in with its code.
            "gunicorn.access": {"handlers": [], "level": "CRITICAL", "propagate": False},
        },
    }
