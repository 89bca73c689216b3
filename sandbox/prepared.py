"""Prepared databases of the large company: making one takes many seconds, copying it few tenths.

They are kept between runs, in the folder of the environment variable ASANA_SANDBOX_CACHE or in the
user's cache. One is for a day, a number of weeks and a version of the code that makes it.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import sys
from contextlib import closing
from datetime import date
from pathlib import Path

# Older ones are deleted; one takes 50 MB.
MOST_FILES = 3


def path_of(size: str, today: date, weeks: int | None) -> Path:
    """Return the file of this company, which may not exist yet."""
    return _folder() / f"{size}-{today}-{weeks or 'all'}-{_version()}.sqlite3"


def keep(database: Path, file: Path) -> None:
    """Copy a database to this file; without a place to write it, say so and go on."""
    partial = file.with_suffix(f".{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with (
            closing(sqlite3.connect(database)) as source,
            closing(sqlite3.connect(partial)) as copy,
        ):
            copy.execute("PRAGMA synchronous=OFF")
            source.backup(copy)
        partial.replace(file)
        newest_first = sorted(file.parent.glob("*.sqlite3"), key=lambda one: -one.stat().st_mtime)
        for old in newest_first[MOST_FILES:]:
            old.unlink(missing_ok=True)
    except (OSError, sqlite3.OperationalError) as error:
        print(f"The next start will be as slow: {error}", file=sys.stderr)  # noqa: T201


def _folder() -> Path:
    if folder := os.environ.get("ASANA_SANDBOX_CACHE"):
        return Path(folder)
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "asana-sandbox"


def _version() -> str:
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for file in (here / "models.py", here / "seed.py", *sorted((here / "seed_data").glob("*.py"))):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
