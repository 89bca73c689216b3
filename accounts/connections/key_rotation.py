"""Encrypts all stored secrets with the newest key, so that older keys can be dropped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import models, transaction

from accounts import audit
from accounts.encrypted_field import EncryptedTextField, Unreadable
from accounts.models import Action


@dataclass(frozen=True)
class RotationResult:
    """What the rotation did with the rows of one table."""

    model: type[models.Model]
    # Rows that are encrypted with the newest key now.
    encrypted: int
    # Rows with a value that no key decrypts.
    unreadable: int


def rotate() -> list[RotationResult]:
    """Encrypt every encrypted column of every row with the first of TOKEN_KEYS.

    Adds the numbers to the audit log and returns them.
    """
    tables = [_rotate(model, columns) for model, columns in _encrypted_columns()]
    after: dict[str, audit.Value] = {
        str(table.model._meta.model_name): table.encrypted for table in tables
    }
    after["unreadable"] = sum(table.unreadable for table in tables)
    audit.record(Action.KEYS_ROTATED, audit.COMMAND_LINE, after=after)
    return tables


def _encrypted_columns() -> Iterator[tuple[type[models.Model], list[str]]]:
    for model in apps.get_models():
        fields = model._meta.concrete_fields
        columns = [field.attname for field in fields if isinstance(field, EncryptedTextField)]
        if columns:
            yield model, columns


def _rotate(model: type[models.Model], columns: list[str]) -> RotationResult:
    keys = list(model._default_manager.values_list("pk", flat=True))
    outcomes = [_encrypt_again(model, key, columns) for key in keys]
    return RotationResult(model, outcomes.count(True), outcomes.count(False))


def _encrypt_again(model: type[models.Model], key: object, columns: list[str]) -> bool | None:
    """Encrypt a row and return whether it could be decrypted; None if the row is gone.

    The row is locked, so that a token that is renewed at this moment is not overwritten.
    """
    with transaction.atomic():
        row = model._default_manager.select_for_update().filter(pk=key).first()
        if row is None:
            return None
        try:
            for column in columns:
                setattr(row, column, getattr(row, column))
        except Unreadable:
            return False
        row.save(update_fields=columns)
    return True
