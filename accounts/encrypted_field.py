"""A text column that is sealed in the database and in memory, and opened when it is read.

A row always loads, whatever the keys: only reading the attribute can fail (and with it
`refresh_from_db`, which reads all of them). A dump of the instance gives nothing away.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models
from django.db.models.query_utils import DeferredAttribute


class Unreadable(Exception):
    """None of the keys in TOKEN_KEYS opens this value: it was sealed with another one."""


@functools.lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


@dataclass(frozen=True)
class EncryptedText:
    ciphertext: str = field(repr=False)

    @classmethod
    def encrypt(cls, text: str) -> EncryptedText:
        return cls(_box(tuple(settings.TOKEN_KEYS)).encrypt(text.encode()).decode())

    def decrypt(self) -> str:
        try:
            return _box(tuple(settings.TOKEN_KEYS)).decrypt(self.ciphertext.encode()).decode()
        except InvalidToken:
            raise Unreadable("sealed with a key that TOKEN_KEYS does not hold") from None

    @property
    def is_newest(self) -> bool:
        """Whether the first of TOKEN_KEYS opens it, so that the others may go."""
        try:
            Fernet(settings.TOKEN_KEYS[0]).decrypt(self.ciphertext.encode())
        except InvalidToken:
            return False
        return True

    @property
    def is_readable(self) -> bool:
        try:
            self.decrypt()
        except Unreadable:
            return False
        return True


class _SealedAttribute(DeferredAttribute):
    def __set__(self, instance: models.Model, value: Any) -> None:
        sealed = EncryptedText.encrypt(value) if isinstance(value, str) else value
        instance.__dict__[self.field.attname] = sealed

    def __get__(self, instance: models.Model | None, owner: Any = None) -> Any:
        value = super().__get__(instance, owner)
        return value.decrypt() if isinstance(value, EncryptedText) else value


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Sealed with the first of TOKEN_KEYS, opened with any of them."""

    descriptor_class = _SealedAttribute

    def from_db_value(self, value: str | None, *_about: Any) -> Any:
        return value if value is None else EncryptedText(value)

    def get_prep_value(self, value: Any) -> str | None:
        if value is None:
            return None
        return (
            value if isinstance(value, EncryptedText) else EncryptedText.encrypt(value)
        ).ciphertext

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: ARG002
        # As it lies there: a save of other fields neither opens nor needs the key.
        return model_instance.__dict__[self.attname]

    def value_from_object(self, obj: models.Model) -> Any:  # noqa: ARG002
        # What `dumpdata` writes; an empty token reads as one that Asana does not accept.
        return ""

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise TypeError("a sealed field cannot be looked up")
        return super().get_lookup(lookup_name)
