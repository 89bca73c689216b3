"""`python -m bench.rate_limiter`: what the rate limiter costs, on a new SQLite database."""

from __future__ import annotations

import os
import sys
import tempfile
import time

import django
from django.core.management import call_command

REQUESTS = 300


def main() -> None:
    """Print the mean time of a slot, in milliseconds."""
    with tempfile.TemporaryDirectory(prefix="rate-limiter-") as folder:
        os.environ["DATABASE_URL"] = f"sqlite:///{folder}/timesheet.sqlite3"
        os.environ.setdefault("DEBUG", "1")
        os.environ["DJANGO_SETTINGS_MODULE"] = "timesheet.settings"
        django.setup()
        call_command("migrate", verbosity=0)
        from accounts.connections.rate_limiter import ConnectionRateLimiter
        from accounts.models import Connection, User

        user = User.objects.create_user("1")
        connection = Connection.objects.create(user=user, method="token", access_token="none")  # noqa: S106
        rate_limiter = ConnectionRateLimiter(connection.pk)
        started_at = time.perf_counter()
        for _ in range(REQUESTS):
            with rate_limiter.slot(reads=1):
                pass
        milliseconds = (time.perf_counter() - started_at) / REQUESTS * 1000
        sys.stdout.write(f"{milliseconds:.2f} ms per request, the mean of {REQUESTS}\n")


if __name__ == "__main__":
    main()
