"""The content of an entry: to tell whether it changed, and to write it again."""

from __future__ import annotations

from hashlib import blake2b

from msgspec import UNSET, UnsetType

from accounts.asana.records import Entry, EntryFields

NO_FIELDS = EntryFields()
# The billable status that Asana gives to an entry without one.
NOT_BILLED = "notApplicable"
BILLABLE = ("billable", "nonBillable", NOT_BILLED)


def fingerprint(entry: Entry) -> str:
    """Return 16 hex digits that change with everything that people can change in an entry."""
    values = (
        entry.gid,
        str(entry.duration_minutes),
        entry.entered_on.isoformat(),
        entry.description or "",
        entry.billable_status or "",
        *category_of(entry),
        entry.attributable_to.gid if entry.attributable_to else "",
    )
    return blake2b("\0".join(values).encode(), digest_size=8).hexdigest()


def category_of(entry: Entry) -> list[str]:
    """Return the gids of the entry's categories."""
    return [category.gid for category in entry.categories]


def matches(entry: Entry, minutes: int, fields: EntryFields) -> bool:
    """Return whether writing `minutes` and `fields` would leave the entry as it is."""
    return entry.duration_minutes == minutes and fields == _same_fields(entry, fields)


def fields_to_recreate(entry: Entry) -> EntryFields:
    """Return the fields, besides the minutes and the day, that creating the entry again takes.

    Only the necessary ones: Asana may refuse a field that the plan does not have. An entry of a
    task in one project belongs to that project anyway.
    """
    in_several_projects = entry.task is not None and len(entry.task.projects) > 1
    project = entry.attributable_to if in_several_projects else None
    has_billable_status = entry.billable_status not in (None, NOT_BILLED)
    return EntryFields(
        description=entry.description or UNSET,
        billable_status=(entry.billable_status or UNSET) if has_billable_status else UNSET,
        categories=category_of(entry) or UNSET,
        attributable_to=project.gid if project else UNSET,
    )


def fields_to_restore(before: Entry, fields: EntryFields) -> EntryFields:
    """Return the values that `before` had for the fields that writing `fields` replaced."""
    return _same_fields(before, fields)


def _same_fields(entry: Entry, fields: EntryFields) -> EntryFields:
    """Return the entry's values of the fields that are set in `fields`."""

    def if_set(new_value: object, value: object) -> object:
        return UNSET if isinstance(new_value, UnsetType) else value

    return EntryFields(
        entered_on=if_set(fields.entered_on, entry.entered_on),  # type: ignore[arg-type]
        description=if_set(fields.description, entry.description or ""),  # type: ignore[arg-type]
        billable_status=if_set(fields.billable_status, entry.billable_status or NOT_BILLED),  # type: ignore[arg-type]
        categories=if_set(fields.categories, category_of(entry)),  # type: ignore[arg-type]
        attributable_to=if_set(
            fields.attributable_to, entry.attributable_to.gid if entry.attributable_to else None
        ),  # type: ignore[arg-type]
    )
