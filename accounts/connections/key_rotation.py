"""Changing the key that seals tokens: everything sealed is sealed anew, and the old key may go."""

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
    """Of one table: how many rows were sealed anew, and of how many no key opens something."""

    model: type[models.Model]
    sealed: int
    unreadable: int


def rotate() -> list[RotationResult]:
    """Seals every sealed column of every row with the first of TOKEN_KEYS, and writes down how many
    there were."""
    tables = [_rotate(model, columns) for model, columns in _sealed_columns()]
    after: dict[str, audit.Value] = {str(one.model._meta.model_name): one.sealed for one in tables}
    after["unreadable"] = sum(one.unreadable for one in tables)
    audit.record(Action.KEYS_ROTATED, audit.COMMAND_LINE, after=after)
    return tables


def _sealed_columns() -> Iterator[tuple[type[models.Model], list[str]]]:
    for model in apps.get_models():
        fields = model._meta.concrete_fields
        columns = [field.attname for field in fields if isinstance(field, EncryptedTextField)]
        if columns:
            yield model, columns


def _rotate(model: type[models.Model], columns: list[str]) -> RotationResult:
    keys = list(model._default_manager.values_list("pk", flat=True))
    told = [_reseal(model, key, columns) for key in keys]
    return RotationResult(model, told.count(True), told.count(False))


def _reseal(model: type[models.Model], key: object, columns: list[str]) -> bool | None:
    """Whether it could be opened; None where it is gone. The row is locked, so that a token renewed
    at this moment is not put back to the old one."""
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
