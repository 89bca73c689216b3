"""Decodes Asana's responses. A bad record in a list does not affect the others."""

from __future__ import annotations

import logging
from typing import Any, TypeVar

import msgspec

from accounts.asana.errors import Malformed
from accounts.asana.records import Entry, ListEnvelope, RecordEnvelope, Records, UnreadableRecord

logger = logging.getLogger(__name__)

T = TypeVar("T")

_BAD = (msgspec.DecodeError, UnicodeDecodeError)


def decode_record(record: type[T], body: bytes) -> T:
    """Decode the response to a request about one record. Raises `Malformed`."""
    try:
        return msgspec.json.decode(body, type=RecordEnvelope[record]).data  # type: ignore[valid-type]
    except msgspec.ValidationError as error:
        value = _convert(record, _decode(RecordEnvelope[Any], body).data)
        if value is None:
            raise _malformed(error) from error
        return value
    except _BAD as error:
        raise _malformed(error) from error


def decode_page(record: type[T], body: bytes) -> tuple[Records[T], str]:
    """Decode a page of a list; return its records and the offset of the next page, empty if last.

    Raises `Malformed` if the response is no list at all.
    """
    try:
        page = msgspec.json.decode(body, type=ListEnvelope[record])  # type: ignore[valid-type]
    except msgspec.ValidationError:
        return _decode_page_by_record(record, body)
    except _BAD as error:
        raise _malformed(error) from error
    return Records(page.data), page.next_page.offset if page.next_page else ""


def _decode_page_by_record(record: type[T], body: bytes) -> tuple[Records[T], str]:
    page = _decode(ListEnvelope[Any], body)
    records = Records[T]()
    for value in page.data:
        decoded = _convert(record, value)
        if decoded is None:
            records.unreadable.append(_unreadable(value))
        else:
            records.append(decoded)
    return records, page.next_page.offset if page.next_page else ""


def _decode(shape: type[T], body: bytes) -> T:
    try:
        return msgspec.json.decode(body, type=shape)
    except _BAD as error:
        raise _malformed(error) from error


def _convert(record: type[T], value: Any) -> T | None:
    """Convert what is not exactly as documented; None if its meaning is not certain."""
    tidy = _tidied(value)
    try:
        return msgspec.convert(tidy, record)
    except msgspec.ValidationError as error:
        # The message says which field is wrong, and has nothing of its content.
        logger.warning("a record of Asana's could not be read, %s: %s", record.__name__, error)
    if record is Entry and isinstance(tidy, dict):
        return _partial_entry(tidy)  # type: ignore[return-value]
    return None


def _tidied(value: Any) -> Any:
    """Return the value with its harmless oddities removed.

    Null counts as left out, a gid may be a number, and whole numbers and days may be written as
    decimal numbers and as times.
    """
    match value:
        case dict():
            return {
                name: _tidied_field(name, item) for name, item in value.items() if item is not None
            }
        case list():
            return [_tidied(item) for item in value if item is not None]
        case float() if value.is_integer():
            return int(value)
    return value


def _tidied_field(name: str, value: Any) -> Any:
    if name == "gid" and isinstance(value, int):
        return str(value)
    if name.endswith(("_on", "_date")) and isinstance(value, str):
        return value.partition("T")[0]
    return _tidied(value)


def _partial_entry(value: dict[str, Any]) -> Entry | None:
    """Return an entry without the fields that cannot be read; None if it needs one of these."""
    fields: dict[str, Any] = {"is_partial": True}
    for field in msgspec.structs.fields(Entry):
        if field.name in value and field.name not in fields:
            try:
                fields[field.name] = msgspec.convert(value[field.name], field.type)
            except msgspec.ValidationError:
                if field.required:
                    return None
    try:
        return Entry(**fields)
    except TypeError:
        # A field that every entry has was left out.
        return None


def _unreadable(value: Any) -> UnreadableRecord:
    """Return what is known of a record that cannot be decoded."""
    fields = _tidied(value) if isinstance(value, dict) else {}
    gid, minutes = fields.get("gid"), fields.get("duration_minutes")
    return UnreadableRecord(
        gid if isinstance(gid, str) else "",
        minutes if isinstance(minutes, int) and not isinstance(minutes, bool) else None,
    )


def _malformed(error: Exception) -> Malformed:
    return Malformed(f"Asana's response is not what its documentation says: {error}")
