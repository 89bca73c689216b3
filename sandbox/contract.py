"""Compares every response of the API with OpenAPI descriptions, for tests of the sandbox itself.

With `--contract FILE` only, as it needs jsonschema-rs. Responses of fault rules are not compared:
they are wrong on purpose.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sandbox import operations

METHODS = ("get", "post", "put", "delete")
# Each of these says nothing about the values of a response.
WITHOUT_MEANING = ("example", "examples", "readOnly", "discriminator", "xml", "deprecated")
MOST_SEEN = 200_000


class Description:
    """An OpenAPI description of version 3.0 or 3.1."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._components = _schema(document.get("components", {}))
        self._document = document
        self._operations = {
            operation["operationId"]: operation
            for path in document["paths"].values()
            for method, operation in path.items()
            if method in METHODS
        }
        self._validators: dict[tuple[str, int], Any] = {}

    def problems(self, name: str, status: int, content: Any) -> list[str]:
        """Return what of a response to this operation is not as described, in sentences."""
        operation = self._operations.get(name)
        if operation is None:
            return []
        key = (name, status)
        if key not in self._validators:
            self._validators[key] = self._validator(operation, status)
        validator = self._validators[key]
        if validator is None:
            return [f"{name} {status}: The description has no such status"]
        return [
            f"{name} {status}: {_place(error.instance_path)}: {error.message[:200]}"
            for error in validator.iter_errors(content)
        ]

    def _validator(self, operation: Mapping[str, Any], status: int) -> Any:
        import jsonschema_rs

        response = operation["responses"].get(str(status))
        if response is None:
            # The seed's description has no errors at all.
            known = [text for text in operation["responses"] if text.startswith("4")]
            return None if known else jsonschema_rs.validator_for({})
        while "$ref" in response:
            response = self._document["components"]["responses"][response["$ref"].split("/")[-1]]
        described = response.get("content", {}).get("application/json", {}).get("schema", {})
        schema = {**_schema(described), "components": self._components}
        return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


def _schema(schema: Any) -> Any:
    """Turn a schema of OpenAPI 3.0 into one of JSON Schema, where null is a type."""
    if isinstance(schema, list):
        return [_schema(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    converted = {
        name: _schema(part) for name, part in schema.items() if name not in WITHOUT_MEANING
    }
    # A schema for a property of this name is no flag.
    if schema.get("nullable") is True:
        del converted["nullable"]
        return {"anyOf": [{"type": "null"}, converted]}
    return converted


def _place(path: Iterable[str | int]) -> str:
    """Return where in the response, without the numbers of list elements."""
    return ".".join("[]" if isinstance(part, int) else part for part in path)


_lock = threading.Lock()
_descriptions: list[Description] = []
_problems: Counter[str] = Counter()
_compared: Counter[str] = Counter()
_seen: set[bytes] = set()


def start(files: Iterable[Path]) -> None:
    """Compare all responses from now on with these JSON files."""
    for file in files:
        _descriptions.append(Description(json.loads(file.read_text())))


def is_on() -> bool:
    """Return whether responses are compared."""
    return bool(_descriptions)


def compare(method: str, path: str, status: int, body: bytes) -> None:
    """Compare a response of the API; equal ones only once."""
    name = operations.name_of(method, path)
    if name is None:
        return
    digest = hashlib.blake2b(body, key=f"{name} {status}".encode()[:64], digest_size=16).digest()
    with _lock:
        if status < 300:
            _compared[name] += 1
        if digest in _seen or len(_seen) > MOST_SEEN:
            return
        _seen.add(digest)
        _problems.update(_problems_of(name, status, body))


def _problems_of(name: str, status: int, body: bytes) -> list[str]:
    content = json.loads(body) if body else None
    return [
        problem
        for description in _descriptions
        for problem in description.problems(name, status, content)
    ]


def report() -> dict[str, Any]:
    """Return how many good responses were compared by operation, and all problems with numbers."""
    with _lock:
        return {
            "compared": dict(sorted(_compared.items())),
            "problems": dict(sorted(_problems.items())),
        }
