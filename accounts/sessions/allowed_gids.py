"""The gids of the workspaces that may use this installation, read along with each session."""

from __future__ import annotations

from typing import Any

from django.db.models import Func, Subquery, TextField, Value

from accounts.models import AllowedWorkspace
from accounts.request_context import request_memo

# Their name in the request's memo.
ALLOWED_GIDS = "allowed workspaces"


class _Joined(Func):
    """All values of a text column as one text."""

    function = "STRING_AGG"
    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """Return the SQL of SQLite; Django's hook."""
        return self.as_sql(compiler, connection, function="GROUP_CONCAT", **extra)


def joined_gids() -> Subquery:
    """Return an expression for the gids with commas between them; NULL while all are allowed."""
    rows = AllowedWorkspace.objects.order_by()
    return Subquery(rows.annotate(gids=_Joined("workspace_gid", Value(","))).values("gids"))


def note_joined_gids(gids: str | None) -> None:
    """Keep what `joined_gids` came to, for the current request."""
    request_memo()[ALLOWED_GIDS] = frozenset(gids.split(",") if gids else ())
