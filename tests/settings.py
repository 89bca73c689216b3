"""The settings of the tests: those of a developer, where the environment says nothing else."""

import os

# For the processes that tests start, too.
os.environ.setdefault("DEBUG", "1")

from timesheet.settings import *  # noqa: F403
