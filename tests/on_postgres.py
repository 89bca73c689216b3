"""Runs the tests on PostgreSQL, with Redis as cache and queue: `python -m tests.on_postgres ARGS`.

Both are started for this run alone, and end with it. The arguments are those of pytest.
"""

from __future__ import annotations

import os
import subprocess
import sys

from bench.torture.postgres import postgres
from tests.redis_server import redis_server
from tests.sandbox_process import ROOT

# They use no database, or one of their own: on PostgreSQL they would do the same once more.
ELSEWHERE = (
    *("asana", "domain", "sandbox", "test_backup.py", "test_bench.py", "test_child_processes.py"),
    *("test_conventions.py", "test_demo.py", "test_deploy.py", "test_layers.py"),
    *("test_observatory.py", "test_processes.py", "test_settings.py", "test_templates.py"),
    *("test_torture.py", "test_torture_leaks.py"),
)

if __name__ == "__main__":
    with postgres() as database, redis_server() as redis:
        environment = {
            **os.environ,
            "DATABASE_URL": database,
            "CACHE_URL": f"{redis}/0",
            "QUEUE_URL": f"{redis}/1",
        }
        # The server ends with the run, so nobody needs to delete its databases.
        command = [sys.executable, "-m", "pytest", "--create-db", "--reuse-db", *sys.argv[1:]]
        command += [f"--ignore=tests/{name}" for name in ELSEWHERE]
        ended = subprocess.run(command, cwd=ROOT, env=environment, check=False)
    sys.exit(ended.returncode)
