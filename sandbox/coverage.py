"""Writes COVERAGE.md: which operations of Asana's API are served, and where each behaviour is from.

`python -m sandbox.coverage` writes it, and a test checks that it is current.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from sandbox.behaviours import BEHAVIOURS, EVERYWHERE, SOURCES

FILE = Path(__file__).with_name("COVERAGE.md")
FIRST_CONTRACT = (
    *("getTimeTrackingEntriesForTask", "createTimeTrackingEntry", "getTimeTrackingEntry"),
    *("updateTimeTrackingEntry", "deleteTimeTrackingEntry"),
)
HEAD = """# Coverage

Written by `python -m sandbox.coverage`; don't edit it.

The sandbox serves {served} of the {all} operations of Asana's API. The others respond 501 with
their name. Every response of a served operation in the sandbox's own tests is compared with a
description: *official* is Asana's OpenAPI description, *first contract* the one of five operations
that this project began with.

Each behaviour has its source:

"""


def document() -> str:
    """Return the whole document."""
    from sandbox import operations

    rows = operations.all_operations()
    served = [row for row in rows if row.is_served]
    parts = [HEAD.format(served=len(served), all=len(rows))]
    parts += [f"- **{mark}**: {meaning}\n" for mark, meaning in SOURCES.items()]
    parts.append("\n## Everywhere\n\n| behaviour | source |\n|---|---|\n")
    parts += [f"| {text} | {source} |\n" for text, source in EVERYWHERE]
    parts.append(
        "\n## Served\n\n| operation | validated | behaviour | source |\n|---|---|---|---|\n"
    )
    for row in served:
        behaviours = BEHAVIOURS.get(row.name, (("as the description says", "official"),))
        for place, (text, source) in enumerate(behaviours):
            name = f"`{row.method} {row.path}`<br>{row.name}" if not place else ""
            validated = _descriptions(row.name) if not place else ""
            parts.append(f"| {name} | {validated} | {text} | {source} |\n")
    parts.append("\n## Not served\n\nThese respond 501:\n\n")
    parts += [f"- `{row.method} {row.path}` {row.name}\n" for row in rows if not row.is_served]
    return "".join(parts)


def _descriptions(name: str) -> str:
    return "official, first contract" if name in FIRST_CONTRACT else "official"


def main() -> None:
    """Write the file."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sandbox.settings")
    django.setup()
    FILE.write_text(document())
    sys.stdout.write(f"Wrote {FILE}\n")


if __name__ == "__main__":
    main()
