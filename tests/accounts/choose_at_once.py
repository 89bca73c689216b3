"""A process of its own over a database: two admins, each of whom sees one of two workspaces, leave
theirs out at the same moment, again and again. Prints how often none stayed. See
`test_at_once.py`.
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402

from accounts.asana.records import Workspace  # noqa: E402
from accounts.audit import COMMAND_LINE  # noqa: E402
from accounts.models import AllowedWorkspace  # noqa: E402
from accounts.workspaces import allowed  # noqa: E402

SHOWN = [Workspace("1200000000000001", "Studio"), Workspace("1200000000000002", "Harbour")]


def leave_out(workspace: Workspace, ready: Barrier) -> None:
    ready.wait()
    with suppress(allowed.NoneLeft):
        allowed.choose_allowed(COMMAND_LINE, [workspace], [])
    connections.close_all()


def none_stayed() -> bool:
    ready = Barrier(len(SHOWN))
    for workspace in SHOWN:
        AllowedWorkspace.objects.get_or_create(
            workspace_gid=workspace.gid, defaults={"name": workspace.name}
        )
    with ThreadPoolExecutor(len(SHOWN)) as pool:
        list(pool.map(lambda workspace: leave_out(workspace, ready), SHOWN))
    return not AllowedWorkspace.objects.exists()


call_command("migrate", verbosity=0)
sys.stdout.write(str(sum(none_stayed() for _ in range(60))))
