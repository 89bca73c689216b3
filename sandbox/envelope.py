"""The envelope of every response: {"data": ...} or {"errors": [...]}."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import msgspec
from django.http import HttpResponse

API_ROOT = "/api/1.0"
JSON = "application/json; charset=UTF-8"
HELP = (
    "For more information on API status codes and how to handle them, "
    "read the docs on errors: https://developers.asana.com/docs/errors"
)

# https://github.com/Asana/node-asana-phrase: number, adjective, animals, verb, adverb.
_ADJECTIVES = ("sad", "happy", "sleepy", "bright", "quiet", "brave", "calm", "eager")
_ANIMALS = ("squid", "otters", "sloths", "herons", "badgers", "llamas", "moths", "seals")
_VERBS = ("snuggle", "wander", "dance", "juggle", "whisper", "paint", "swim", "yodel")
_ADVERBS = ("softly", "boldly", "slowly", "merrily", "rarely", "wildly", "neatly", "often")


def json_response(
    content: Any,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    *,
    pretty: bool = False,
) -> HttpResponse:
    """Return `content` as JSON, indented if `pretty`."""
    body = msgspec.json.encode(content)
    if pretty:
        body = msgspec.json.format(body, indent=2)
    return HttpResponse(body, status=status, content_type=JSON, headers=dict(headers or {}))


def error_response(
    status: int, message: str, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """Return an error as the API sends it."""
    return json_response(error_content(status, message), status, headers)


def error_content(status: int, message: str) -> dict[str, Any]:
    """Return the JSON content of an error."""
    error = {"message": message, "help": HELP}
    if status == 500:
        error["phrase"] = _phrase()
    return {"errors": [error]}


def _phrase() -> str:
    words = [random.choice(words) for words in (_ADJECTIVES, _ANIMALS, _VERBS, _ADVERBS)]  # noqa: S311
    return f"{random.randint(2, 30)} {' '.join(words)}"  # noqa: S311
