"""Starts the sandbox: `python -m sandbox --port 8001 --db FILE`."""

from __future__ import annotations

import argparse
import ipaddress
import os
import signal
import sys
from pathlib import Path

from sandbox import parent_process

REDIRECT_URIS = (
    "http://127.0.0.1:8000/sign-in/callback/",
    "http://localhost:8000/sign-in/callback/",
)


def main() -> None:
    """Run the sandbox until it is stopped by a signal."""
    options = _options()
    os.environ["DJANGO_SETTINGS_MODULE"] = "sandbox.settings"
    os.environ["SANDBOX_DB"] = str(options.db.resolve())
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if options.parent_pid:
        parent_process.end_with(options.parent_pid)
    try:
        _run(options)
    except KeyboardInterrupt:
        sys.exit(0)


def _run(options: argparse.Namespace) -> None:
    import django

    django.setup()
    # These read the settings, so they are imported after the set-up.
    from sandbox import server, snapshot
    from sandbox.runtime_settings import settings_store

    redirect_uris = (*REDIRECT_URIS, *options.redirect_uri)
    try:
        http = server.listen(options.host, options.port)
    except OSError as error:
        sys.exit(f"Cannot listen on {options.host}:{options.port}: {error.strerror}")
    with http:
        snapshot.prepare(options.size)
        settings_store.start_with(redirect_uris)
        snapshot.register_app(redirect_uris)
        host = f"[{options.host}]" if ":" in options.host else options.host
        print(f"Sandbox Asana on http://{host}:{http.server_port}", flush=True)  # noqa: T201
        http.serve_forever(poll_interval=0.1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox",
        description="A local Asana for tests. It never calls the real one.",
    )
    parser.add_argument("--port", type=int, default=8001, help="0 for a free port")
    parser.add_argument("--host", type=_loopback, default="127.0.0.1")
    parser.add_argument("--db", type=Path, required=True, help="created and seeded if missing")
    parser.add_argument("--size", choices=("small", "large"), default="small")
    parser.add_argument(
        "--redirect-uri",
        action="append",
        default=[],
        help="another redirect address of the app; repeatable",
    )
    parser.add_argument("--parent-pid", type=int, help="ends when this process has ended")
    return parser.parse_args()


def _loopback(host: str) -> str:
    """Return `host` if it is an address of this machine only: everybody's token is public."""
    if host == "localhost":
        return "127.0.0.1"
    try:
        if ipaddress.ip_address(host).is_loopback:
            return host
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"{host} is not an address of this machine only")


if __name__ == "__main__":
    main()
