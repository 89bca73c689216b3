"""The body of a write: {"data": ...} as JSON, or a form. Reads and checks single values."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import msgspec
from django.http import HttpRequest

from sandbox.access import is_gid
from sandbox.errors import bad_request, missing_input, not_a_gid

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(rf"{_DAY.pattern}([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?", re.ASCII)
# Python's clients send True and False: str(True).
_FLAGS = {"true": True, "1": True, "false": False, "0": False}
LARGEST_INTEGER = 2**31 - 1


@dataclass(frozen=True)
class RequestBody:
    """The values and options of a body."""

    values: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    is_form: bool = False

    def __contains__(self, name: str) -> bool:
        return name in self.values

    @property
    def requested_fields(self) -> str:
        """Return the option `fields`, which is a list in JSON; raises `ApiError` 400."""
        fields = self.options.get("fields") or ""
        if isinstance(fields, list) and all(isinstance(name, str) for name in fields):
            return ",".join(fields)
        if not isinstance(fields, str):
            raise bad_request("options: fields: Must be an array of strings")
        return fields

    def refuse_other_fields(self, writable: Container[str]) -> None:
        """Raise `ApiError` 400 if a field is not in `writable`."""
        for name in self.values:
            if name not in writable:
                raise bad_request(f"{name}: Cannot write this property")

    def required(self, name: str) -> Any:
        """Return a value; raises `ApiError` 400 if it is missing or null."""
        if self.values.get(name) is None:
            raise missing_input(name)
        return self.values[name]

    def minutes(self, name: str) -> int:
        """Return a positive integer; raises `ApiError` 400."""
        value = self.required(name)
        if self.is_form and is_gid(value):
            value = int(value)
        if type(value) is not int or not 0 < value <= LARGEST_INTEGER:
            raise bad_request(f"{name}: Must be an integer greater than 0, not: {value}")
        return value

    def day(self, name: str) -> date:
        """Return a required day; raises `ApiError` 400."""
        return read_day(name, self.required(name))

    def text(self, name: str) -> str:
        """Return a text, empty for null; raises `ApiError` 400."""
        value = self.values[name]
        if value is None:
            return ""
        if not isinstance(value, str):
            raise bad_request(f"{name}: Not a string: {value}")
        return value

    def flag(self, name: str) -> bool:
        """Return a boolean; raises `ApiError` 400."""
        value = self.required(name)
        if self.is_form:
            return read_flag(name, value)
        if not isinstance(value, bool):
            raise bad_request(f"{name}: Not a boolean: {value}")
        return value

    def choice(self, name: str, choices: Container[str]) -> str:
        """Return one of `choices`; raises `ApiError` 400."""
        value = self.required(name)
        if not isinstance(value, str) or value not in choices:
            raise bad_request(f"{name}: Not a valid value: {value}")
        return value

    def gid(self, name: str) -> str:
        """Return a required gid; raises `ApiError` 400."""
        return read_gid(name, self.required(name))

    def gids(self, name: str) -> list[str]:
        """Return a list of gids; raises `ApiError` 400."""
        value = self.values[name]
        if self.is_form:
            value = [part for part in value.split(",") if part]
        if not isinstance(value, list):
            raise bad_request(f"{name}: Not an array: {value}")
        return [read_gid(f"{name}: [{at}]", gid) for at, gid in enumerate(value)]


def read_gid(name: str, value: Any) -> str:
    """Return `value` if it is a gid; raises `ApiError` 400."""
    if not isinstance(value, str):
        raise bad_request(f"{name}: Not a valid GID type: {_json_type(value)}")
    if not is_gid(value):
        raise not_a_gid(name, value)
    return value


def _json_type(value: Any) -> str:
    names = {bool: "boolean", int: "number", float: "number", list: "array", type(None): "null"}
    return names.get(type(value), "object")


def read_day(name: str, value: Any) -> date:
    """Parse yyyy-mm-dd; raises `ApiError` 400."""
    # fromisoformat alone would accept weeks, and days without hyphens.
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise bad_request(f"{name}: Date must be in ISO-8601 (yyyy-mm-dd) format, not: {value}")


def read_time(name: str, text: str) -> datetime:
    """Parse a day or an ISO 8601 time, UTC unless it names a zone; raises `ApiError` 400."""
    if _TIME.fullmatch(text):
        try:
            value = datetime.fromisoformat(text)
            return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            pass
    raise bad_request(f"{name}: Date-time must be in ISO-8601 format, not: {text}")


def read_flag(name: str, text: str) -> bool:
    """Parse a boolean in any client's spelling; raises `ApiError` 400."""
    if text.lower() not in _FLAGS:
        raise bad_request(f"{name}: Not a boolean: {text}")
    return _FLAGS[text.lower()]


def read_number(name: str, text: str, most: int) -> int:
    """Parse a number between 1 and `most`; raises `ApiError` 400."""
    digits = text.lstrip("0") if text.isascii() and text.isdigit() else ""
    if not 0 < len(digits) <= len(str(most)) or int(digits) > most:
        raise bad_request(f"{name}: Must be a number between 1 and {most}, not: {text}")
    return int(digits)


def decode_json(content: bytes) -> Any:
    """Decode JSON; raises `ValueError`, also for too deep a nesting."""
    try:
        return msgspec.json.decode(content)
    except msgspec.DecodeError as error:
        raise ValueError(str(error)) from None
    except RecursionError:
        raise ValueError("JSON is nested too deeply") from None


def read_body(request: HttpRequest) -> RequestBody:
    """Parse the body of a request; raises `ApiError` 400."""
    if request.method not in ("POST", "PUT"):
        return RequestBody()
    if request.content_type == "application/x-www-form-urlencoded":
        return _read_form(request.POST.dict())
    return _read_json(request.body)


def _read_form(form: Mapping[str, Any]) -> RequestBody:
    options = {
        name.removeprefix("opt_"): value for name, value in form.items() if name.startswith("opt_")
    }
    values = {name: value for name, value in form.items() if not name.startswith("opt_")}
    return RequestBody(values, options, is_form=True)


def _read_json(content: bytes) -> RequestBody:
    try:
        document = decode_json(content)
    except ValueError:
        raise bad_request("Could not parse request data, invalid JSON") from None
    if not isinstance(document, dict):
        raise missing_input("data")
    for name in document:
        if name not in ("data", "options"):
            raise bad_request(
                f"Unrecognized request field {name} . "
                "The only allowed keys at the top level are: data, options."
            )
    values, options = document.get("data"), document.get("options", {})
    if not isinstance(values, dict) or not isinstance(options, dict):
        raise missing_input("data")
    return RequestBody(values, options)
