"""Secret keys: checking them, and creating those of a developer's machine."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from cryptography.fernet import Fernet
from marshmallow import ValidationError


def local_secret(path: Path, make: Callable[[], str]) -> str:
    """Return the secret in the file `path`; create it with `make` if there is none.

    Two processes that start together get the same secret: the first link wins.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(descriptor, "w") as file:
            file.write(make())
        with contextlib.suppress(FileExistsError):
            os.link(temporary, path)
        Path(temporary).unlink()
    return path.read_text()


def check_token_keys(keys: list[str]) -> None:
    """Raise `ValidationError` if one of the keys cannot encrypt a token."""
    for key in keys:
        try:
            Fernet(key.strip())
        except ValueError as error:
            raise ValidationError("a key is 32 bytes in URL-safe base64") from error
