"""What an entry says: to tell whether it changed, and to write it again."""

from __future__ import annotations

from hashlib import blake2b

from msgspec import UNSET, UnsetType

from accounts.asana.records import Entry, EntryFields

NO_FIELDS = EntryFields()
# The billable status of an entry that nobody gave one.
NOT_BILLED = "notApplicable"
BILLABLE = ("billable", "nonBillable", NOT_BILLED)


def fingerprint(entry: Entry) -> str:
    """Changes with anything that a person can change in an entry."""
    said = (
        entry.gid,
        str(entry.duration_minutes),
        entry.entered_on.isoformat(),
        entry.description or "",
        entry.billable_status or "",
        *category_of(entry),
        entry.attributable_to.gid if entry.attributable_to else "",
    )
    return blake2b("\0".join(said).encode(), digest_size=8).hexdigest()


def category_of(entry: Entry) -> list[str]:
    return [category.gid for category in entry.categories]


def matches(entry: Entry, minutes: int, fields: EntryFields) -> bool:
    """Whether the entry is what writing these would make of it."""
    return entry.duration_minutes == minutes and fields == _same_fields(entry, fields)


def fields_to_recreate(entry: Entry) -> EntryFields:
    """What it takes, beyond the minutes and the day, to create the entry once more.

    No more than that: a field may be refused that the plan does not have. A task in one project
    has its entries in that project without our saying so.
    """
    several = entry.task is not None and len(entry.task.projects) > 1
    billed = entry.billable_status not in (None, NOT_BILLED)
    return EntryFields(
        description=entry.description or UNSET,
        billable_status=(entry.billable_status or UNSET) if billed else UNSET,
        categories=category_of(entry) or UNSET,
        attributable_to=entry.attributable_to.gid if several and entry.attributable_to else UNSET,
    )


def fields_to_restore(before: Entry, fields: EntryFields) -> EntryFields:
    """What brings back from `before` all that writing `fields` replaced."""
    return _same_fields(before, fields)


def _same_fields(entry: Entry, fields: EntryFields) -> EntryFields:
    """The fields that are set in `fields`, as `entry` has them."""

    def if_set(wanted: object, value: object) -> object:
        return UNSET if isinstance(wanted, UnsetType) else value

    return EntryFields(
        entered_on=if_set(fields.entered_on, entry.entered_on),  # type: ignore[arg-type]
        description=if_set(fields.description, entry.description or ""),  # type: ignore[arg-type]
        billable_status=if_set(fields.billable_status, entry.billable_status or NOT_BILLED),  # type: ignore[arg-type]
        categories=if_set(fields.categories, category_of(entry)),  # type: ignore[arg-type]
        attributable_to=if_set(
            fields.attributable_to, entry.attributable_to.gid if entry.attributable_to else None
        ),  # type: ignore[arg-type]
    )
