"""`python -m bench.gate`: what passing the gate towards Asana costs, on a new SQLite database."""

from __future__ import annotations

import os
import sys
import tempfile
import time

import django
from django.core.management import call_command

ROUNDS = 300


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="gate-") as folder:
        os.environ["DATABASE_URL"] = f"sqlite:///{folder}/timesheet.sqlite3"
        os.environ["DJANGO_SETTINGS_MODULE"] = "timesheet.settings"
        django.setup()
        call_command("migrate", verbosity=0)
        from accounts.connections.rate_limiter import ConnectionRateLimiter
        from accounts.models import Connection, User

        user = User.objects.create_user("1")
        connection = Connection.objects.create(user=user, method="token", access_token="none")  # noqa: S106
        gate = ConnectionRateLimiter(connection.pk)
        started_at = time.perf_counter()
        for _ in range(ROUNDS):
            with gate.slot(reads=1):
                pass
        milliseconds = (time.perf_counter() - started_at) / ROUNDS * 1000
        sys.stdout.write(f"{milliseconds:.2f} ms for each passage, of {ROUNDS}\n")


if __name__ == "__main__":
    main()
