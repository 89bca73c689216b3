"""The keys of the session."""

# The gid of the workspace that the person last visited.
LAST_WORKSPACE = "workspace"
