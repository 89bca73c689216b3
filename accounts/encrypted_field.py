"""A text column that is encrypted in the database and in memory, and decrypted when it is read.

A row loads whatever the keys are: only reading the attribute can fail, and `refresh_from_db`, which
reads all of them. A dump of an instance shows no plain text.
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
    """None of the keys in TOKEN_KEYS decrypts this value."""


@functools.lru_cache(maxsize=4)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


@dataclass(frozen=True)
class EncryptedText:
    """An encrypted value, as the column holds it."""

    ciphertext: str = field(repr=False)

    @classmethod
    def encrypt(cls, text: str) -> EncryptedText:
        """Encrypt `text` with the first of TOKEN_KEYS."""
        return cls(_cipher(tuple(settings.TOKEN_KEYS)).encrypt(text.encode()).decode())

    def decrypt(self) -> str:
        """Return the plain text. Raises `Unreadable` where no key of TOKEN_KEYS fits."""
        try:
            return _cipher(tuple(settings.TOKEN_KEYS)).decrypt(self.ciphertext.encode()).decode()
        except InvalidToken:
            raise Unreadable("encrypted with a key that TOKEN_KEYS does not hold") from None

    @property
    def uses_newest_key(self) -> bool:
        """Tell whether the first of TOKEN_KEYS decrypts it, so that it needs no older key."""
        try:
            Fernet(settings.TOKEN_KEYS[0]).decrypt(self.ciphertext.encode())
        except InvalidToken:
            return False
        return True

    @property
    def is_readable(self) -> bool:
        """Tell whether any of TOKEN_KEYS decrypts it."""
        try:
            self.decrypt()
        except Unreadable:
            return False
        return True


class _EncryptedAttribute(DeferredAttribute):
    def __set__(self, instance: models.Model, value: Any) -> None:
        encrypted = EncryptedText.encrypt(value) if isinstance(value, str) else value
        instance.__dict__[self.field.attname] = encrypted

    def __get__(self, instance: models.Model | None, owner: Any = None) -> Any:
        value = super().__get__(instance, owner)
        return value.decrypt() if isinstance(value, EncryptedText) else value


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """A text column, encrypted with the first of TOKEN_KEYS and decrypted with any of them."""

    descriptor_class = _EncryptedAttribute

    def from_db_value(self, value: str | None, *_context: Any) -> Any:
        return value if value is None else EncryptedText(value)

    def get_prep_value(self, value: Any) -> str | None:
        if value is None:
            return None
        return (
            value if isinstance(value, EncryptedText) else EncryptedText.encrypt(value)
        ).ciphertext

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: ARG002
        # Without decrypting: saving other fields must not need the key.
        return model_instance.__dict__[self.attname]

    def value_from_object(self, obj: models.Model) -> Any:  # noqa: ARG002
        # `dumpdata` writes this. Asana does not accept an empty token.
        return ""

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise TypeError("an encrypted field cannot be looked up")
        return super().get_lookup(lookup_name)
