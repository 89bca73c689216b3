"""Runs the tests that use the database on PostgreSQL, with Redis as cache and queue:
`python -m tests.on_postgres ARGS`.

Both are started for this run alone, and end with it. The arguments are those of pytest. Which tests
use the database: tests/with_database.py.
"""

from __future__ import annotations

import os
import subprocess
import sys

from bench.torture.postgres import postgres
from tests.redis_server import redis_server
from tests.sandbox_process import ROOT

if __name__ == "__main__":
    with postgres() as database, redis_server() as redis:
        environment = {
            **os.environ,
            "DATABASE_URL": database,
            "CACHE_URL": f"{redis}/0",
            "QUEUE_URL": f"{redis}/1",
        }
        # The server ends with the run, so nobody needs to delete its databases.
        command = [sys.executable, "-m", "pytest", "-p", "tests.with_database"]
        command += ["--create-db", "--reuse-db", *sys.argv[1:]]
        ended = subprocess.run(command, cwd=ROOT, env=environment, check=False)
    sys.exit(ended.returncode)
