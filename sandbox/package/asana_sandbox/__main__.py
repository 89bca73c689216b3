"""The command `asana-sandbox`: runs the server, which is inside this package."""

from __future__ import annotations

import sys
from pathlib import Path

_HERE = Path(__file__).resolve().parent
# In an installed package, and in a checkout.
_FOLDERS = (_HERE / "server", _HERE.parents[2])


def main() -> None:
    """Run the sandbox until it is stopped by a signal."""
    folder = next(folder for folder in _FOLDERS if (folder / "sandbox" / "server.py").exists())
    # First of all, so that no folder `sandbox` of the user's is taken for it.
    sys.path.insert(0, str(folder))
    from sandbox.__main__ import main as run

    run()


if __name__ == "__main__":
    main()
