"""Starts the sandbox: `asana-sandbox --port 8001`, or `python -m sandbox` in a checkout."""

from __future__ import annotations

import argparse
import gc
import os
import signal
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sandbox import parent_process

FURTHEST_TIME = timedelta(days=3650)
# Seconds that a write may take which a signal waits for.
WRITES_WITHIN = 5
REDIRECT_URIS = (
    "http://127.0.0.1:8000/sign-in/callback/",
    "http://localhost:8000/sign-in/callback/",
)


def main() -> None:
    """Run the sandbox until it is stopped by a signal."""
    options = _options()
    os.environ["DJANGO_SETTINGS_MODULE"] = "sandbox.settings"
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with tempfile.TemporaryDirectory(prefix="asana-sandbox-") as folder:
        database = options.db or Path(folder, "sandbox.sqlite3")
        os.environ["SANDBOX_DB"] = str(database.resolve())
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
    from sandbox import api_request, contract, data_import, server, snapshot, write_log
    from sandbox.runtime_settings import settings_store

    def end_between_writes(*_: object) -> None:
        # Nothing is written without its line in the log. The lock is kept: no write comes after.
        api_request.write_lock.acquire(timeout=WRITES_WITHIN)
        sys.exit(0)

    signal.signal(signal.SIGTERM, end_between_writes)
    if options.write_log:
        write_log.keep_in(options.write_log)
    redirect_uris = (*REDIRECT_URIS, *options.redirect_uri)
    try:
        http = server.listen(options.host, options.port)
    except OSError as error:
        sys.exit(f"Cannot listen on {options.host}:{options.port}: {error.strerror}")
    with http:
        settings_store.start_with(redirect_uris, _clock_offset(options.now))
        size = options.size or ("none" if options.data else "small")
        try:
            data = data_import.read_file(options.data) if options.data else None
            snapshot.prepare(size, data, options.weeks)
        except data_import.InvalidData as error:
            sys.exit(str(error))
        snapshot.register_app(redirect_uris)
        contract.start(options.contract)
        # What is loaded here is never freed, so garbage collection can skip it.
        gc.freeze()
        host = f"[{options.host}]" if ":" in options.host else options.host
        print(f"Sandbox Asana on http://{host}:{http.server_port}", flush=True)  # noqa: T201
        http.serve_forever(poll_interval=0.1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="asana-sandbox",
        description="A local Asana for tests. It never calls the real one.",
    )
    parser.add_argument("--port", type=int, default=8001, help="0 for a free port")
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        help="127.0.0.1, this machine only, unless you name another address",
    )
    parser.add_argument(
        "--db", type=Path, help="a file that keeps the data; without it they end with the sandbox"
    )
    parser.add_argument(
        "--size",
        choices=("none", "small", "large"),
        help="of the made-up company; small, or none with --data",
    )
    parser.add_argument(
        "--data", type=Path, help="a JSON or YAML file with your own data, for a new database"
    )
    parser.add_argument(
        "--now", type=_time, help="the time at the start, such as 2026-11-23 or 2026-11-23T09:00"
    )
    parser.add_argument(
        "--redirect-uri",
        action="append",
        default=[],
        help="another redirect address of the app; repeatable",
    )
    parser.add_argument(
        "--contract",
        action="append",
        type=Path,
        default=[],
        help="an OpenAPI description as JSON, which responses are compared with; repeatable",
    )
    parser.add_argument("--weeks", type=int, help="how many weeks of entries to make")
    parser.add_argument("--write-log", type=Path, help="a file for the log of written entries")
    parser.add_argument("--parent-pid", type=int, help="ends when this process has ended")
    return parser.parse_args()


def _time(text: str) -> datetime:
    """Parse a day, which starts at noon, or a time; of this machine's zone unless it names one."""
    try:
        value = datetime.fromisoformat(text)
        value = value.replace(hour=12) if len(text) == len("2026-11-23") else value
        if abs(value.astimezone() - datetime.now(UTC)) > FURTHEST_TIME:
            raise argparse.ArgumentTypeError(f"{text} is more than ten years away")
        return value.astimezone()
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(f"{text} is no time") from None


def _clock_offset(now: datetime | None) -> int:
    return round((now - datetime.now(UTC)).total_seconds()) if now else 0


if __name__ == "__main__":
    main()
