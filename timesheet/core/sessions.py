"""The keys under which the session keeps what a person did last."""

# The gid of the workspace that the person was in last.
LAST_WORKSPACE = "workspace"
